internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

/// Makes the pictures of an ``EditPlan``, one by one, in order.
struct EditRenderer {
  let plan: EditPlan
  let reels: [Reel]
  let width: Int
  let height: Int
  private let starts: [Int]
  private let grades: [ColourChange?]
  /// The last frame that each shot showed of its stretch. Shots that play slowly or stand still
  /// need it again.
  private var decoded: [Int: (frame: Int, picture: Picture)] = [:]
  /// Other pictures that disturbances show, and the one at the sides.
  private var others: [EditPlan.Place: Picture] = [:]

  init(_ plan: EditPlan, _ reels: [Reel], width: Int = Reel.width, height: Int = Reel.height) {
    self.plan = plan
    self.reels = reels
    (self.width, self.height) = (width, height)
    starts = plan.starts
    grades = plan.shots.map { shot in
      shot.gradeSeed.map { seed in
        var random = SeededGenerator(seed: seed)
        return ColourChange(drawnFrom: &random)
      }
    }
  }

  /// Frame `frame` of the programme.
  mutating func picture(_ frame: Int) throws(DecodingError) -> Picture {
    let shown = starts.indices.filter { frame >= starts[$0] && frame < starts[$0] + plan.shots[$0].count }
    decoded = decoded.filter { shown.contains($0.key) }
    var result: Picture
    if shown.count >= 2 {
      // Transitions do not overlap, so a frame shows at most two shots.
      let join = plan.joins[shown[1] - 1]
      let share = Float(frame - starts[shown[1]] + 1) / Float(join.count + 1)
      result = TransitionBlend(join: join, share: share).mix(
        try picture(frame, ofShot: shown[0]), try picture(frame, ofShot: shown[1]))
    } else {
      result = try picture(frame, ofShot: shown[0])
    }
    flash(&result, at: frame)
    if let sides = plan.sides { result = try narrowed(result, sides) }
    if plan.wear > 0 { wear(&result, frame) }
    if plan.hasLogo {
      result.fill(left: width * 6 / 7, top: height / 13, width: width / 10, height: height / 15, (230, 230, 230))
    }
    if plan.letterbox > 0 {
      let bar = Int(plan.letterbox * Float(height))
      result.fill(left: 0, top: 0, width: width, height: bar, (0, 0, 0))
      result.fill(left: 0, top: height - bar, width: width, height: bar, (0, 0, 0))
    }
    if plan.grain > 0 { addGrain(&result, frame) }
    return result
  }

  private mutating func picture(_ frame: Int, ofShot index: Int) throws(DecodingError) -> Picture {
    let shot = plan.shots[index]
    let local = frame - starts[index]
    let source = try source(shot, index, at: local)
    let window = window(shot, at: local)
    var picture = source.stretched(
      left: window.left * Float(source.width), top: window.top * Float(source.height), width: window.size * Float(source.width),
      height: window.size * Float(source.height), toWidth: width, height: height)
    if shot.isMirrored { picture = picture.mirrored() }
    if let grade = grades[index] { picture = grade.apply(to: picture) }
    for disturbance in shot.disturbances where disturbance.frames.contains(local) {
      let other: Picture? = if let place = disturbance.other { try other(place) } else { nil }
      disturbance.disturb(&picture, at: local - disturbance.frames.lowerBound, other: other)
    }
    return picture
  }

  private mutating func other(_ place: EditPlan.Place) throws(DecodingError) -> Picture {
    if let known = others[place] { return known }
    let picture = try Picture(jpeg: reels[place.reel].stretches[place.stretch].frames[place.frame])
    let fitted =
      picture.width == width && picture.height == height
      ? picture
      : picture.stretched(
        left: 0, top: 0, width: Float(picture.width), height: Float(picture.height), toWidth: width, height: height)
    others[place] = fitted
    return fitted
  }

  /// Draws white over the cuts that a flash hides.
  private func flash(_ picture: inout Picture, at frame: Int) {
    for (join, start) in zip(plan.joins, starts.dropFirst()) where join.flash > 0 {
      let away = frame < start ? start - frame : frame - start + 1
      guard away <= join.flash else { continue }
      let share = 256 - 200 * (away - 1) / join.flash
      for index in picture.rgb.indices {
        picture.rgb[index] = UInt8((Int(picture.rgb[index]) * (256 - share) + 250 * share) >> 8)
      }
    }
  }

  /// Upright video: shows the middle of the picture in the middle, and something else at the sides.
  private mutating func narrowed(_ picture: Picture, _ sides: EditPlan.Sides) throws(DecodingError) -> Picture {
    let inner = width * 9 / 16 * 9 / 16
    let left = (width - inner) / 2
    var result: Picture
    switch sides {
    case .black:
      result = picture
      result.fill(left: 0, top: 0, width: width, height: height, (0, 0, 0))
    case .blurred:
      let small = picture.shrunk(toWidth: 12, height: 7)
      result = small.stretched(left: 0, top: 0, width: 12, height: 7, toWidth: width, height: height)
    case .still: result = try other(EditPlan.Place(reel: 0, stretch: 0, frame: 0))
    }
    for y in 0..<height {
      let at = (y * width + left) * 3
      result.rgb.replaceSubrange(at..<at + inner * 3, with: picture.rgb[at..<at + inner * 3])
    }
    return result
  }

