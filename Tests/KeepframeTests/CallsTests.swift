import Dispatch
import KeepframeBoundaries
import KeepframeBundle
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import Keepframe

@Suite struct `The calls` {
  private let folder = Folder()

  @Test func `give the shots, which tile the video and print themselves`() async throws {
    let shots = try await Keepframe.shots(of: try threeShots())
    #expect(shots.map(\.frames) == [0..<50, 50..<100, 100..<150] && shots.map(\.index) == [0, 1, 2])
    #expect(shots[1].time == .seconds(2)..<Duration.seconds(4) && shots[0].opening == nil)
    #expect(shots[1].opening?.cause == .cut && !shots.isPartial)
    #expect("\(shots[1])".hasPrefix("shot 2: frames 50-99, 2.000 s to 4.000 s, begins with a cut ("))
    #expect("\(shots)" == SceneTable.text(shots.findings.list))
  }

  @Test func `give scenes, each with its shots`() async throws {
    // Two pictures that take turns: shots that are alike belong together.
    let video = try clip(
      "turns.mp4",
      "-f lavfi -i testsrc2=s=160x90:r=25:d=2 -f lavfi -i smptebars=s=160x90:r=25:d=2 -filter_complex "
        + "[0:v]split[a][c];[1:v]split[b][d];[a][b][c][d]concat=n=4:v=1[v] -map [v] -c:v libx264 -pix_fmt yuv420p")
    let scenes = try await Keepframe.scenes(of: video, backbone: ThumbnailBackbone())
    let shots = try await Keepframe.shots(of: video)
    #expect(scenes.flatMap(\.shots).map(\.frames) == shots.map(\.frames) && shots.count == 4)
    #expect(scenes.indices.allSatisfy { scenes[$0].index == $0 } && scenes.count < shots.count)
    #expect(scenes.first?.frames.lowerBound == 0 && scenes.last?.frames.upperBound == shots.last?.frames.upperBound)
    #expect("\(scenes)" == SceneTable.text(scenes.findings.list) && !scenes.isPartial)
    #expect("\(scenes[0])".contains("shots") && scenes[0].time.lowerBound == .zero)
  }

  @Test func `give an index as its files hold it, and open one that is finished`() async throws {
    let place = folder.path.appending("three.keepframe")
    let index = try await Keepframe.index(try threeShots(), to: place, backbone: ThumbnailBackbone())
    let bundle = try Bundle(place)
    #expect(try index.retained == bundle.retained())
    #expect(try index.retainedVectors == bundle.retainedVectors())
    #expect(try index.contexts == bundle.contexts())
    #expect(try index.contextVectors == bundle.contextVectors())
    #expect(try index.ledger == bundle.ledger())
    #expect(index.shots.count == 3 && !index.isPartial)
    #expect("\(index)" == "\(place): \(bundle.manifest.summary)")

    let (before, video) = (folder.tree(), try threeShots())
    let again = try await Keepframe.index(video, to: place, backbone: NoBackbone())
    #expect(folder.tree() == before && again.retained == index.retained, "nothing was embedded again")

    var settings = IndexSettings()
    settings.target = .budget(1)
    do {
      _ = try await Keepframe.index(video, to: place, settings: settings, backbone: ThumbnailBackbone())
      Issue.record("another index is there")
    } catch is ArchiveError {}
    let other = try await Keepframe.index(
      video, to: place, settings: settings, backbone: ThumbnailBackbone(), replace: true)
    #expect(other.retained.count == 1)
  }

  @Test func `tell how far they are, and end with the index`() async throws {
    let place = folder.path.appending("three.keepframe")
    var updates: [IndexUpdate] = []
    for try await update in Keepframe.updates(indexing: try threeShots(), to: place, backbone: ThumbnailBackbone()) {
      updates.append(update)
    }
    let last = try #require(updates.last)
    #expect(updates.dropLast().allSatisfy { $0.index == nil } && updates.map(\.frames) == updates.map(\.frames).sorted())
    #expect(last.frames == 150 && last.share == 1 && last.timeLeft == .zero)
    #expect(last.kept == last.index?.retained.count && "\(last)" == last.index?.description)
  }

