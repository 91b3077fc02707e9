import Glibc
import KeepframeBoundaries
import KeepframeBundle
import KeepframeContext
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeRetention
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import Keepframe

@Suite struct `Indexing` {
  private func index(_ video: FilePath, _ change: (inout IndexSettings) -> Void = { _ in }) throws -> Bundle {
    var settings = IndexSettings()
    change(&settings)
    let destination = try scratchFolder("index").appending("video.keepframe")
    _ = try Indexer(settings: settings, backbone: ThumbnailBackbone()).index(video, to: destination)
    return try Bundle(destination)
  }

  @Test func `finds the shots, samples each one's first frame and keeps one of each`() throws {
    let bundle = try index(try threeShots())
    #expect(try bundle.scenes().list.scenes.map(\.frames.lowerBound) == [0, 50, 100])
    let ledger = try bundle.ledger()
    #expect(Set(ledger.map(\.frame)).isSuperset(of: [0, 50, 100]))
    #expect(ledger.map(\.frame) == ledger.map(\.frame).sorted())
    #expect(Set(try bundle.retained().map(\.scene)) == [0, 1, 2])
    #expect(bundle.manifest.gate.coverage > 0.9)
  }

  @Test func `says in the manifest what the files hold`() throws {
    let bundle = try index(try threeShots())
    let retained = try bundle.retained()
    let ledger = try bundle.ledger()
    let counts = bundle.manifest.counts
    #expect(counts.decoded == 150 && counts.sampled == ledger.count && counts.retained == retained.count)
    #expect(ledger.filter(\.kept).map(\.frame) == retained.map(\.frame))
    #expect(try bundle.retainedVectors().rows == retained.count)
    #expect(try bundle.contextVectors().rows == (try bundle.contexts().count))
    #expect(
      retained.reduce(0) { $0 + $1.covers.samples } == ledger.count, "each sample has one retained frame that stands for it")
    #expect(abs(retained.reduce(0) { $0 + $1.covers.seconds } - bundle.manifest.video.durationSeconds) < 1e-6)
    let coverage = ledger.reduce(0) { $0 + Double($1.coverage) } / Double(ledger.count)
    #expect(abs(coverage - bundle.manifest.gate.coverage) < 1e-9)
    #expect(ledger.map(\.coverage).min() == bundle.manifest.gate.worst?.similarity)
  }

  @Test func `gives the video, its window and every shot a context that names its frames`() throws {
    let contexts = try index(try threeShots()).contexts()
    // Three frames are kept, so there are three parts.
    #expect(contexts.map(\.kind) == ["video", "window", "part", "part", "part", "shot", "shot", "shot"])
    #expect(contexts[1...4].allSatisfy { $0.parent == 0 })
    let whole = try index(try threeShots()) { $0.contexts = 1 }.contexts()
    #expect(whole.map(\.kind) == ["video", "window", "shot", "shot", "shot"])
    #expect(contexts.filter { $0.kind == "shot" }.map(\.scene) == [0, 1, 2])
    for context in contexts { #expect(abs(context.top.reduce(0) { $0 + $1.weight } - 1) < 1e-5, "\(context.kind)") }
  }

  @Test func `stops when it is asked to while it searches for a price`() throws {
    let folder = try scratchFolder("search")
    let cancellation = Cancellation()
    var settings = IndexSettings()
    settings.target = .budget(2)
    let indexer = Indexer(settings: settings, backbone: ThumbnailBackbone())
    #expect(throws: (any Error).self) {
      try indexer.index(try threeShots(), to: folder.appending("video.keepframe"), cancellation: cancellation) {
        if $0.decoding.decodedFrames == 150 { cancellation.cancel() }
      }
    }
    #expect(try FileSystem.names(in: folder).isEmpty)
  }

  @Test(arguments: [1, 2, 5])
  func `stays within a budget`(budget: Int) throws {
    let bundle = try index(try threeShots()) { $0.target = .budget(budget) }
    #expect((1...budget).contains(bundle.manifest.counts.retained))
    #expect(bundle.manifest.settings.budget == budget && bundle.manifest.settings.price == nil)
  }

  @Test func `keeps at a searched price what it keeps at that price told outright`() throws {
    let searched = try index(try threeShots()) { $0.target = .rate(0.2) }
    let told = try index(try threeShots()) { $0.target = .price(searched.manifest.gate.price) }
    #expect(try searched.retained() == told.retained())
    #expect(try searched.ledger() == told.ledger())
  }

  @Test func `takes over the embedding of a picture that has not changed`() throws {
    let still = try clip("still.mkv", "-f lavfi -i smptebars=s=64x36:r=10:d=4 -c:v ffv1 -pix_fmt yuv420p")
    let manifest = try index(still).manifest
    #expect(manifest.counts.reused == manifest.counts.sampled - 1)
    #expect(manifest.counts.retained == 1)
  }

  @Test func `recognises a finished bundle of the same video and settings, and no other`() throws {
    let video = try threeShots()
    var settings = IndexSettings()
    let backbone = BackboneChoice("thumbnail")
    let destination = try scratchFolder("finished").appending("video.keepframe")
    #expect(try Indexer.finishedBundle(of: video, at: destination, settings: settings, backbone: backbone) == nil)
    let written = try Indexer(settings: settings, backbone: ThumbnailBackbone()).index(video, to: destination)
    #expect(try Indexer.finishedBundle(of: video, at: destination, settings: settings, backbone: backbone) == written)
    settings.decoding.threadCount = 7
    #expect(
      try Indexer.finishedBundle(of: video, at: destination, settings: settings, backbone: backbone) == written,
      "threads change nothing")
    settings.samplesPerSecond = 2
    #expect(try Indexer.finishedBundle(of: video, at: destination, settings: settings, backbone: backbone) == nil)
  }

  @Test func `takes an encoder of the program's own, and tells settings apart by it`() throws {
    let bundle = try index(try threeShots()) { $0.encoder = OneAxis(digest: "a") }
    #expect(bundle.manifest.encoder.weights == "a" && bundle.manifest.encoder.dimension == 4)
    #expect(try bundle.contexts().map(\.kind) == ["video", "shot", "shot", "shot"])
    #expect(try bundle.contextVectors().values == [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    var (a, b) = (IndexSettings(), IndexSettings())
    a.encoder = OneAxis(digest: "a")
    #expect(a != b)
    b.encoder = OneAxis(digest: "a")
    #expect(a == b)
    b.encoder = OneAxis(digest: "b")
    #expect(a != b)
  }

  /// 32 s of one picture, then three shots.
  private func stillAndShots() throws -> FilePath {
    try clip(
      "still-and-shots.mp4",
      "-f lavfi -i smptebars=s=160x90:r=25:d=32 -i \(threeShots()) -filter_complex [0:v][1:v]concat=n=2:v=1,format=yuv420p[v] "
        + "-map [v] -c:v libx264 -bf 2 -g 100 -sc_threshold 0")
  }

  @Test(arguments: [Effort.balanced, .fast])
  func `decodes less and says the same, whatever the number of threads`(effort: Effort) throws {
    let video = try stillAndShots()
    let exact = try index(video)
    let sparse = try index(video) { $0.effort = effort }
    let threads = try index(video) { ($0.effort, $0.decoding.threadCount) = (effort, 1) }
    let manifest = sparse.manifest
    #expect(manifest.decoding == .init(effort: effort.rawValue) && manifest.settings.effort == effort.rawValue)
    #expect(manifest.counts.videoFrames == exact.manifest.counts.videoFrames)
    #expect(manifest.counts.decoded < exact.manifest.counts.decoded * 3 / 4)
    #expect(manifest.counts.reused > 100)
    #expect(try sparse.ledger().map(\.frame) == exact.ledger().map(\.frame))
    #expect(try sparse.scenes().list.scenes.map(\.frames) == exact.scenes().list.scenes.map(\.frames))
    #expect(try sparse.retainedVectors().rows == exact.retainedVectors().rows)
    #expect(try sparse.ledger() == threads.ledger())
    #expect(try sparse.retainedVectors() == threads.retainedVectors())
  }

  @Test func `has a picture of each frame that it keeps, decoded or not`() throws {
    let bundle = try index(try stillAndShots()) {
      ($0.effort, $0.gate) = (.balanced, .all)
    }
    let retained = try bundle.retained()
    #expect(retained.count == bundle.manifest.counts.sampled)
    for record in retained {
      let picture = try Picture(jpeg: FileSystem.read(bundle.path.appending(record.thumb)))
      #expect(picture.width == 160 && picture.height == 90, "\(record.thumb)")
    }
  }

  @Test func `decodes in full what does not allow less, and says why`() throws {
    let video = try clip("asp.avi", "-f lavfi -i testsrc2=s=160x90:r=25:d=4 -c:v mpeg4")
    let exact = try index(video)
    let refused = try index(video) { $0.effort = .balanced }
    #expect(refused.manifest.decoding?.effort == "exact")
    #expect(refused.manifest.decoding?.refusal?.contains("mpeg4") == true)
    #expect(try refused.ledger().map(\.frame) == exact.ledger().map(\.frame))
    let dense = try index(try threeShots()) { ($0.effort, $0.samplesPerSecond) = (.balanced, 20) }
    #expect(dense.manifest.decoding?.refusal?.contains("samples") == true)
  }

  @Test func `is another index at another effort, but for old ones, which are exact`() throws {
    var settings = IndexSettings()
    let exact = settings.record(BackboneChoice("thumbnail"))
    var old = exact
    old.effort = nil
    #expect(exact.isEquivalent(to: old) && old.isEquivalent(to: exact))
    settings.effort = .balanced
    #expect(!settings.record(BackboneChoice("thumbnail")).isEquivalent(to: old))
  }

  @Test func `says where the time went if asked`() throws {
    var indexer = Indexer(settings: IndexSettings(), backbone: ThumbnailBackbone())
    let folder = try scratchFolder("timed")
    let quiet = try indexer.index(try threeShots(), to: folder.appending("quiet.keepframe"))
    #expect(quiet.timings == nil)
    indexer.timesStages = true
    let timed = try indexer.index(try threeShots(), to: folder.appending("timed.keepframe"))
    let timings = try #require(timed.timings)
    #expect(Set(["demux", "decode", "thumbnail", "detector", "network", "gate"]).isSubset(of: timings.map(\.stage)))
    let total = try #require(timings.last)
    #expect(total.stage == "total")
    let sum = timings.dropLast().reduce(0) { $0 + $1.cpuSeconds }
    // Threads that are not timed count as decoding, so the parts make the whole but for the clock's
    // grain.
    #expect(abs(sum - total.cpuSeconds) < 0.05 * total.cpuSeconds + 0.05, "\(sum) of \(total.cpuSeconds)")
  }

  @Test func `leaves nothing behind when it is cancelled`() throws {
    let folder = try scratchFolder("cancelled")
    let cancellation = Cancellation()
    #expect(throws: CancellationError.self) {
      try Indexer(settings: IndexSettings(), backbone: ThumbnailBackbone()).index(
        try threeShots(), to: folder.appending("video.keepframe"), cancellation: cancellation
      ) { if $0.decoding.decodedFrames == 20 { cancellation.cancel() } }
    }
    #expect(try FileSystem.names(in: folder).isEmpty)
  }

  @Test func `reports a stream whose frames last unequally as variable`() throws {
    let variable = try clip(
      "variable.mkv",
      "-f lavfi -i testsrc2=s=64x36:r=25:d=4 -vf select='not(eq(mod(n,5),2))' -fps_mode vfr -c:v libx264 -pix_fmt yuv420p")
    let constant = try clip("constant.mkv", "-f lavfi -i testsrc2=s=64x36:r=30000/1001:d=4 -c:v libx264 -pix_fmt yuv420p")
    for (video, isVariable) in [(variable, true), (constant, false)] {
      let destination = try scratchFolder("rate").appending("video.keepframe")
      let manifest = try Indexer(settings: IndexSettings(), backbone: ThumbnailBackbone()).index(video, to: destination)
      #expect(manifest.video.variableFrameRate == isVariable)
    }
  }

  @Test func `takes the gate that its backbone has, and names that backbone`() throws {
    let bundle = try index(try threeShots())
    let settings = bundle.manifest.settings
    #expect(settings.backbone == "thumbnail" && settings.precision == "auto" && bundle.manifest.backbone.name == "thumbnail")
    #expect(settings.gate == "coverage" && bundle.manifest.gate.name == "coverage" && settings.gateWeights == nil)
    #expect(IndexSettings().gate(for: BackboneChoice()) == .learned)
    #expect(throws: WeightsError.self) { try index(try threeShots()) { $0.gate = .learned } }
  }

  @Test func `takes the word of a backbone of another package for what it is`() throws {
    struct Gray: Backbone {
      let description = BackboneDescription(
        name: "gray", modelDigest: nil, precision: "f32", dimension: 2, inputWidth: 8, inputHeight: 8)
      func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
        Embedding(unit: [1, 0])
      }
    }
    let destination = try scratchFolder("gray").appending("video.keepframe")
    let manifest = try Indexer(settings: IndexSettings(), backbone: Gray()).index(try threeShots(), to: destination)
    #expect(manifest.settings.backbone == "gray" && manifest.settings.precision == "f32" && manifest.settings.gate == "coverage")
    let choice = Gray().choice
    #expect(
      try Indexer.finishedBundle(of: try threeShots(), at: destination, settings: IndexSettings(), backbone: choice) == manifest)
  }

  @Test func `closes no file but its own`() async {
    await #expect(processExitsWith: .success) {
      while open("/dev/null", O_RDONLY) < 3 {}
      for target in [RetentionTarget.price(nil), .budget(2)] {
        var settings = IndexSettings()
        settings.target = target
        let destination = try scratchFolder("files").appending("video.keepframe")
        _ = try Indexer(settings: settings, backbone: ThumbnailBackbone()).index(try threeShots(), to: destination)
        for file in 0...2 as ClosedRange<Int32> { precondition(fcntl(file, F_GETFD) >= 0, "\(file) is closed") }
      }
    }
  }
}