  /// Draws scratches that stay for some frames, dust that does not, and flicker.
  private func wear(_ picture: inout Picture, _ frame: Int) {
    var random = SeededGenerator(seed: plan.seed &+ UInt64(frame), name: "wear")
    let gain = 1 + 0.12 * plan.wear * random.gaussian()
    for index in picture.rgb.indices { picture.rgb[index] = UInt8(min(255, max(0, Float(picture.rgb[index]) * gain))) }
    for _ in 0..<random.uniform(in: 0..<max(1, Int(8 * plan.wear))) {
      let level: UInt8 = random.uniform(in: 0..<2) == 0 ? 20 : 235
      let size = random.uniform(in: 2..<9)
      picture.fill(
        left: random.uniform(in: 0..<width), top: random.uniform(in: 0..<height), width: size, height: size, (level, level, level)
      )
    }
    var slow = SeededGenerator(seed: plan.seed &+ UInt64(frame / 12), name: "scratches")
    for _ in 0..<slow.uniform(in: 0..<max(1, Int(4 * plan.wear))) {
      picture.fill(left: slow.uniform(in: 0..<width), top: 0, width: 1, height: height, (215, 215, 215))
    }
  }

  /// The frame of the stretch, which plays to its end and back as often as needed.
  private mutating func source(_ shot: EditPlan.Shot, _ index: Int, at local: Int) throws(DecodingError) -> Picture {
    let frames = reels[shot.reel].stretches[shot.stretch].frames
    let period = max(1, 2 * (frames.count - 1))
    let position = Int(shot.start + shot.step * Float(local)) % period
    let frame = position < frames.count ? position : period - position
    if let known = decoded[index], known.frame == frame { return known.picture }
    let picture = try Picture(jpeg: frames[frame])
    decoded[index] = (frame, picture)
    return picture
  }

  private func window(_ shot: EditPlan.Shot, at local: Int) -> (left: Float, top: Float, size: Float) {
    let share = shot.count > 1 ? Float(local) / Float(shot.count - 1) : 0
    let camera = shot.camera
    var size = camera.fromSize + (camera.toSize - camera.fromSize) * share
    var x = camera.fromX + (camera.toX - camera.fromX) * share
    var y = camera.fromY + (camera.toY - camera.fromY) * share
    var shake = camera.shake
    for disturbance in shot.disturbances where disturbance.frames.contains(local) {
      let along = Float(local - disturbance.frames.lowerBound + 1) / Float(disturbance.frames.count + 1)
      let there = 1 - abs(2 * along - 1)
      switch disturbance.kind {
      case .whipPan:
        size = min(size, 0.6)
        x += (disturbance.seed.isMultiple(of: 2) ? 1 : -1) * there * 0.5 * disturbance.strength
      case .smoothZoom: size *= 1 - 0.55 * there * disturbance.strength
      case .shake: shake = max(shake, 0.05 * disturbance.strength)
      case .flash, .strobe, .exposure, .caption, .pictureInPicture, .occlusion, .explosion, .smoke, .panel, .popup, .page,
        .scroll, .inset, .split, .background, .stickers, .muzzle, .bars:
        break
      }
    }
    if shake > 0 {
      var random = SeededGenerator(seed: plan.seed, name: "shake \(starts.count) \(shot.reel) \(shot.stretch) \(local)")
      x += shake * random.gaussian()
      y += shake * random.gaussian()
    }
    size = min(max(size, 0.2), 1)
    return (min(max(x - size / 2, 0), 1 - size), min(max(y - size / 2, 0), 1 - size), size)
  }

  private func addGrain(_ picture: inout Picture, _ frame: Int) {
    var random = SeededGenerator(seed: plan.seed &+ UInt64(frame), name: "grain")
    let reach = plan.grain
    picture.rgb.withUnsafeMutableBufferPointer { rgb in
      for at in stride(from: 0, to: rgb.count - 2, by: 3) {
        // The sum of four bytes is nearly Gaussian, with standard deviation 148.
        let bits = random.next()
        let sum = Int(bits & 255) + Int(bits >> 8 & 255) + Int(bits >> 16 & 255) + Int(bits >> 24 & 255) - 510
        let noise = Int(Float(sum) * reach / 148)
        for channel in 0..<3 { rgb[at + channel] = UInt8(clamping: Int(rgb[at + channel]) + noise) }
      }
    }
  }
}
