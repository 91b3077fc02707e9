internal import KeepframeDecoding
internal import KeepframeFootage

/// Makes the frames of a ``DeckPlan``, one by one, in order.
struct DeckRenderer {
  static let quality = 95

  let plan: DeckPlan
  let reels: [Reel]
  /// Returns picture *i*, in the deck's size.
  let picture: (Int) throws -> Picture

  private let layout: DeckLayout
  private var grounds: [DeckPlan.Ground: Picture] = [:]
  private var states: [State: Picture] = [:]
  private var shown: (look: Look, jpeg: [UInt8])?

  /// A slide with a number of its lines.
  private struct State: Hashable {
    var slide: Int
    var lines: Int
  }

  /// All that determines a frame's pixels.
  private struct Look: Hashable {
    var from: State
    var to: State
    /// Share of `to`, in 256ths.
    var share: Int
    var speaker: Int?
    /// Frame of the footage that fills the picture instead.
    var interlude: Int?
    var pointer: [Int] = []
  }

  init(_ plan: DeckPlan, _ reels: [Reel], picture: @escaping (Int) throws -> Picture) {
    self.plan = plan
    self.reels = reels
    self.picture = picture
    layout = DeckLayout(plan)
  }

  /// Frame `frame` as a JPEG file; frames in which nothing changes are the same bytes.
  mutating func jpeg(_ frame: Int) throws -> [UInt8] {
    let look = look(at: frame)
    if let shown, shown.look == look { return shown.jpeg }
    var result = try whole(look) ?? state(look.to)
    if look.share < 256 { result = try state(look.from).blended(with: result, share: look.share) }
    if let speaker = plan.speaker, let number = look.speaker {
      result.paste(
        try footage(number, of: speaker.shot, width: speaker.width, height: speaker.height), x: speaker.left, y: speaker.top)
    }
    if !look.pointer.isEmpty { drawPointer(x: look.pointer[0], y: look.pointer[1], on: &result) }
    let jpeg = try result.jpeg(quality: Self.quality)
    shown = (look, jpeg)
    return jpeg
  }

  // MARK: - What a frame shows

  private func look(at frame: Int) -> Look {
    let slide = plan.slides.lastIndex { $0.first <= frame } ?? 0
    let own = plan.slides[slide]
    let begun = own.lines.prefix { $0.frame <= frame }.count
    let to = State(slide: slide, lines: begun)
    var look = Look(from: to, to: to, share: 256)
    if begun > 0, frame < own.lines[begun - 1].frame + plan.lineFade {
      look.from.lines -= 1
      look.share = share(frame - own.lines[begun - 1].frame, of: plan.lineFade)
    } else if slide > 0, plan.slides[slide - 1].interlude == nil, frame < own.first + plan.slideFade {
      look.from = State(slide: slide - 1, lines: plan.slides[slide - 1].lines.count)
      look.share = share(frame - own.first, of: plan.slideFade)
    }
    if frame >= own.end, let shot = own.interlude {
      look.interlude = place(in: shot, at: frame - own.end)
      return look
    }
    look.speaker = plan.speaker.map { place(in: $0.shot, at: frame) }
    look.pointer = pointer(at: frame)
    return look
  }

  /// The frame of a stretch that is shown `frame` frames after its start; it plays to its end and
  /// back.
  private func place(in shot: DeckPlan.Shot, at frame: Int) -> Int {
    let reel = reels[shot.reel]
    let count = reel.stretches[shot.stretch].frames.count
    let period = max(1, 2 * (count - 1))
    let place = Int(Double(frame) * reel.frameRate / Double(plan.framesPerSecond)) % period
    return place < count ? place : period - place
  }

  /// The share of the new picture. The first frame of a fade already shows something of it, and the
  /// frame after the last shows nothing else.
  private func share(_ frame: Int, of count: Int) -> Int { 256 * (frame + 1) / (count + 1) }

  private func pointer(at frame: Int) -> [Int] {
    guard let index = plan.rests.lastIndex(where: { $0.frame <= frame }) else { return [] }
    let here = plan.rests[index]
    guard index + 1 < plan.rests.count else { return [here.x, here.y] }
    let next = plan.rests[index + 1]
    let moved = frame - (next.frame - next.travel)
    guard moved > 0, next.travel > 0 else { return [here.x, here.y] }
    return [here.x + (next.x - here.x) * moved / next.travel, here.y + (next.y - here.y) * moved / next.travel]
  }

