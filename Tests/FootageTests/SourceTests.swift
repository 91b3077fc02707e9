import KeepframeBoundaries
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `Sources` {
  @Test func `are merged where videos are copies of one another`() throws {
    let copy = try clip(
      "copy.mp4", "-i \(try Clips.twoShots().string) -vf scale=120:68 -ss 3 -t 4 -c:v libx264 -crf 30 -pix_fmt yuv420p")
    // Two files: several names of one are taken once.
    let black = try clip("black.mp4", "-f lavfi -i color=black:s=160x90:r=8:d=3 -c:v libx264 -pix_fmt yuv420p")
    let longer = try clip("longer.mp4", "-f lavfi -i color=black:s=160x90:r=8:d=4 -c:v libx264 -pix_fmt yuv420p")
    let folder = try Clips.folder([
      ("a_1.mp4", try Clips.twoShots()), ("b_1.mp4", try Clips.short()), ("c_1.mp4", copy), ("d_1.mp4", black),
      ("e_1.mp4", longer),
    ])
    let events = Events()
    let set = try loadFootage(folder, backbone: ThumbnailBackbone(), views: [], cache: nil, report: events.take)
    #expect(set.clips.map(\.source) == ["a", "b", "a", "d", "e"], "and black is nobody's footage")
    #expect(events.all.contains(.merged(video: "a_1.mp4", with: "c_1.mp4")))
  }

  @Test(.enabled(if: footage("chair-orig-22-sd-bar.mp4") != nil, "no footage here"))
  func `are merged for versions of one clip of other quality and with a small logo`() throws {
    let versions = try ["orig-22-sd", "20-sd", "22-with-small-logo"].map { name in
      let whole = try #require(footage("chair-\(name)-bar.mp4"))
      return ("\(name.filter { $0 != "-" }).mp4", try clip("chair-\(name).mp4", "-i \(whole.string) -an -t 3 -c:v copy"))
    }
    let folder = try Clips.folder(versions + [("cells.mp4", try Clips.cells())])
    let set = try loadFootage(folder, backbone: `Degraded views`.backbone, views: [], cache: nil)
    #expect(set.clips.count == 4 && Set(set.clips.filter { $0.source != "cells" }.map(\.source)).count == 1, "\(set.sources)")
    #expect(set.sources.contains("cells"))
  }

  private func set(_ durations: [(source: String, lengths: [Int])]) -> FootageSet {
    FootageSet(
      clips: durations.flatMap { source, lengths in
        lengths.enumerated().map { MadeFootage.clip("\(source)_\($0)", source: source, shots: [$1]) }
      })
  }

  @Test(arguments: 2..<6) func `are each held out in one fold, whole`(count: Int) throws {
    let set = set([("a", [40, 8]), ("b", [16]), ("c", [4, 4, 4]), ("d", [30]), ("e", [20, 1]), ("f", [9])])
    let folds = try (0..<count).map { try set.fold($0, of: count) }
    for (training, heldOut) in folds {
      #expect(Set(training.map(\.source)).isDisjoint(with: heldOut.map(\.source)))
      #expect(Set(training.map(\.name)).union(heldOut.map(\.name)) == Set(set.clips.map(\.name)))
      #expect(!heldOut.isEmpty && !training.isEmpty)
    }
    #expect(folds.flatMap { $0.heldOut.map(\.name) }.sorted() == set.clips.map(\.name).sorted())
  }

  @Test func `make folds of about equal length, whatever their order`() throws {
    let sources: [(String, [Int])] = (0..<12).map { ("s\($0)", [20 + 4 * $0]) }
    for fold in 0..<3 {
      let heldOut = try set(sources).fold(fold, of: 3).heldOut
      let seconds = heldOut.reduce(0) { $0 + $1.durationSeconds }
      #expect(abs(seconds - 42) < 4, "a third of 126 seconds, got \(seconds)")
      #expect(Set(try set(sources.reversed()).fold(fold, of: 3).heldOut) == Set(heldOut))
    }
  }

  @Test func `fewer than folds are an error`() {
    #expect(throws: FootageError.tooFewSources(found: 2, needed: 3)) { try set([("a", [4]), ("b", [4])]).fold(0, of: 3) }
  }
}

@Suite struct `Shots of a clip` {
  @Test func `end at cuts and leave out blank samples and transitions`() {
    let frames = (0..<12).map { $0 * 6 }
    let isBlank = (0..<12).map { $0 == 4 }
    let transition = Transition(kind: .dissolve, frames: 40..<55, score: 0.9)
    let boundaries = [
      Boundary(frame: 10, cause: .cut, score: 1), Boundary(frame: 47, cause: .transition(transition), score: 0.9),
    ]
    // Samples 0, 6 | 12, 18, (24 blank) 30, 36, (42, 48, 54 dissolve) 60, 66.
    let shots = ClipRecord.shots(frames: frames, isBlank: isBlank, boundaries: boundaries)
    #expect(shots == [0..<2, 2..<4, 5..<7, 10..<12])
  }

  @Test func `are one without boundaries, and none without samples`() {
    #expect(ClipRecord.shots(frames: [0, 6, 12], isBlank: [false, false, false], boundaries: []) == [0..<3])
    #expect(ClipRecord.shots(frames: [], isBlank: [], boundaries: []).isEmpty)
    #expect(ClipRecord.shots(frames: [0, 6], isBlank: [true, true], boundaries: []).isEmpty)
  }

  @Test func `end at a cut between two samples even if nothing is blank`() {
    let cut = Boundary(frame: 6, cause: .cut, score: 1)
    #expect(ClipRecord.shots(frames: [0, 6, 12], isBlank: [false, false, false], boundaries: [cut]) == [0..<1, 1..<3])
  }
}
