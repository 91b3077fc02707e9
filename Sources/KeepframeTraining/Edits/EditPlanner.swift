internal import Glibc  // exp, log
internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

/// Draws edited programmes from reels: what is cut to what, how, and what disturbs it.
///
/// Half of all cuts stay within a source, and many within a stretch: cuts between like pictures are the hard ones, and films are full of
/// them. ``Neighbours/apart`` leaves these out.
struct EditPlanner {
  let reels: [Reel]
  let neighbours: Neighbours
  /// Shots of a programme.
  static let shots = 10...16
  static let jumpShare = 0.1
  /// Of shots, that begin a run of a few frames each.
  static let runShare = 0.04
  static let cutShare = 0.58
  /// What correlates more than this and differs less in brightness, in levels, is one picture.
  static let jumpCorrelation = 0.85
  static let jumpLevels = 12.0
  private static let transitions: [EditPlan.Join.Kind] = [
    .dissolve, .dissolve, .dissolve, .dissolve, .dissolve, .fadeBlack, .fadeBlack, .fadeBlack, .fadeWhite, .fadeColour, .wipe,
    .wipe, .slide, .push, .zoom,
  ]

  private var random: SeededGenerator

  init(_ reels: [Reel], neighbours: Neighbours = .mixed, seed: UInt64, name: String) {
    precondition(!reels.isEmpty, "expected footage to edit")
    self.reels = reels
    self.neighbours = neighbours
    random = SeededGenerator(seed: seed, name: name)
  }

  /// - Throws: ``DecodingError`` if a frame of a reel is no JPEG.
  mutating func plan() throws(DecodingError) -> EditPlan {
    var plan = EditPlan()
    plan.framesPerSecond = random.element(of: [8, 12, 15, 24, 24, 25, 25, 25, 30, 30, 30, 50, 60])!
    plan.isVariableRate = chance(0.15)
    plan.letterbox = chance(0.2) ? random.uniform(in: Float(0.05)...0.14) : 0
    plan.hasLogo = chance(0.2)
    plan.sides = chance(0.15) ? random.element(of: EditPlan.Sides.allCases) : nil
    plan.wear = chance(0.08) ? random.uniform(in: Float(0.2)...1) : 0
    plan.grain = chance(0.4) ? random.uniform(in: Float(1)...9) : 0
    plan.seed = random.next()
    plan.encoding.codec = chance(0.2) ? .mpeg4 : .h264
    plan.encoding.quantizer = plan.encoding.codec == .mpeg4 ? random.uniform(in: 2..<16) : random.uniform(in: 17..<39)
    plan.encoding.keyInterval = random.element(of: [12, 25, 50, 100, 250])!
    plan.encoding.width = random.element(of: [320, 320, 320, 240, 160])!
    plan.encoding.preset = random.element(of: ["ultrafast", "superfast", "veryfast"])!
    let count = random.uniform(in: Self.shots.lowerBound..<Self.shots.upperBound + 1)
    // Calm programmes and hectic ones.
    let pace = random.uniform(in: 0.6...1.6)
    plan.shots.append(shot(after: nil, pace: pace, rate: plan.framesPerSecond))
    // Shots that are still to come of a run of short ones.
    var short = 0
    while plan.shots.count < count || short > 0 {
      let last = plan.shots[plan.shots.count - 1]
      if short == 0, chance(Self.runShare) { short = random.uniform(in: 3..<8) }
      if short == 0, last.count >= 24, chance(Self.jumpShare), let jumped = jump(from: last) {
        plan.joins.append(EditPlan.Join(kind: .jump))
        plan.shots.append(jumped)
        continue
      }
      var next = shot(after: last, pace: pace, rate: plan.framesPerSecond)
      for _ in 0..<8 where try isJump(from: last, to: next) {
        next = shot(after: last, pace: pace, rate: plan.framesPerSecond)
      }
      let isRun = short > 0
      if isRun {
        short -= 1
        next.count = random.uniform(in: 1..<6)
      }
      let join =
        try isJump(from: last, to: next)
        ? EditPlan.Join(kind: .jump) : isRun ? EditPlan.Join(kind: .cut) : join(last, next)
      // What both show comes on top of what each shows alone.
      plan.shots[plan.shots.count - 1].count += join.count
      next.count += join.count
      plan.joins.append(join)
      plan.shots.append(next)
    }
    for index in plan.shots.indices { disturb(&plan, index) }
    return plan
  }

  private mutating func chance(_ share: Double) -> Bool { random.uniform(in: 0.0...1.0) < share }

  /// Evenly over the logarithm.
  private mutating func frames(_ range: ClosedRange<Double>) -> Int {
    let (low, high) = (log(range.lowerBound), log(range.upperBound))
    return Int(exp(random.uniform(in: low...high)).rounded())
  }