  @Test func `embed frames and write them, each file whole`() async throws {
    let embeddings = try await Keepframe.embeddings(
      of: try threeShots(), every: .seconds(0.5), backbone: ThumbnailBackbone())
    #expect(embeddings.count == 12 && embeddings.frames.times.map(\.index) == (0..<12).map { ($0 * 25 + 1) / 2 })
    #expect("\(embeddings)".hasSuffix("three-shots.mp4: 12 embeddings of \(embeddings.dimension) numbers"))
    let place = folder.path.appending("film.npy")
    try embeddings.write(to: place)
    #expect(folder.names() == ["film.npy", "film.pts.npy", "film.timestamps.npy"])
    #expect(try Matrix(NpyArray(contentsOf: place)) == embeddings.vectors)
    #expect(throws: ArchiveError.self) { try embeddings.write(to: place) }
    try embeddings.write(to: place, replace: true)
    try embeddings.write(to: folder.path.appending("film.jsonl"))
    #expect(folder.read("film.jsonl")?.split(separator: 0x0A).count == 12)
    #expect(throws: ArchiveError.self, "the video itself") {
      try embeddings.write(to: embeddings.video, replace: true)
    }
  }

  @Test func `use a detector of one's own, which the manifest names`() async throws {
    var settings = IndexSettings()
    settings.detector.custom = CustomDetector(name: "every-60") { _ in EverySixty() }
    let index = try await Keepframe.index(
      try threeShots(), to: folder.path.appending("own.keepframe"), settings: settings, backbone: ThumbnailBackbone())
    #expect(index.shots.map(\.frames.lowerBound) == [0, 60, 120])
    #expect(index.manifest.settings.detector == "every-60" && index.manifest.settings.detectorWeights == nil)
    let own = try await Keepframe.shots(of: try threeShots(), detector: settings.detector)
    #expect(own.map(\.frames.lowerBound) == [0, 60, 120])
  }

  @Test func `use a gate of one's own, at its own price or at that of a budget`() async throws {
    func index(_ name: String, _ target: RetentionTarget) async throws -> VideoIndex {
      var settings = IndexSettings()
      settings.customGate = CustomGate(name: "every-nth", defaultPrice: 3) { EveryNth(price: $0) }
      settings.target = target
      return try await Keepframe.index(
        try threeShots(), to: folder.path.appending(name), settings: settings, backbone: ThumbnailBackbone())
    }
    let third = try await index("third.keepframe", .price(nil))
    #expect(third.ledger.map(\.kept) == third.ledger.indices.map { $0 % 3 == 0 })
    let (gate, settings) = (third.manifest.gate, third.manifest.settings)
    #expect(gate.name == "every-nth" && gate.price == 3 && settings.gate == "every-nth" && settings.price == 3)
    #expect(settings.gateWeights == nil)
    let five = try await index("five.keepframe", .budget(5))
    #expect((4...5).contains(five.retained.count) && five.manifest.gate.price > 3)
  }

  @Test(.timeLimit(.minutes(2))) func `leave the pool to others while they wait`() async throws {
    // More of them than the pool has threads, and each waits for one that starts after them.
    let gate = Turnstile()
    let video = try threeShots()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<24 {
        group.addTask {
          var detector = DetectorSettings()
          detector.custom = CustomDetector(name: "waiting") { _ in WaitingDetector(gate: gate) }
          return try await Keepframe.shots(of: video, detector: detector).count
        }
      }
      group.addTask {
        while gate.waiting < 24 { await Task.yield() }
        gate.open()
        return 1
      }
      for try await count in group { #expect(count == 1) }
    }
  }

  @Test func `end when their task is cancelled, and leave nothing`() async throws {
    let (gate, place, video) = (Turnstile(), folder.path.appending("own.keepframe"), try threeShots())
    var settings = IndexSettings()
    settings.detector.custom = CustomDetector(name: "waiting") { _ in WaitingDetector(gate: gate) }
    let run = Task { [settings] in
      try await Keepframe.index(video, to: place, settings: settings, backbone: ThumbnailBackbone())
    }
    while gate.waiting == 0 { await Task.yield() }
    run.cancel()
    gate.open()
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(folder.names().isEmpty)
  }

  @Test func `end when nobody listens any more`() async throws {
    let (gate, place, video) = (Turnstile(), folder.path.appending("own.keepframe"), try threeShots())
    var settings = IndexSettings()
    settings.detector.custom = CustomDetector(name: "waiting") { _ in WaitingDetector(gate: gate, frame: 1) }
    func listenOnce() async throws {
      for try await update in Keepframe.updates(
        indexing: video, to: place, settings: settings, backbone: ThumbnailBackbone())
      {
        #expect(update.frames == 1 && update.index == nil)
        break
      }
    }
    try await listenOnce()
    #expect(!folder.names().isEmpty, "the run waits in its second frame")
    gate.open()
    while !folder.names().isEmpty, !folder.names().contains("own.keepframe/manifest.json") { await Task.yield() }
    #expect(folder.names().isEmpty)
  }
}

/// Counts those that wait, and lets them all through at once.
private final class Turnstile: Sendable {
  private let count = Atomic(0)
  private let isOpen = DispatchSemaphore(value: 0)

  var waiting: Int { count.load(ordering: .relaxed) }
  func open() { isOpen.signal() }

  func pass() {
    count.add(1, ordering: .relaxed)
    isOpen.wait()
    isOpen.signal()
  }
}

/// Waits at one frame of a video.
private struct WaitingDetector: BoundaryDetector {
  let gate: Turnstile
  /// Counted from 0.
  let frame: Int
  private var count = 0
  let isCutCandidate = false
  let lastMetrics: [Double] = []
  let delay = 0

  init(gate: Turnstile, frame: Int = 0) {
    self.gate = gate
    self.frame = frame
  }

  mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    if count == frame { gate.pass() }
    count += 1
    return []
  }

  mutating func finish() -> [Boundary] { [] }
}

/// Calls every sixtieth frame a cut.
private struct EverySixty: BoundaryDetector {
  private var index = -1
  private(set) var isCutCandidate = false
  let lastMetrics: [Double] = []
  let delay = 0

  mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    index += 1
    isCutCandidate = index > 0 && index % 60 == 0
    return isCutCandidate ? [Boundary(frame: index, cause: .cut, score: 1)] : []
  }

  mutating func finish() -> [Boundary] { [] }
}

/// Keeps one sample in as many as its price says.
private struct EveryNth: Gate {
  let price: Double

  mutating func judge(_ outlook: Outlook) -> Verdict {
    let place = Double(outlook.candidate.ordinal).truncatingRemainder(dividingBy: max(1, price.rounded(.up)))
    return Verdict(keeps: place == 0, score: place, reason: place == 0 ? .scheduled : .unscheduled)
  }
}

/// Says that it is the built-in descriptor, and is never asked.
private struct NoBackbone: Backbone {
  let description = ThumbnailBackbone().description
  let choice = ThumbnailBackbone().choice

  func embed(_ picture: Picture) throws(FeatureError) -> Embedding { preconditionFailure("nothing is embedded") }
}
