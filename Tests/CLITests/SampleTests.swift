import KeepframeTestSupport
import SystemPackage
import Testing

/// Each clip that `Samples/make` makes, indexed: rows 1 to 34 of docs/faults.md as far as one file
/// shows them.
@Suite struct `Each sample clip` {
  @Test(arguments: Samples.truth.filter { !$0.isRejected && $0.name != "huge.mp4" })
  func `is indexed as truth.json says`(truth: Truth) throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip(truth.name), into: folder.path)
    #expect(truth.statuses.contains(outcome.status) && !outcome.hung, "\(outcome.testDescription)")
    if let limit = truth.maxRssMib { #expect(outcome.peakResidentMiB < limit, "\(outcome.testDescription)") }
    guard outcome.status == 0 || outcome.status == 3 else {
      expectRejection(outcome, of: truth.name)
      #expect(folder.tree().isEmpty, "a rejected file leaves nothing")
      return
    }

    let name = truth.name.prefix { $0 != "." }
    #expect(Folder.names(in: folder.path).map(\.string) == ["\(name).keepframe"], "the bundle and nothing else")
    let bundle = BundleOnDisk(path: folder.path.appending("\(name).keepframe"))
    let manifest = try bundle.manifest()
    #expect(manifest.schema == "keepframe.bundle/1")
    #expect(manifest.partial == (outcome.status == 3), "exit 3 and the mark go together")
    let warnings = (outcome.status == 3 ? 1 : 0) + (truth.timestampJumps == nil ? 0 : 1)
    #expect(outcome.errorLines.count == warnings, "one if partial, one if the clock jumps: \(outcome.standardError)")
    #expect(manifest.counts.retained >= 1)
    if let frames = truth.frames, truth.isWhole { #expect(manifest.counts.decoded == frames) }
    if let start = truth.startPts { #expect(manifest.video.startPts == start) }
    if let size = truth.size { #expect([manifest.video.width, manifest.video.height] == size) }
    if let limit = truth.maxRetained { #expect(manifest.counts.retained <= limit) }
    if let jumps = truth.timestampJumps { #expect(manifest.damage.timestampJumps == jumps) }
    if let changes = truth.formatChanges { #expect(manifest.damage.formatChanges == changes) }
    if truth.cutPts != nil || truth.cuts != nil { try expectScenes(bundle.scenes().scenes, of: truth) }
    try expectSoundTimes(bundle)
  }

  @Test(arguments: Samples.truth.filter(\.isRejected))
  func `that is no video is rejected in one line and leaves nothing`(truth: Truth) {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip(truth.name), into: folder.path)
    #expect(outcome.status == 65 && !outcome.hung, "\(outcome.testDescription)")
    expectRejection(outcome, of: truth.name)
    if let word = truth.says { #expect(outcome.standardError.contains(word), "\(outcome.testDescription)") }
    if let limit = truth.maxRssMib { #expect(outcome.peakResidentMiB < limit, "\(outcome.testDescription)") }
    #expect(folder.tree().isEmpty, "a rejected file leaves nothing")
  }

  @Test func `that is rejected does not even leave the folder it asked for`() {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("text.mp4"), into: folder.path.appending("new"))
    #expect(outcome.status == 65, "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty, "\(folder.tree().keys)")
  }

  @Test(arguments: Samples.truth.filter { $0.samePictureAs != nil })
  func `that shows the same pictures has the same embeddings`(truth: Truth) throws {
    let folder = Folder()
    let twin = try #require(truth.samePictureAs)
    for name in [truth.name, twin] {
      let outcome = Keepframe.index(Samples.clip(name), into: folder.path, "--gate", "all")
      #expect(outcome.status == 0, "\(outcome.testDescription)")
    }
    let bundles = [truth.name, twin].map { name in
      BundleOnDisk(path: folder.path.appending("\(name.prefix { $0 != "." }).keepframe"))
    }
    let manifest = try bundles[0].manifest()
    #expect(manifest.video.rotationDegrees == truth.rotationDegrees ?? 0)
    #expect(manifest.video.mirrored == (truth.name == "mirrored.mp4"))
    let (found, expected) = (try bundles[0].retainedVectors(), try bundles[1].retainedVectors())
    #expect(found.count == expected.count && found.count >= 3)
    for (row, pair) in zip(found, expected).enumerated() {
      // Bit depths and ranges round differently; a picture on its side, or in the wrong range, is
      // far below this.
      #expect(cosine(pair.0, pair.1) > 0.995, "row \(row)")
    }
  }

  /// Frames ascend in time, seconds follow from ticks, and the first is at 0.
  private func expectSoundTimes(_ bundle: BundleOnDisk) throws {
    let manifest = try bundle.manifest()
    let base = manifest.video.timeBase.split(separator: "/").compactMap { Double($0) }
    let tick = base[0] / base[1]
    let ledger = try bundle.ledger()
    #expect(ledger.first?.frame == 0 && ledger.first?.t == 0 && ledger.first?.pts == manifest.video.startPts)
    for (a, b) in zip(ledger, ledger.dropFirst()) {
      #expect(a.frame < b.frame && a.pts < b.pts && a.t < b.t, "frame \(b.frame)")
    }
    for line in ledger {
      #expect(abs(line.t - Double(line.pts - manifest.video.startPts) * tick) < 1e-6, "frame \(line.frame)")
    }
    let scenes = try bundle.scenes().scenes
    #expect(scenes.first?.startFrame == 0 && scenes.last?.endFrame == manifest.counts.decoded, "scenes tile the video")
    for scene in scenes {
      #expect(scene.endS > scene.startS && scene.endPts > scene.startPts && scene.endFrame > scene.startFrame)
    }
    #expect(abs((scenes.last?.endS ?? 0) - manifest.video.durationSeconds) < 1e-6)
  }
}

/// One line that names the file and none of libav's own messages.
func expectRejection(_ outcome: Outcome, of name: String, location: SourceLocation = #_sourceLocation) {
  #expect(outcome.standardOutput.isEmpty, "\(outcome.testDescription)", sourceLocation: location)
  #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)", sourceLocation: location)
  #expect(outcome.standardError.hasPrefix("keepframe: "), "\(outcome.testDescription)", sourceLocation: location)
  #expect(outcome.standardError.contains(name), "\(outcome.testDescription)", sourceLocation: location)
  #expect(!outcome.standardError.contains(" @ 0x"), "\(outcome.testDescription)", sourceLocation: location)
}

/// The scenes that the clip was made of: cuts to the frame, one boundary in each transition, none
/// elsewhere.
func expectScenes(_ scenes: [BundleOnDisk.SceneFile.Scene], of truth: Truth, location: SourceLocation = #_sourceLocation) {
  let transitions = truth.transitions ?? []
  let starts = scenes.dropFirst()
  func inside(_ frame: Int) -> Bool { transitions.contains { $0.startFrame - 2..<$0.endFrame + 2 ~= frame } }
  #expect(
    starts.map(\.startFrame).filter { !inside($0) } == truth.cuts ?? [], "cuts of \(truth.name)", sourceLocation: location)
  for transition in transitions {
    let found = starts.filter { transition.startFrame - 2..<transition.endFrame + 2 ~= $0.startFrame }
    #expect(
      found.count == 1, "one boundary in the \(transition.kind) of \(truth.name), got \(found.map(\.startFrame))",
      sourceLocation: location)
  }
  if let pts = truth.cutPts {
    #expect(starts.filter { !inside($0.startFrame) }.map(\.startPts) == pts, "times of \(truth.name)", sourceLocation: location)
  }
}
