internal import KeepframeFootage
internal import KeepframeNumerics

/// Draws decks: how they look, what their slides say and when, and what else moves.
struct DeckPlanner {
  static let slides = 5...9
  static let lines = 1...7
  /// Seconds that a finished slide stays, and seconds from one line to the next.
  static let hold = 2.5...10.0
  static let pause = 1.2...7.0
  static let interlude = 3.0...9.0

  let reels: [Reel]
  let pictureCount: Int
  private var random: SeededGenerator

  /// - Parameters:
  ///   - reels: footage that may move in a corner; may be empty.
  ///   - pictures: number of pictures that may lie behind the text.
  init(_ reels: [Reel], pictures: Int, seed: UInt64, name: String) {
    self.reels = reels
    pictureCount = pictures
    random = SeededGenerator(seed: seed, name: name)
  }

  mutating func plan() -> DeckPlan {
    var plan = DeckPlan()
    plan.kinds = kinds()
    (plan.width, plan.height) = random.element(of: [(640, 360), (640, 360), (640, 480), (480, 270)])!
    plan.framesPerSecond = random.element(of: [6, 8, 10, 12])!
    if plan.kinds.contains(.fade) {
      plan.lineFade = frames(0.2...0.8, plan)
      plan.slideFade = frames(0.3...1, plan)
    }
    plan.style = style(plan)
    let pace = random.uniform(in: 0.6...1.4)
    let grounds = grounds(plan)
    var frame = 0
    for _ in 0..<random.uniform(in: Self.slides.lowerBound..<Self.slides.upperBound + 1) {
      // One slide in six looks different from the rest, as slides that open a part do.
      plan.slides.append(slide(plan, on: grounds[chance(0.17) ? 1 : 0], from: frame, pace: pace))
      let last = plan.slides.count - 1
      frame = plan.slides[last].end
      if plan.kinds.contains(.camera), chance(0.4) {
        plan.slides[last].interlude = shot()
        frame += frames(Self.interlude, plan)
      }
    }
    plan.frameCount = frame
    if plan.kinds.contains(.speaker) { plan.speaker = speaker(plan) }
    if plan.kinds.contains(.cursor) { plan.rests = rests(plan) }
    plan.encoding.quantizer = random.uniform(in: 18..<34)
    plan.encoding.keyInterval = random.element(of: [25, 50, 100, 250])!
    plan.encoding.width = plan.width
    plan.encoding.preset = random.element(of: ["ultrafast", "superfast", "veryfast"])!
    return plan
  }

  // MARK: - Looks

  private mutating func kinds() -> Set<DeckKind> {
    var kinds: Set<DeckKind> = []
    for kind in DeckKind.allCases where chance(0.4) { kinds.insert(kind) }
    if pictureCount == 0 { kinds.remove(.photo) }
    if reels.isEmpty { kinds.subtract([.speaker, .camera]) }
    return kinds
  }

  private mutating func style(_ plan: DeckPlan) -> DeckPlan.Style {
    var style = DeckPlan.Style()
    style.ink = plan.kinds.contains(.dark) ? colour(200...255) : colour(0...70)
    style.accent = colour(30...225)
    style.textHeight = random.uniform(in: Float(0.038)...0.06)
    style.pitch = random.uniform(in: Float(1.6)...2.1)
    style.margin = random.uniform(in: Float(0.05)...0.12)
    style.isCentred = chance(0.2)
    style.hasBullets = !style.isCentred && chance(0.6)
    style.band = random.element(of: DeckPlan.Style.Band.allCases)!
    return style
  }

  /// The grounds of most slides, and of some.
  private mutating func grounds(_ plan: DeckPlan) -> [DeckPlan.Ground] {
    (0..<2).map { _ in
      let colour = plan.kinds.contains(.dark) ? colour(0...60) : colour(205...255)
      guard plan.kinds.contains(.photo) else { return .plain(colour) }
      return .photo(random.uniform(in: 0..<pictureCount), share: random.uniform(in: 90..<190), to: colour)
    }
  }

  private mutating func colour(_ range: ClosedRange<Float>) -> DeckColour {
    func level() -> UInt8 { UInt8(random.uniform(in: range)) }
    return DeckColour(level(), level(), level())
  }

  // MARK: - Slides

  private mutating func slide(_ plan: DeckPlan, on ground: DeckPlan.Ground, from first: Int, pace: Double) -> DeckPlan.Slide {
    var slide = DeckPlan.Slide()
    slide.ground = ground
    slide.first = first
    let room = DeckLayout(plan)
    slide.title = words(atMost: room.titleLetters)
    var frame = first + plan.slideFade
    let isWhole = plan.kinds.contains(.whole) && chance(0.5)
    for _ in 0..<min(random.uniform(in: Self.lines.lowerBound..<Self.lines.upperBound + 1), room.lineCount) {
      frame += frames(Self.pause, plan, times: pace)
      slide.lines.append(
        DeckPlan.Line(letters: words(atMost: room.lineLetters), frame: isWhole ? first - plan.lineFade : frame))
      frame += plan.lineFade
    }
    slide.end = plan.completion(of: slide) + frames(Self.hold, plan)
    return slide
  }

  /// Words of two to nine letters, from a third of the line to all of it.
  private mutating func words(atMost most: Int) -> [Int] {
    let count = random.uniform(in: max(1, most / 3)..<max(2, most + 1))
    var letters: [Int] = []
    while letters.count < count {
      if !letters.isEmpty { letters.append(Glyphs.space) }
      letters += (0..<random.uniform(in: 2..<10)).map { _ in random.uniform(in: 0..<Glyphs.space) }
    }
    return Array(letters.prefix(count))
  }

  // MARK: - What moves

  private mutating func shot() -> DeckPlan.Shot {
    let reel = random.uniform(in: 0..<reels.count)
    return DeckPlan.Shot(reel: reel, stretch: random.uniform(in: 0..<reels[reel].stretches.count))
  }

  private mutating func speaker(_ plan: DeckPlan) -> DeckPlan.Speaker {
    var speaker = DeckPlan.Speaker(shot: shot())
    speaker.width = Int(random.uniform(in: Float(0.16)...0.28) * Float(plan.width))
    speaker.height = speaker.width * Reel.height / Reel.width
    // More often on the right, since most lines start on the left.
    speaker.left = chance(0.8) ? plan.width - speaker.width : 0
    speaker.top = chance(0.7) ? plan.height - speaker.height : 0
    return speaker
  }

  private mutating func rests(_ plan: DeckPlan) -> [DeckPlan.Rest] {
    var rests: [DeckPlan.Rest] = []
    var frame = 0
    while frame < plan.frameCount {
      rests.append(
        DeckPlan.Rest(
          frame: frame, travel: rests.isEmpty ? 0 : frames(0.3...1, plan), x: random.uniform(in: 0..<plan.width),
          y: random.uniform(in: 0..<plan.height)))
      frame += frames(1.5...8, plan)
    }
    return rests
  }

  // MARK: - Chance

  private mutating func chance(_ share: Double) -> Bool { random.uniform(in: 0.0...1.0) < share }

  /// A drawn length in frames, at least one.
  private mutating func frames(_ seconds: ClosedRange<Double>, _ plan: DeckPlan, times factor: Double = 1) -> Int {
    max(1, Int((random.uniform(in: seconds) * factor * Double(plan.framesPerSecond)).rounded()))
  }
}
