internal import Glibc  // exp, log
internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

/// Draws edited programmes from reels: what is cut to what, how, and what disturbs it.
///
/// Half of all cuts stay within a source, and many within a stretch. Cuts between similar pictures
/// are the hard ones, and films are full of them. ``Neighbours/apart`` leaves these out.
struct EditPlanner {
  let reels: [Reel]
  let neighbours: Neighbours
  let recipes: EditRecipes?
  /// Number of shots of a programme, without those of runs.
  static let shots = 10...16
  static let jumpShare = 0.12
  /// The share right after a jump, since jumps often follow each other.
  static let jumpAgainShare = 0.3
  /// Share of shots before which a run of shots of a few frames each is inserted.
  static let runShare = 0.015
  static let cutShare = 0.58
  /// Pictures that correlate more than this, and differ less in brightness, in levels, count as
  /// one.
  static let jumpCorrelation = 0.85
  static let jumpLevels = 12.0
  /// The least mean change at a jump, in levels.
  static let leastJump = 6.0
  private static let transitions: [EditPlan.Join.Kind] = [
    .dissolve, .dissolve, .dissolve, .dissolve, .dissolve, .fadeBlack, .fadeBlack, .fadeBlack, .fadeWhite, .fadeColour, .wipe,
    .wipe, .slide, .push, .zoom,
  ]

  private var random: SeededGenerator

  init(_ reels: [Reel], neighbours: Neighbours = .mixed, recipes: EditRecipes? = nil, seed: UInt64, name: String) {
    precondition(!reels.isEmpty, "expected footage to edit")
    self.reels = reels
    self.neighbours = neighbours
    self.recipes = recipes
    random = SeededGenerator(seed: seed, name: name)
  }

  /// - Throws: ``DecodingError`` if a frame of a reel is no JPEG.
  mutating func plan() throws(DecodingError) -> EditPlan {
    var plan = EditPlan()
    setRate(&plan)
    plan.isVariableRate = holds(.variableRate, 0.15)
    plan.letterbox = holds(.letterbox, 0.2) ? random.uniform(in: Float(0.05)...0.14) : 0
    plan.hasLogo = holds(.logo, 0.2)
    plan.sides = holds(.sides, 0.12) ? random.element(of: [.black, .black, .blurred, .blurred, .still]) : nil
    plan.wear = holds(.wear, 0.08) ? random.uniform(in: Float(0.2)...1) : 0
    plan.grain = holds(.grain, 0.4) ? random.uniform(in: Float(1)...9) : 0
    plan.seed = random.next()
    plan.encoding.codec = chance(0.2) ? .mpeg4 : .h264
    plan.encoding.quantizer = plan.encoding.codec == .mpeg4 ? random.uniform(in: 2..<16) : random.uniform(in: 17..<39)
    plan.encoding.keyInterval = random.element(of: [12, 25, 50, 100, 250])!
    plan.encoding.width = random.element(of: [320, 320, 320, 240, 160])!
    plan.encoding.preset = random.element(of: ["ultrafast", "superfast", "veryfast"])!
    let count = random.uniform(in: Self.shots.lowerBound..<Self.shots.upperBound + 1)
    // Some programmes are calm, others hectic.
    let pace = random.uniform(in: 0.6...1.6)
    plan.shots.append(shot(after: nil, pace: pace, plan))
    // Number of shots that are still to come outside of runs, and within the present run.
    var (left, short) = (count - 1, 0)
    while left + short > 0 {
      let last = plan.shots[plan.shots.count - 1]
      if short == 0, holds(.shortShots, Self.runShare), recipes == nil || chance(0.1) { short = random.uniform(in: 3..<8) }
      if short == 0, last.count >= 10, chance(jumpShare(after: plan.joins.last)),
        let jumped = try jump(from: last, hold: plan.hold)
      {
        plan.joins.append(EditPlan.Join(kind: .jump))
        plan.shots.append(jumped)
        left -= 1
        continue
      }
      var next = shot(after: last, pace: pace, plan)
      for _ in 0..<8 where try isJump(from: last, to: next) { next = shot(after: last, pace: pace, plan) }
      let isRun = short > 0
      if isRun {
        short -= 1
        next.count = random.uniform(in: 1..<6)
      } else {
        left -= 1
      }
      let join =
        try isJump(from: last, to: next)
        ? EditPlan.Join(kind: .jump)
        : isRun || recipes == nil && plan.hold >= Self.slideHold
          ? EditPlan.Join(kind: .cut) : join(last, next, hold: plan.hold)
      // Frames that show both shots are added to those that show each alone.
      plan.shots[plan.shots.count - 1].count += join.count
      next.count += join.count
      plan.joins.append(join)
      plan.shots.append(next)
    }
    for index in plan.shots.indices { disturb(&plan, index) }
    return plan
  }