  // MARK: - Pixels

  private func footage(_ number: Int, of shot: DeckPlan.Shot, width: Int, height: Int) throws -> Picture {
    let source = try Picture(jpeg: reels[shot.reel].stretches[shot.stretch].frames[number])
    return source.stretched(
      left: 0, top: 0, width: Float(source.width), height: Float(source.height), toWidth: width, height: height)
  }

  /// The footage that fills the picture after a slide; nil if none does.
  private func whole(_ look: Look) throws -> Picture? {
    guard let number = look.interlude, let shot = plan.slides[look.to.slide].interlude else { return nil }
    return try footage(number, of: shot, width: plan.width, height: plan.height)
  }

  private mutating func state(_ state: State) throws -> Picture {
    if let known = states[state] { return known }
    let slide = plan.slides[state.slide]
    // Each state of a slide is the one before it with one more line.
    var result: Picture
    if state.lines == 0 {
      result = try ground(slide.ground)
      drawFrame(slide, on: &result)
    } else {
      result = try self.state(State(slide: state.slide, lines: state.lines - 1))
      drawLine(state.lines - 1, of: slide, on: &result)
    }
    states = states.filter { $0.key.slide >= state.slide - 1 }
    states[state] = result
    return result
  }

  private mutating func ground(_ ground: DeckPlan.Ground) throws -> Picture {
    if let known = grounds[ground] { return known }
    var result = Picture(width: plan.width, height: plan.height)
    switch ground {
    case .plain(let colour): result.fill(left: 0, top: 0, width: plan.width, height: plan.height, colour.rgb)
    case .photo(let index, let share, let colour):
      var plain = result
      plain.fill(left: 0, top: 0, width: plan.width, height: plan.height, colour.rgb)
      result = try picture(index).blended(with: plain, share: share)
    }
    grounds[ground] = result
    return result
  }

  /// Draws what a slide shows from its first frame on.
  private func drawFrame(_ slide: DeckPlan.Slide, on picture: inout Picture) {
    let (width, height, accent) = (plan.width, plan.height, plan.style.accent.rgb)
    switch plan.style.band {
    case .none: break
    case .top: picture.fill(left: 0, top: 0, width: width, height: layout.titleTop * 2 / 3, accent)
    case .left: picture.fill(left: 0, top: 0, width: layout.left / 2, height: height, accent)
    case .underTitle:
      let top = layout.titleTop + Int(1.5 * layout.titleHeight)
      picture.fill(left: layout.left, top: top, width: width - 2 * layout.left, height: max(1, height / 120), accent)
    }
    Glyphs.draw(
      slide.title, on: &picture, left: layout.left(of: slide.title, height: layout.titleHeight), top: layout.titleTop,
      height: layout.titleHeight, plan.style.ink.rgb)
  }

  private func drawLine(_ number: Int, of slide: DeckPlan.Slide, on picture: inout Picture) {
    let (letters, top, height) = (slide.lines[number].letters, layout.top(ofLine: number), layout.lineHeight)
    var left = layout.left(of: letters, height: height)
    if plan.style.hasBullets {
      let side = Int(height / 2)
      picture.fill(left: left, top: top + side / 2, width: side, height: side, plan.style.accent.rgb)
      left += Int(12 * height / 7)
    }
    Glyphs.draw(letters, on: &picture, left: left, top: top, height: height, plan.style.ink.rgb)
  }

  /// Draws an arrow that points up to the left, black with a white rim.
  private func drawPointer(x: Int, y: Int, on picture: inout Picture) {
    let length = max(8, plan.height / 24)
    for (inset, colour) in [(0, (UInt8(255), UInt8(255), UInt8(255))), (1, (UInt8(0), UInt8(0), UInt8(0)))] {
      for row in inset..<length - inset {
        let width = max(0, min(row, 2 * (length - row)) - 2 * inset)
        picture.fill(left: x + inset, top: y + row, width: width, height: 1, colour)
      }
    }
  }
}
