internal import KeepframeBoundaries

/// Where the boundaries of an edit are, exactly; frames count from 0.
package struct EditTruth: Hashable, Sendable {
  /// Something that lasts from a frame to a frame, both inclusive.
  package struct Span: Hashable, Sendable {
    package let frames: ClosedRange<Int>
    /// The name of a kind of ``EditPlan/Join`` or ``EditPlan/Disturbance``.
    package let kind: String

    package init(frames: ClosedRange<Int>, kind: String) {
      self.frames = frames
      self.kind = kind
    }
  }

  /// First frame of the new shot.
  package private(set) var cuts: [Int] = []
  /// First frame after a jump within a take.
  package private(set) var jumps: [Int] = []
  /// The frames that show something of both shots.
  package private(set) var transitions: [Span] = []
  /// Events that are no boundaries, though they may look like one.
  package private(set) var negatives: [Span] = []
  package let frameCount: Int
  package let framesPerSecond: Int

  init(_ plan: EditPlan) {
    let pictureCount = plan.frameCount * plan.hold
    frameCount = plan.weave?.frames(of: pictureCount) ?? pictureCount
    framesPerSecond = plan.frameRate
    let starts = plan.starts
    func first(_ picture: Int) -> Int { plan.weave?.firstFrame(of: picture * plan.hold) ?? picture * plan.hold }
    func frames(_ pictures: ClosedRange<Int>) -> ClosedRange<Int> {
      let (from, through) = (pictures.lowerBound * plan.hold, pictures.upperBound * plan.hold + plan.hold - 1)
      guard let weave = plan.weave else { return from...through }
      return weave.firstFrame(of: from)...max(weave.firstFrame(of: from), weave.lastFrame(of: through))
    }
    for (join, start) in zip(plan.joins, starts.dropFirst()) {
      switch join.kind {
      case .cut: cuts.append(first(start))
      case .jump: jumps.append(first(start))
      default: transitions.append(Span(frames: frames(start...start + join.count - 1), kind: join.kind.rawValue))
      }
    }
    for (shot, start) in zip(plan.shots, starts) {
      for disturbance in shot.disturbances {
        negatives.append(
          // Up to the frame at which the picture is back, which may look like a boundary too.
          Span(
            frames: first(start + disturbance.frames.lowerBound)...first(start + disturbance.frames.upperBound),
            kind: disturbance.kind.rawValue))
      }
    }
  }

  /// The truth as JSON, in the form that `keepframe eval boundaries --truth` reads.
  package var json: String {
    func list(_ spans: [Span]) -> JSONText {
      .array(spans.map { .array([.integer($0.frames.lowerBound), .integer($0.frames.upperBound), .string($0.kind)]) })
    }
    return JSONText.object([
      (
        "cuts",
        .array(
          (cuts.map { ($0, false) } + jumps.map { ($0, true) }).sorted { $0.0 < $1.0 }.map { frame, isJump in
            isJump ? .object([("frame", .integer(frame)), ("kind", .string("jump"))]) : .integer(frame)
          })
      ), ("fps", .integer(framesPerSecond)), ("frames", .integer(frameCount)),
      ("gradual", list(transitions)), ("negatives", list(negatives.sorted { $0.frames.lowerBound < $1.frames.lowerBound })),
    ]).prettyPrinted()
  }
}
