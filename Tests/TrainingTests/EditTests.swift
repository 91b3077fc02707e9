import KeepframeDecoding
import KeepframeFootage
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeTraining

/// Reels of plain colours: of each a picture can be recognised.
func plainReels(_ count: Int, frames: Int = 40) throws -> [Reel] {
  try (0..<count).map { index in
    var picture = Picture(width: 64, height: 36)
    for at in stride(from: 0, to: picture.rgb.count, by: 3) {
      picture.rgb[at + index % 3] = UInt8(60 + 40 * (index / 3))
      picture.rgb[at + (index + 1) % 3] = UInt8((at / 3) % picture.width)
    }
    let jpeg = try picture.jpeg(quality: 90)
    let stretch = Reel.Stretch(firstFrame: 0, frames: Array(repeating: jpeg, count: frames))
    return Reel(
      name: "clip\(index).mp4", source: "source\(index / 2)", frameRate: 25, stretches: [stretch, stretch], digest: "\(index)")
  }
}

/// Reels in which a bar moves a little with every frame.
private func movingReels(_ count: Int) throws -> [Reel] {
  try (0..<count).map { index in
    let frames = try (0..<60).map { frame in
      var picture = Picture(width: 64, height: 36)
      picture.fill(left: 0, top: 0, width: 64, height: 36, (UInt8(40 * index), 90, UInt8(200 - 40 * index)))
      picture.fill(left: frame * 2 / 3, top: 4 * index, width: 24, height: 22, (250, 240, 10))
      return try picture.jpeg(quality: 90)
    }
    return Reel(
      name: "moving\(index).mp4", source: "moving\(index)", frameRate: 25,
      stretches: [Reel.Stretch(firstFrame: 0, frames: frames)], digest: "moving \(index)")
  }
}

private func mean(_ picture: Picture) -> [Double] {
  (0..<3).map { channel in
    Double(stride(from: channel, to: picture.rgb.count, by: 3).reduce(0) { $0 + Int(picture.rgb[$1]) })
      / Double(picture.width * picture.height)
  }
}

private func difference(_ a: Picture, _ b: Picture) -> Double {
  Double(zip(a.rgb, b.rgb).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.rgb.count)
}

private func distance(_ a: Picture, _ b: Picture) -> Double { zip(mean(a), mean(b)).reduce(0) { $0 + abs($1.0 - $1.1) } }