/// Three shots of two seconds: ffmpeg's test picture, a Mandelbrot set, colour bars.
func threeShots() throws -> FilePath {
  try clip(
    "three-shots.mp4",
    "-f lavfi -i testsrc2=s=160x90:r=25:d=2 -f lavfi -i mandelbrot=s=160x90:r=25 -f lavfi -i smptebars=s=160x90:r=25:d=2 "
      + "-filter_complex [1:v]trim=duration=2,setpts=PTS-STARTPTS[m];[0:v][m][2:v]concat=n=3:v=1[v] -map [v] -c:v libx264 -pix_fmt yuv420p"
  )
}

/// Projects whatever it is shown to one direction; one context of the video, one of each shot.
private struct OneAxis: MemoryEncoder, MemorySummary {
  let digest: String
  var vectors: [MemoryVector] = []

  init(digest: String) { self.digest = digest }

  var backbone: String? { nil }
  var projection: Projection { Projection(weight: Matrix(rows: 338, columns: 4), bias: [1, 0, 0, 0]) }

  func summary(of vectors: [MemoryVector], windowSize: Int, parts: Int) -> any MemorySummary {
    var summary = self
    summary.vectors = vectors
    return summary
  }

  func contexts() -> [ContextVector] { [context(.video, rows: 0..<vectors.count, seconds: 0..<1)] }

  func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector? {
    stands.first.map { context(.shot, rows: $0.row..<$0.row + 1, seconds: seconds) }
  }

  private func context(_ kind: ContextVector.Kind, rows: Range<Int>, seconds: Range<Double>) -> ContextVector {
    ContextVector(
      kind: kind, level: 1, memory: rows, seconds: seconds, parent: nil, values: vectors[rows.lowerBound].values, attention: [])
  }
}
