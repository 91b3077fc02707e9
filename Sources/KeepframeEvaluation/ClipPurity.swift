package import KeepframeBoundaries

/// How many of the clean clips between found boundaries really show one shot only. Counts of
/// several videos add up.
///
/// A clip is pure if it contains no true cut and no frame of a true transition.
/// Ambiguous frames count neither way.
package struct ClipPurity: Hashable, Sendable {
  package private(set) var clips = 0
  package private(set) var pureClips = 0
  /// Number of frames in clips, and of all frames.
  package private(set) var keptFrames = 0
  package private(set) var frames = 0

  package init() {}

  /// - Parameters:
  ///   - boundaries: all that were found; transitions with their detected frames.
  ///   - framesPerSecond: of the video; nil or 0 count as 25.
  ///   - settings: how clips are cut.
  package init(
    of boundaries: [Boundary], frameCount: Int, framesPerSecond: Double?, against truth: BoundaryTruth,
    settings: CleanClips = CleanClips()
  ) {
    let rate = framesPerSecond.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } ?? 25
    let spans = settings.frames(between: boundaries, frameCount: frameCount, framesPerSecond: rate)
    clips = spans.count
    pureClips = spans.count { Self.isPure($0, truth) }
    keptFrames = spans.reduce(0) { $0 + $1.count }
    frames = frameCount
  }

  /// The purity for a tool's detections; nil if neither they nor the truth give the number of
  /// frames.
  package init?(of found: BoundaryDetections, against truth: BoundaryTruth, settings: CleanClips = CleanClips()) {
    guard let frameCount = truth.frameCount ?? found.frameCount, frameCount > 0 else { return nil }
    let boundaries = found.detections.map { detection in
      var cause = Boundary.Cause.cut
      if case .transition(let frames) = detection.kind {
        cause = .transition(Transition(kind: .dissolve, frames: Range(frames), score: 1))
      }
      return Boundary(frame: detection.frame, cause: cause, score: 1)
    }
    self.init(
      of: boundaries, frameCount: frameCount, framesPerSecond: truth.framesPerSecond, against: truth, settings: settings)
  }

  private static func isPure(_ clip: Range<Int>, _ truth: BoundaryTruth) -> Bool {
    let lastPair = clip.lowerBound + 1..<max(clip.lowerBound + 1, clip.upperBound)
    return !truth.cuts.contains { lastPair.overlaps($0.frames) } && !truth.transitions.contains { clip.overlaps($0.frames) }
  }

  /// Pure clips among all, 0...1; nil without clips.
  package var share: Double? { clips == 0 ? nil : Double(pureClips) / Double(clips) }
  /// Frames in clips among all, 0...1; nil without frames.
  package var keptShare: Double? { frames == 0 ? nil : Double(keptFrames) / Double(frames) }

  package static func += (sum: inout Self, other: Self) {
    sum.clips += other.clips
    sum.pureClips += other.pureClips
    sum.keptFrames += other.keptFrames
    sum.frames += other.frames
  }

  /// `purity: .992 of 241 clean clips, with .466 of the frames`; empty without clips.
  var line: String {
    guard let share, let keptShare else { return "" }
    let (pure, kept) = (BoundaryReport.share(share), BoundaryReport.share(keptShare))
    return "purity: \(pure) of \(clips) clean clips, with \(kept) of the frames\n"
  }

  package var json: JSONText {
    .object([
      ("clips", .integer(clips)), ("pure", .integer(pureClips)), ("share", share.map(JSONText.number) ?? .null),
      ("kept_share", keptShare.map(JSONText.number) ?? .null),
    ])
  }
}