  // MARK: - Shots

  private mutating func shot(after last: EditPlan.Shot?, pace: Double, rate: Int) -> EditPlan.Shot {
    let (reel, stretch, isSame) = place(after: last)
    let available = reels[reel].stretches[stretch].frames.count
    var shot = EditPlan.Shot(reel: reel, stretch: stretch, start: 0, step: 1, count: 0)
    let scale = pace * Double(rate) / 25
    shot.count = max(5, frames(max(6, 9 * scale)...max(20, 85 * scale)))
    shot.step = random.element(of: [1, 1, 1, 1, 0.5, 1.5, 2, 3])!
    shot.start = random.uniform(in: Float(0)...Float(max(0, available - 8)))
    shot.camera = camera()
    shot.isMirrored = !isSame && chance(0.3)
    shot.gradeSeed = chance(isSame ? 0.1 : 0.25) ? random.next() : nil
    guard let last, isSame, last.stretch == stretch else { return shot }
    // Of one stretch: another framing, or it would be no new shot.
    shot.gradeSeed = last.gradeSeed
    let (near, far) = (random.uniform(in: Float(0.4)...0.6), random.uniform(in: Float(0.8)...1))
    let size = last.camera.toSize > 0.7 ? near : far
    let (x, y) = (centre(size), centre(size))
    shot.camera = EditPlan.Camera(fromX: x, fromY: y, fromSize: size, toX: x, toY: y, toSize: size)
    return shot
  }

  /// Which stretch comes next, and whether it is of the same video as the last.
  private mutating func place(after last: EditPlan.Shot?) -> (reel: Int, stretch: Int, isSame: Bool) {
    if let last, neighbours == .apart {
      let source = random.element(of: Set(reels.map(\.source)).subtracting([reels[last.reel].source]).sorted())
      let reel = random.element(of: reels.indices.filter { reels[$0].source == source })
      if let reel { return (reel, random.uniform(in: 0..<reels[reel].stretches.count), false) }
    }
    let draw = random.uniform(in: 0.0...1.0)
    if let last, draw < 0.35 {
      let stretches = reels[last.reel].stretches.count
      return (last.reel, chance(0.35) ? last.stretch : random.uniform(in: 0..<stretches), true)
    }
    var candidates = Array(reels.indices)
    if let last, draw < 0.6 {
      let related = candidates.filter { reels[$0].source == reels[last.reel].source }
      if related.count > 1 { candidates = related }
    }
    // By source first: one with many videos is not seen more than others, but for those of its own.
    if draw >= 0.6 {
      let source = random.element(of: Set(reels.map(\.source)).sorted())!
      candidates = candidates.filter { reels[$0].source == source }
    }
    let reel = random.element(of: candidates)!
    return (reel, random.uniform(in: 0..<reels[reel].stretches.count), reel == last?.reel)
  }

  private mutating func centre(_ size: Float) -> Float { random.uniform(in: size / 2...1 - size / 2) }

  private mutating func camera() -> EditPlan.Camera {
    var camera = EditPlan.Camera()
    guard chance(0.65) else { return camera }
    camera.fromSize = random.uniform(in: Float(0.5)...1)
    (camera.fromX, camera.fromY) = (centre(camera.fromSize), centre(camera.fromSize))
    (camera.toX, camera.toY, camera.toSize) = (camera.fromX, camera.fromY, camera.fromSize)
    if chance(0.4) {
      camera.toSize = chance(0.4) ? random.uniform(in: Float(0.45)...1) : camera.fromSize
      (camera.toX, camera.toY) = (centre(camera.toSize), centre(camera.toSize))
    }
    if chance(0.2) { camera.shake = random.uniform(in: Float(0.002)...0.03) }
    return camera
  }

  /// The same camera a little later, or nearer, or both.
  private mutating func jump(from last: EditPlan.Shot) -> EditPlan.Shot? {
    var shot = last
    let isPunched = chance(0.5)
    let dropped = isPunched && chance(0.5) ? 0 : random.uniform(in: Float(5)...40)
    let end = last.start + last.step * Float(last.count) + dropped
    guard Int(end) + 12 < reels[last.reel].stretches[last.stretch].frames.count else { return nil }
    shot.start = end
    (shot.camera.fromX, shot.camera.fromY, shot.camera.fromSize) = (last.camera.toX, last.camera.toY, last.camera.toSize)
    if isPunched {
      let scale = random.uniform(in: Float(1.1)...1.5)
      let size = chance(0.3) ? min(1, last.camera.toSize * scale) : last.camera.toSize / scale
      shot.camera.fromSize = size
      shot.camera.fromX = min(max(last.camera.toX, size / 2), 1 - size / 2)
      shot.camera.fromY = min(max(last.camera.toY, size / 2), 1 - size / 2)
    }
    (shot.camera.toX, shot.camera.toY, shot.camera.toSize) = (shot.camera.fromX, shot.camera.fromY, shot.camera.fromSize)
    shot.count = random.uniform(in: 12..<40)
    shot.disturbances = []
    return shot
  }