  /// If pictures last this many frames or more, the edit is like a slide show: a shot may be a
  /// single picture.
  static let slideHold = 4

  private mutating func setRate(_ plan: inout EditPlan) {
    if recipes?.traits.contains(.slowRate) == true {
      plan.framesPerSecond = random.element(of: [1, 2, 5])!
    } else if recipes?.traits.contains(.fastRate) == true {
      plan.framesPerSecond = random.element(of: [100, 120])!
    } else if recipes?.traits.contains(.interlaced) == true {
      (plan.framesPerSecond, plan.weave) = (50, .interlaced)
    } else if recipes?.traits.contains(.telecined) == true {
      (plan.framesPerSecond, plan.weave) = (24, .telecined)
    } else if holds(.heldFrames, 0.1) {
      plan.hold = random.element(of: [2, 2, 3, 3, 4, 6, 8])!
      plan.framesPerSecond = 24 / plan.hold
    } else {
      plan.framesPerSecond = random.element(of: [8, 12, 15, 24, 24, 25, 25, 25, 30, 30, 30, 50, 60])!
    }
  }

  /// Whether the edit has a trait: as the recipes say, or at random without recipes.
  private mutating func holds(_ trait: EditRecipes.Trait, _ share: Double) -> Bool {
    recipes.map { $0.traits.contains(trait) } ?? chance(share)
  }

  private func jumpShare(after join: EditPlan.Join?) -> Double {
    if let recipes { return recipes.joins.contains(.jump) || recipes.traits.contains(.punchIn) ? 0.5 : 0 }
    return join?.kind == .jump ? Self.jumpAgainShare : Self.jumpShare
  }

  private mutating func chance(_ share: Double) -> Bool { random.uniform(in: 0.0...1.0) < share }

  /// A number of frames, uniform in its logarithm.
  private mutating func frames(_ range: ClosedRange<Double>) -> Int {
    let (low, high) = (log(range.lowerBound), log(range.upperBound))
    return Int(exp(random.uniform(in: low...high)).rounded())
  }

  // MARK: - Shots

