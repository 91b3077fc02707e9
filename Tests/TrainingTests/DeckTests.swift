import KeepframeDecoding
import KeepframeFootage
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeTraining

/// A deck of its kinds alone, as drawn from the first seed that gives it.
private func plan(_ kinds: Set<DeckKind>) throws -> DeckPlan {
  let reels = try plainReels(2)
  for index in 0..<500 {
    var planner = DeckPlanner(reels, pictures: 3, seed: 1, name: "deck \(index)")
    let plan = planner.plan()
    if plan.kinds == kinds { return plan }
  }
  Issue.record("no deck of \(kinds)")
  return DeckPlan()
}

private func renderer(_ plan: DeckPlan) throws -> DeckRenderer {
  DeckRenderer(plan, try plainReels(2)) { index in
    var picture = Picture(width: plan.width, height: plan.height)
    for at in stride(from: index, to: picture.rgb.count, by: 3) { picture.rgb[at] = UInt8(truncatingIfNeeded: at / 7) }
    return picture
  }
}

@Suite struct `The deck planner` {
  @Test func `draws slides whose lines come one after the other and stay for a while`() throws {
    let reels = try plainReels(4)
    var kinds: [DeckKind: Int] = [:]
    for index in 0..<60 {
      var planner = DeckPlanner(reels, pictures: 3, seed: 5, name: "deck \(index)")
      let plan = planner.plan()
      #expect(plan.slides.first?.first == 0 && plan.slides.last?.end ?? 0 <= plan.frameCount)
      for (slide, next) in zip(plan.slides, plan.slides.dropFirst()) {
        #expect((slide.end < next.first) == (slide.interlude != nil) && slide.end <= next.first)
      }
      let layout = DeckLayout(plan)
      for slide in plan.slides {
        let frames = [slide.first + plan.slideFade] + slide.lines.map(\.frame)
        let isWhole = plan.kinds.contains(.whole) && plan.completion(of: slide) == slide.first + plan.slideFade
        for (one, next) in zip(frames, frames.dropFirst()) { #expect(isWhole || next - one > plan.lineFade) }
        let held = Double(slide.end - plan.completion(of: slide)) / Double(plan.framesPerSecond)
        #expect((2.4...10.1).contains(held), "\(held) s")
        #expect(Float(layout.top(ofLine: slide.lines.count - 1)) + layout.lineHeight < Float(plan.height), "it is seen")
      }
      for kind in plan.kinds { kinds[kind, default: 0] += 1 }
    }
    for kind in DeckKind.allCases { #expect((10...40).contains(kinds[kind] ?? 0), "\(kind): \(kinds)") }
  }

  @Test func `draws the same deck twice, and nothing that there is no material for`() throws {
    func plan(_ seed: UInt64) -> DeckPlan {
      var planner = DeckPlanner([], pictures: 0, seed: seed, name: "deck 0")
      return planner.plan()
    }
    #expect(plan(3) == plan(3) && plan(3) != plan(4))
    for seed in 0..<30 { #expect(plan(UInt64(seed)).kinds.isDisjoint(with: [.photo, .speaker, .camera])) }
  }
}

@Suite struct `The deck renderer` {
  @Test(arguments: [[], [.fade, .dark], [.photo], [.camera]] as [Set<DeckKind>])
  func `shows a slide complete from the moment that the truth names to its end`(kinds: Set<DeckKind>) throws {
    let plan = try plan(kinds)
    var renderer = try renderer(plan)
    let truth = DeckTruth(plan)
    for (number, slide) in truth.slides.prefix(2).enumerated() {
      let rate = Double(plan.framesPerSecond)
      let (complete, end) = (Int((slide.complete * rate).rounded()), Int((slide.end * rate).rounded()))
      let before = try renderer.jpeg(complete - 1)
      let whole = try renderer.jpeg(complete)
      #expect(before != whole, "a line is missing one frame before")
      #expect(try renderer.jpeg(end - 1) == whole, "nothing changes")
      #expect(try renderer.jpeg(end) != whole, "the next slide begins")
      #expect(truth.slideCompleted(at: slide.complete) == number)
      #expect(truth.slideCompleted(at: slide.complete - 1 / rate) == nil)
      #expect(truth.slideCompleted(at: slide.end - 1 / rate) == number)
      #expect(truth.slideCompleted(at: slide.end) == nil)
    }
  }

  @Test func `draws more of a slide with each line`() throws {
    let plan = try plan([])
    var renderer = try renderer(plan)
    let slide = plan.slides[0]
    func inked(_ frame: Int) throws -> Int {
      let picture = try Picture(jpeg: try renderer.jpeg(frame))
      return stride(from: 0, to: picture.rgb.count, by: 3).count { picture.rgb[$0] < 128 }
    }
    let counts = try ([slide.first] + slide.lines.map(\.frame)).map(inked)
    #expect(counts.count > 1)
    for (one, next) in zip(counts, counts.dropFirst()) { #expect(next > one + 20, "\(counts)") }
  }

  @Test(arguments: [.speaker, .cursor] as [DeckKind])
  func `moves what moves, and nothing else`(kind: DeckKind) throws {
    var plan = try plan([kind])
    if kind == .cursor { plan.rests = [.init(frame: 0, travel: 0, x: 3, y: 3), .init(frame: 6, travel: 5, x: 90, y: 60)] }
    // Reels of one colour do not move; a gradient in one frame does.
    var renderer = try renderer(plan)
    let (first, later) = (try Picture(jpeg: try renderer.jpeg(0)), try Picture(jpeg: try renderer.jpeg(6)))
    plan.speaker = nil
    plan.rests = []
    var bare = try self.bare(plan)
    let without = try Picture(jpeg: try bare.jpeg(0))
    func changed(_ a: Picture, _ b: Picture) -> Int { zip(a.rgb, b.rgb).count { abs(Int($0) - Int($1)) > 24 } }
    #expect(changed(first, without) > 20)
    #expect((changed(first, later) > 20) == (kind == .cursor))
    #expect(changed(first, without) < first.rgb.count / 4, "the rest stays")
  }

  private func bare(_ plan: DeckPlan) throws -> DeckRenderer { try renderer(plan) }
}

@Suite struct `A made deck` {
  @Test func `is a video as long as its truth, which reads back as it was`() throws {
    let folder = try scratchFolder("decks")
    let video = folder.appending("deck-001.mkv")
    let truth = try DeckMaker([], pictures: [], seed: 2).make(0, at: video)
    var reader = try VideoReader(video)
    var (count, thumbnail) = (0, Thumbnail())
    var sharpness: [Float] = []
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      sharpness.append(FrameQuality(thumbnail, previous: nil).sharpness)
      count += 1
    }
    #expect(count == truth.frameCount)
    let slide = try #require(truth.slides.first { $0.lineCount > 1 })
    let rate = Double(truth.framesPerSecond)
    #expect(sharpness[Int(slide.complete * rate) + 1] > sharpness[Int(slide.start * rate) + 1], "text was added")
    #expect(try folderNames(folder) == ["deck-001.mkv"], "nothing is left")

    try write(Array(truth.json.utf8), to: DeckTruth.file(of: video))
    #expect(try DeckTruth(contentsOf: DeckTruth.file(of: video)) == truth)
    for text in ["{}", #"{"fps": 0, "frames": 1, "kinds": [], "slides": []}"#, "no truth"] {
      try write(Array(text.utf8), to: DeckTruth.file(of: video))
      #expect(throws: TrainingError.self) { try DeckTruth(contentsOf: DeckTruth.file(of: video)) }
    }
  }

  private func folderNames(_ folder: FilePath) throws -> [String] {
    try run("ls", ["-A", folder.string]).output.split(separator: "\n").map(String.init)
  }
}