  /// Whether the two show one picture a little later, as of a camera on a stand: then there is no new shot to be seen.
  private func isJump(from last: EditPlan.Shot, to next: EditPlan.Shot) throws(DecodingError) -> Bool {
    guard last.reel == next.reel else { return false }
    var cut = EditPlan()
    (cut.shots, cut.joins) = ([last, next], [EditPlan.Join(kind: .cut)])
    var renderer = EditRenderer(cut, reels, width: 32, height: 18)
    let (before, after) = (try renderer.picture(last.count - 1), try renderer.picture(last.count))
    return areAlike(before, after)
  }

  // MARK: - Joins

  private mutating func join(_ last: EditPlan.Shot, _ next: EditPlan.Shot) -> EditPlan.Join {
    guard !chance(Self.cutShare) else {
      var cut = EditPlan.Join(kind: .cut)
      if chance(0.04), min(last.count, next.count) >= 10 { cut.flash = random.uniform(in: 1..<4) }
      return cut
    }
    var join = EditPlan.Join(kind: random.element(of: Self.transitions)!)
    let isFade = [.fadeBlack, .fadeWhite, .fadeColour].contains(join.kind)
    join.count = frames(isFade ? 4...60 : 2...60)
    join.side = random.uniform(in: 0..<4)
    join.shape = random.uniform(in: Float(0)...1)
    if join.kind == .fadeColour { join.colour = (0..<3).map { _ in UInt8(random.uniform(in: 0..<256)) } }
    return join
  }

  // MARK: - Disturbances

  private mutating func place() -> EditPlan.Place {
    let reel = random.uniform(in: 0..<reels.count)
    let stretch = random.uniform(in: 0..<reels[reel].stretches.count)
    return EditPlan.Place(
      reel: reel, stretch: stretch, frame: random.uniform(in: 0..<reels[reel].stretches[stretch].frames.count))
  }

  private mutating func disturb(_ plan: inout EditPlan, _ index: Int) {
    let before = index > 0 ? plan.joins[index - 1].count : 0
    let after = index < plan.joins.count ? plan.joins[index].count : 0
    let room = before + 7..<max(before + 7, plan.shots[index].count - after - 7)
    guard room.count >= 8, chance(0.5) else { return }
    let kind = random.element(of: EditPlan.Disturbance.Kind.allCases)!
    let range: ClosedRange<Int> =
      switch kind {
      case .flash: 1...5
      case .strobe: 8...30
      case .exposure, .shake: 8...40
      case .whipPan: 5...12
      case .zoom: 6...24
      case .caption, .pictureInPicture: 10...60
      case .occlusion: 8...24
      case .explosion: 6...30
      case .smoke: 16...60
      case .panel, .popup, .page, .inset, .split, .background, .stickers, .bars: 8...50
      case .scroll: 10...40
      case .muzzle: 2...12
      }
    let most = min(range.upperBound, room.count)
    guard most >= range.lowerBound else { return }
    let count = random.uniform(in: range.lowerBound..<most + 1)
    let start = room.lowerBound + random.uniform(in: 0..<room.count - count + 1)
    var disturbance = EditPlan.Disturbance(
      kind: kind, frames: start..<start + count, seed: random.next(), strength: random.uniform(in: Float(0.3)...1))
    if [.page, .scroll, .inset, .split, .background].contains(kind) { disturbance.other = place() }
    plan.shots[index].disturbances.append(disturbance)
  }
}

/// Whether two pictures show the same things in the same light.
private func areAlike(_ a: Picture, _ b: Picture) -> Bool {
  let (x, y) = (a.rgb.map { Double($0) }, b.rgb.map { Double($0) })
  func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
  let (meanX, meanY) = (mean(x), mean(y))
  func covariance(_ x: [Double], _ meanX: Double, _ y: [Double], _ meanY: Double) -> Double {
    mean(zip(x, y).map { ($0 - meanX) * ($1 - meanY) })
  }
  let scale = (covariance(x, meanX, x, meanX) * covariance(y, meanY, y, meanY)).squareRoot()
  let correlation = scale > 1 ? covariance(x, meanX, y, meanY) / scale : 1  // of flat pictures only the light counts
  return correlation > EditPlanner.jumpCorrelation && abs(meanX - meanY) < EditPlanner.jumpLevels
}