  private mutating func shot(after last: EditPlan.Shot?, pace: Double, _ plan: EditPlan) -> EditPlan.Shot {
    let (reel, stretch, isSame) = place(after: last)
    let available = reels[reel].stretches[stretch].frames.count
    var shot = EditPlan.Shot(reel: reel, stretch: stretch, start: 0, step: 1, count: 0)
    let scale = pace * Double(plan.framesPerSecond) / 25
    let isSlow = plan.hold >= Self.slideHold || plan.framesPerSecond < 8
    shot.count = isSlow ? frames(1...20) : max(5, frames(max(6, 9 * scale)...max(20, 85 * scale)))
    shot.step = random.element(of: [1, 1, 1, 1, 0.5, 1.5, 2, 3])!
    // Slow captures skip the frames in between; animation on twos does not.
    if plan.hold > 1 || isSlow { shot.step *= chance(0.5) ? 1 : Float(25 / max(1, plan.framesPerSecond)) }
    shot.start = random.uniform(in: Float(0)...Float(max(0, available - 8)))
    shot.camera = camera()
    shot.isMirrored = !isSame && chance(0.3)
    shot.gradeSeed = chance(isSame ? 0.1 : 0.25) ? random.next() : nil
    guard let last, isSame, last.stretch == stretch else { return shot }
    // Within one stretch the framing must differ, or it would be no new shot.
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
    // A source is drawn first, so that one with many videos does not come more often than others.
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

  /// The same camera a little later, or nearer, or both; nil if no jump can be seen.
  private mutating func jump(from last: EditPlan.Shot, hold: Int) throws(DecodingError) -> EditPlan.Shot? {
    for _ in 0..<8 {
      var shot = jumped(from: last)
      shot.count = max(2, random.uniform(in: 12..<40) / hold)
      if try isSeen(from: last, to: shot) { return shot }
    }
    return nil
  }

  private mutating func jumped(from last: EditPlan.Shot) -> EditPlan.Shot {
    var shot = last
    let isPunched =
      recipes.map { $0.traits.contains(.punchIn) && (!$0.joins.contains(.jump) || chance(0.5)) } ?? chance(0.5)
    let dropped = isPunched && chance(0.5) ? 0 : random.uniform(in: Float(5)...40)
    shot.start = last.start + last.step * Float(last.count) + dropped
    (shot.camera.fromX, shot.camera.fromY, shot.camera.fromSize) = (last.camera.toX, last.camera.toY, last.camera.toSize)
    if isPunched {
      let scale = random.uniform(in: Float(1.1)...1.5)
      let size = chance(0.3) ? min(1, last.camera.toSize * scale) : last.camera.toSize / scale
      shot.camera.fromSize = size
      shot.camera.fromX = min(max(last.camera.toX, size / 2), 1 - size / 2)
      shot.camera.fromY = min(max(last.camera.toY, size / 2), 1 - size / 2)
    }
    (shot.camera.toX, shot.camera.toY, shot.camera.toSize) = (shot.camera.fromX, shot.camera.fromY, shot.camera.fromSize)
    shot.disturbances = []
    return shot
  }

  /// Whether the picture changes more at a jump than from frame to frame before it.
  private func isSeen(from last: EditPlan.Shot, to next: EditPlan.Shot) throws(DecodingError) -> Bool {
    var renderer = renderer(last, next)
    let pictures = [
      try renderer.picture(last.count - 2), try renderer.picture(last.count - 1), try renderer.picture(last.count),
    ]
    let steps = zip(pictures, pictures.dropFirst()).map { meanDifference($0, $1) }
    return steps[1] >= Self.leastJump && steps[1] >= 2.5 * steps[0]
  }

  /// A renderer of the two shots in sequence, with small pictures.
  private func renderer(_ last: EditPlan.Shot, _ next: EditPlan.Shot) -> EditRenderer {
    var cut = EditPlan()
    (cut.shots, cut.joins) = ([last, next], [EditPlan.Join(kind: .cut)])
    return EditRenderer(cut, reels, width: 32, height: 18)
  }

  /// Whether both show the same picture at different times, as with a camera on a tripod. Then no
  /// new shot can be seen.
  private func isJump(from last: EditPlan.Shot, to next: EditPlan.Shot) throws(DecodingError) -> Bool {
    guard last.reel == next.reel else { return false }
    var renderer = renderer(last, next)
    let (before, after) = (try renderer.picture(last.count - 1), try renderer.picture(last.count))
    return areAlike(before, after)
  }

  // MARK: - Joins

  private mutating func join(_ last: EditPlan.Shot, _ next: EditPlan.Shot, hold: Int) -> EditPlan.Join {
    let transitions = Self.transitions.filter { recipes?.joins.contains($0) ?? true }
    let isAsked = recipes.map { !$0.joins.contains(.cut) && !$0.traits.contains(.hiddenCut) } ?? false
    guard !transitions.isEmpty, isAsked || !chance(Self.cutShare) else {
      var cut = EditPlan.Join(kind: .cut)
      if holds(.hiddenCut, 0.04), min(last.count, next.count) >= 10 { cut.flash = random.uniform(in: 1..<4) }
      return cut
    }
    var join = EditPlan.Join(kind: random.element(of: transitions)!)
    let isFade = [.fadeBlack, .fadeWhite, .fadeColour].contains(join.kind)
    join.count = max(2, frames(isFade ? 4...60 : 2...60) / hold)
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
    let kinds = EditPlan.Disturbance.Kind.allCases.filter { recipes?.disturbances.contains($0) ?? true }
    guard room.count >= 8, recipes != nil || chance(0.5), let kind = random.element(of: kinds) else { return }
    let range: ClosedRange<Int> =
      switch kind {
      case .flash: 1...5
      case .strobe: 8...30
      case .exposure, .shake: 8...40
      case .whipPan: 5...12
      case .smoothZoom: 6...24
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

/// The mean absolute difference of two pictures, in levels.
private func meanDifference(_ a: Picture, _ b: Picture) -> Double {
  Double(zip(a.rgb, b.rgb).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.rgb.count)
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
  let correlation = scale > 1 ? covariance(x, meanX, y, meanY) / scale : 1  // for flat pictures only brightness counts
  return correlation > EditPlanner.jumpCorrelation && abs(meanX - meanY) < EditPlanner.jumpLevels
}