@Suite struct `The edit planner` {
  @Test func `draws programmes whose parts fit together`() throws {
    let reels = try plainReels(6, frames: 96)
    var kinds: Set<EditPlan.Join.Kind> = []
    var disturbances: Set<EditPlan.Disturbance.Kind> = []
    for index in 0..<60 {
      var planner = EditPlanner(reels, seed: 5, name: "edit \(index)")
      let plan = try planner.plan()
      #expect(plan.joins.count == plan.shots.count - 1)
      for (number, shot) in plan.shots.enumerated() {
        let before = number > 0 ? plan.joins[number - 1].count : 0
        let after = number < plan.joins.count ? plan.joins[number].count : 0
        #expect(shot.count > before + after, "each shot is seen alone for a while")
        for disturbance in shot.disturbances {
          #expect(disturbance.frames.lowerBound > before && disturbance.frames.upperBound < shot.count - after)
          disturbances.insert(disturbance.kind)
        }
      }
      kinds.formUnion(plan.joins.map(\.kind))
      for join in plan.joins { #expect(join.count <= 60) }

      let truth = EditTruth(plan)
      #expect(truth.frameCount == plan.frameCount * plan.hold)
      #expect(truth.cuts.allSatisfy { (1..<truth.frameCount).contains($0) })
      let spans = truth.transitions.map(\.frames) + truth.cuts.map { $0...$0 }
      let sorted = spans.sorted { $0.lowerBound < $1.lowerBound }
      for (a, b) in zip(sorted, sorted.dropFirst()) { #expect(a.upperBound < b.lowerBound) }
    }
    #expect(kinds == Set(EditPlan.Join.Kind.allCases))
    #expect(disturbances == Set(EditPlan.Disturbance.Kind.allCases))
  }

  @Test func `draws the same again for the same name, and something else for another`() throws {
    let reels = try plainReels(4)
    func plan(_ name: String) throws -> EditPlan {
      var planner = EditPlanner(reels, seed: 1, name: name)
      return try planner.plan()
    }
    #expect(try plan("edit 1") == plan("edit 1"))
    #expect(try plan("edit 1") != plan("edit 2"))
  }

  @Test func `puts no two shots of one source beside each other when told`() throws {
    let reels = try plainReels(4)
    var together = 0
    for neighbours in [Neighbours.mixed, .apart] {
      for index in 0..<20 {
        var planner = EditPlanner(reels, neighbours: neighbours, seed: 5, name: "edit \(index)")
        let plan = try planner.plan()
        for (join, pair) in zip(plan.joins, zip(plan.shots, plan.shots.dropFirst())) where join.kind != .jump {
          let isTogether = reels[pair.0.reel].source == reels[pair.1.reel].source
          if neighbours == .mixed { together += isTogether ? 1 : 0 } else { #expect(!isTogether) }
        }
      }
    }
    #expect(together > 20)
  }

  @Test func `takes no cut for a boundary that shows one picture a little later`() throws {
    let jpeg = try Picture(width: 64, height: 36).jpeg(quality: 90)
    let stretch = Reel.Stretch(firstFrame: 0, frames: Array(repeating: jpeg, count: 40))
    let black = Reel(name: "black.mp4", source: "black", frameRate: 25, stretches: [stretch, stretch], digest: "black")
    var jumps = 0
    for index in 0..<6 {
      var planner = EditPlanner([black], seed: 2, name: "edit \(index)")
      let plan = try planner.plan()
      jumps += plan.joins.count { $0.kind == .jump }
      for (join, pair) in zip(plan.joins, zip(plan.shots, plan.shots.dropFirst())) where join.kind != .jump {
        #expect(pair.0.gradeSeed != pair.1.gradeSeed, "nothing else can be seen of this footage")
      }
    }
    #expect(jumps >= 15)
  }
}

@Suite struct `The edit renderer` {
  /// Two shots of ten frames and what leads from one to the other.
  func plan(_ join: EditPlan.Join) -> EditPlan {
    var plan = EditPlan()
    plan.shots = [0, 1].map { EditPlan.Shot(reel: $0, stretch: 0, start: 0, step: 1, count: 10 + join.count) }
    plan.joins = [join]
    return plan
  }

  @Test func `a cut is where the truth has it`() throws {
    let plan = plan(EditPlan.Join(kind: .cut))
    var renderer = EditRenderer(plan, try plainReels(2), width: 64, height: 36)
    let cut = try #require(EditTruth(plan).cuts.first)
    #expect(EditTruth(plan).cuts == [10] && plan.frameCount == 20)
    let pictures = try (cut - 2...cut + 1).map { try renderer.picture($0) }
    #expect(distance(pictures[0], pictures[1]) < 1 && distance(pictures[2], pictures[3]) < 1)
    #expect(distance(pictures[1], pictures[2]) > 30)
  }

  @Test(arguments: [EditPlan.Join.Kind.dissolve, .wipe, .slide, .push, .zoom, .fadeBlack, .fadeWhite, .fadeColour])
  func `a transition changes the picture in each of its frames and nowhere else`(kind: EditPlan.Join.Kind) throws {
    for side in 0..<4 {
      let plan = plan(EditPlan.Join(kind: kind, count: 8, side: side, shape: 0.4))
      var renderer = EditRenderer(plan, try plainReels(2), width: 64, height: 36)
      let span = try #require(EditTruth(plan).transitions.first)
      #expect(span.frames == 10...17 && span.kind == kind.rawValue)
      let pictures = try (0..<plan.frameCount).map { try renderer.picture($0) }
      for frame in 1..<pictures.count {
        let isStill = frame < span.frames.lowerBound || frame > span.frames.upperBound + 1
        if isStill { #expect(distance(pictures[frame - 1], pictures[frame]) < 1, "\(kind) \(side), frame \(frame)") }
      }
      let (old, new) = (pictures[0], pictures[pictures.count - 1])
      #expect(pictures[10] != old && pictures[17] != new)
      #expect(distance(pictures[10], old) < distance(pictures[10], new) || kind == .fadeBlack || kind == .fadeWhite)
    }
  }

  @Test func `a jump drops frames of a take, or comes nearer, and is told as one`() throws {
    let reels = try movingReels(4)
    var (jumps, nearer) = (0, 0)
    for index in 0..<80 {
      var planner = EditPlanner(reels, seed: 8, name: "edit \(index)")
      let plan = try planner.plan()
      let truth = EditTruth(plan)
      #expect(Set(truth.jumps).isDisjoint(with: truth.cuts))
      for (number, join) in plan.joins.enumerated() where join.kind == .jump {
        #expect(truth.jumps.contains(plan.starts[number + 1] * plan.hold))
        #expect(truth.json.contains("\"kind\": \"jump\""))
        let (last, next) = (plan.shots[number], plan.shots[number + 1])
        guard (last.reel, last.stretch) == (next.reel, next.stretch) else { continue }
        jumps += 1
        if next.camera.fromSize != last.camera.toSize { nearer += 1 }
      }
    }
    #expect(jumps > 10 && nearer > 3, "\(jumps), \(nearer)")
  }

  @Test(arguments: ["jump", "punch_in"]) func `a jump is seen`(recipe: String) throws {
    let reels = try movingReels(4)
    var jumps = 0
    for index in 0..<6 {
      var planner = EditPlanner(reels, recipes: EditRecipes([recipe]), seed: 3, name: "edit \(index)")
      var plan = try planner.plan()
      (plan.grain, plan.wear, plan.sides) = (0, 0, nil)
      var renderer = EditRenderer(plan, reels, width: 64, height: 36)
      for (number, join) in plan.joins.enumerated() where join.kind == .jump {
        let (last, next) = (plan.shots[number], plan.shots[number + 1])
        guard (last.reel, last.stretch) == (next.reel, next.stretch) else { continue }
        let start = plan.starts[number + 1]
        let pictures = try (start - 2...start).map { try renderer.picture($0) }
        let (step, before) = (difference(pictures[1], pictures[2]), difference(pictures[0], pictures[1]))
        // Shots that happen to be alike are jumps as well.
        if step > 4, step > 2 * before, (next.camera.fromSize == last.camera.toSize) == (recipe == "jump") { jumps += 1 }
      }
    }
    #expect(jumps >= 10, "of some thirty joins, half of which ask for one")
  }

  @Test func `an edit holds what it is asked for, and no more`() throws {
    let reels = try movingReels(4)
    #expect(EditRecipes([]) == nil && EditRecipes(["flash", "cuts"]) == nil)
    #expect(EditRecipes(["slow_rate", "fast_rate"]) == nil)
    #expect(EditRecipes.problem(in: ["telecined", "variable_rate"]) == "telecined and variable_rate exclude each other")
    #expect(EditRecipes.problem(in: ["flash", "cuts"]) == "no kind is called \"cuts\"")
    #expect(Set(EditRecipes.names).count == EditRecipes.names.count)
    for name in EditRecipes.names {
      let recipes = try #require(EditRecipes([name]))
      let plans = try (0..<4).map { index in
        var planner = EditPlanner(reels, recipes: recipes, seed: 4, name: "edit \(index)")
        return try planner.plan()
      }
      let allJoins = plans.flatMap(\.joins)
      let joins = Set(allJoins.map(\.kind)).subtracting([.jump])
      let disturbances = Set(plans.flatMap { $0.shots.flatMap(\.disturbances) }.map(\.kind))
      if let join = EditPlan.Join.Kind(rawValue: name) {
        #expect(join == .jump ? allJoins.contains { $0.kind == .jump } : joins == [join], "\(name)")
        #expect(disturbances.isEmpty)
      } else if let disturbance = EditPlan.Disturbance.Kind(rawValue: name) {
        #expect(joins.isSubset(of: [.cut]) && disturbances == [disturbance], "\(name)")
      } else {
        let has: Bool =
          switch try #require(EditRecipes.Trait(rawValue: name)) {
          case .punchIn: allJoins.contains { $0.kind == .jump }
          case .shortShots: plans.contains { $0.shots.contains { $0.count <= 5 } }
          case .hiddenCut: allJoins.contains { $0.flash > 0 }
          case .letterbox: plans.allSatisfy { $0.letterbox > 0 }
          case .logo: plans.allSatisfy(\.hasLogo)
          case .sides: plans.allSatisfy { $0.sides != nil }
          case .wear: plans.allSatisfy { $0.wear > 0 }
          case .grain: plans.allSatisfy { $0.grain > 0 }
          case .heldFrames: plans.allSatisfy { $0.hold > 1 }
          case .variableRate: plans.allSatisfy(\.isVariableRate)
          case .slowRate: plans.allSatisfy { $0.frameRate <= 5 }
          case .fastRate: plans.allSatisfy { $0.frameRate >= 100 }
          case .interlaced: plans.allSatisfy { $0.weave == .interlaced && $0.frameRate == 25 }
          case .telecined: plans.allSatisfy { $0.weave == .telecined && $0.frameRate == 30 }
          }
        #expect(has, "\(name)")
      }
      #expect(plans.contains { $0.hold > 1 } == (name == "held_frames"))
      #expect(plans.contains { $0.grain > 0 } == (name == "grain"))
    }
  }

  @Test func `a flash hides the cut and no more`() throws {
    var join = EditPlan.Join(kind: .cut)
    let plain = plan(join)
    join.flash = 2
    let flashed = plan(join)
    #expect(EditTruth(flashed) == EditTruth(plain))
    var (a, b) = (
      EditRenderer(plain, try plainReels(2), width: 64, height: 36),
      EditRenderer(flashed, try plainReels(2), width: 64, height: 36)
    )
    for frame in 0..<20 {
      #expect(try (distance(a.picture(frame), b.picture(frame)) > 1) == (8...11).contains(frame), "frame \(frame)")
    }
    #expect(try mean(b.picture(9)).allSatisfy { $0 > 240 } && mean(b.picture(10)).allSatisfy { $0 > 240 })
  }

  @Test(arguments: EditPlan.Sides.allCases) func `upright video keeps its middle`(sides: EditPlan.Sides) throws {
    var upright = plan(EditPlan.Join(kind: .cut))
    var whole = EditRenderer(upright, try plainReels(2), width: 64, height: 36)
    upright.sides = sides
    var narrow = EditRenderer(upright, try plainReels(2), width: 64, height: 36)
    let (a, b) = try (whole.picture(15), narrow.picture(15))
    #expect(a != b || sides == .blurred)
    for row in 0..<36 {
      let at = (row * 64 + 32) * 3
      #expect(a.rgb[at..<at + 3] == b.rgb[at..<at + 3])
    }
  }

  @Test func `a worn film has scratches, and no other boundaries`() throws {
    var worn = plan(EditPlan.Join(kind: .cut))
    worn.wear = 1
    var (a, b) = (
      EditRenderer(worn, try plainReels(2), width: 64, height: 36), EditRenderer(worn, try plainReels(2), width: 64, height: 36)
    )
    #expect(EditTruth(worn) == EditTruth(plan(EditPlan.Join(kind: .cut))))
    #expect(try a.picture(3) == b.picture(3), "the same again")
    #expect(try a.picture(3) != a.picture(4))
  }

  @Test(arguments: EditPlan.Disturbance.Kind.allCases) func `a disturbance stays within its frames`(
    kind: EditPlan.Disturbance.Kind
  ) throws {
    var plan = EditPlan()
    plan.shots = [EditPlan.Shot(reel: 0, stretch: 0, start: 0, step: 1, count: 30)]
    (plan.shots[0].camera.fromSize, plan.shots[0].camera.toSize) = (0.7, 0.7)
    let calm = plan
    plan.shots[0].disturbances = [EditPlan.Disturbance(kind: kind, frames: 10..<20, seed: 6, strength: 0.9)]
    var (disturbed, plain) = (
      EditRenderer(plan, try plainReels(1), width: 64, height: 36), EditRenderer(calm, try plainReels(1), width: 64, height: 36)
    )
    for frame in [0, 9, 20, 29] { #expect(try disturbed.picture(frame) == plain.picture(frame), "frame \(frame)") }
    #expect(try (10..<20).contains { try disturbed.picture($0) != plain.picture($0) })
    #expect(EditTruth(plan).negatives.map(\.kind) == [kind.rawValue])
  }
}

@Suite struct `The edit maker` {
  @Test func `tells spans in frames of the video`() {
    var plan = EditPlan()
    plan.hold = 3
    plan.shots = [0, 1].map { EditPlan.Shot(reel: $0, stretch: 0, start: 0, step: 1, count: 20) }
    plan.joins = [EditPlan.Join(kind: .dissolve, count: 4)]
    plan.shots[0].disturbances = [EditPlan.Disturbance(kind: .flash, frames: 5..<7, seed: 1, strength: 1)]
    let truth = EditTruth(plan)
    #expect(truth.frameCount == 108 && truth.framesPerSecond == 75)
    #expect(truth.transitions.map(\.frames) == [48...59])
    #expect(truth.negatives.map(\.frames) == [15...21], "to the frame at which the picture is back")
  }

  @Test func `shows each picture as often as the plan has it`() throws {
    let folder = try scratchFolder("edits")
    let maker = try EditMaker(try plainReels(4), recipes: EditRecipes(["held_frames"]), seed: 9)
    let plan = try maker.plan(0)
    let truth = try maker.make(0, at: folder.appending("a.mkv"))
    #expect(plan.hold > 1 && truth.frameCount == plan.frameCount * plan.hold)
    #expect(truth.cuts == EditTruth(plan).cuts && truth.cuts.allSatisfy { $0.isMultiple(of: plan.hold) })
    let strip = try ThumbnailStrip(of: folder.appending("a.mkv"))
    #expect(strip.count == truth.frameCount)
    func step(_ frame: Int) -> Int { zip(strip[frame - 1].luma, strip[frame].luma).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } }
    let repeated = (1..<strip.count).filter { !$0.isMultiple(of: plan.hold) }
    #expect(repeated.allSatisfy { step($0) < 64 * 36 * 3 }, "the same again, but for what encoding does to it")
  }

  @Test(arguments: ["interlaced", "telecined"])
  func `weaves fields, and knows which frame a shot begins with`(name: String) throws {
    let path = try scratchFolder("edits").appending("a.mkv")
    let maker = try EditMaker(try plainReels(4), recipes: EditRecipes([name, "logo"]), seed: 9)
    var plan = try maker.plan(0)
    // A cut in each place that the weave has, between pictures that nothing else tells apart.
    plan.shots = (0..<9).map { EditPlan.Shot(reel: $0 % 4, stretch: 0, start: 0, step: 1, count: 13) }
    plan.joins = plan.shots.dropFirst().map { _ in EditPlan.Join(kind: .cut) }
    (plan.grain, plan.encoding.codec, plan.encoding.quantizer) = (0, .h264, 18)
    let truth = try maker.make(plan, at: path, cancellation: nil)
    #expect(truth.framesPerSecond == (name == "interlaced" ? 25 : 30))
    let strip = try ThumbnailStrip(of: path)
    #expect(strip.count == truth.frameCount)
    func step(_ frame: Int) -> Int { zip(strip[frame - 1].luma, strip[frame].luma).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } }
    let steps = (1..<strip.count).filter { step($0) > 64 * 36 * 6 }
    #expect(steps == truth.cuts, "frames are shown by their first field")
  }

  @Test func `makes videos whose frames are those of the truth, the same again`() throws {
    let folder = try scratchFolder("edits")
    var maker = try EditMaker(try plainReels(4), seed: 9)
    (maker.width, maker.height) = (64, 36)
    let truth = try maker.make(0, at: folder.appending("a.mkv"))
    #expect(try maker.make(0, at: folder.appending("b.mkv")) == truth)
    #expect(try bytes(of: folder.appending("a.mkv")) == bytes(of: folder.appending("b.mkv")))
    #expect(try probedFrames(folder.appending("a.mkv")).count == truth.frameCount)
    #expect(try ThumbnailStrip(of: folder.appending("a.mkv")).count == truth.frameCount)
    #expect(truth.json.contains("\"frames\": \(truth.frameCount)"))
  }
}
