package import KeepframeFootage

/// A real clip with its labels, and variants of it to learn from.
///
/// Real clips with labels are few. Run backwards, a clip shows other changes, and its boundaries
/// are still boundaries. With every second frame left out, everything moves twice as fast. (Above
/// 45 frames a second the detector leaves out every second frame anyway, so the hastened clip is
/// then nearly the clip itself.)
package struct LabelledStrip: Sendable {
  package let strip: ThumbnailStrip
  package let labels: BoundaryLabels

  package init(_ strip: ThumbnailStrip, _ labels: BoundaryLabels) {
    self.strip = strip
    self.labels = labels
  }

  /// The clip itself, backwards, at twice the speed, and both.
  package var variants: [LabelledStrip] { [self, reversed(), hastened(), hastened().reversed()] }

  func reversed() -> LabelledStrip {
    let last = strip.count - 1
    func turn(_ frames: ClosedRange<Int>) -> ClosedRange<Int> { last - frames.upperBound...last - frames.lowerBound }
    func turn(_ starts: [Int]) -> [Int] { starts.map { last + 1 - $0 }.filter { $0 > 0 }.reversed() }
    let labels = BoundaryLabels(
      cuts: turn(labels.cuts), jumps: turn(labels.jumps),
      transitions: labels.transitions.map { EditTruth.Span(frames: turn($0.frames), kind: $0.kind) }.reversed(),
      unknown: labels.unknown.map(turn).reversed())
    return LabelledStrip(strip.taking((0..<strip.count).reversed(), frameRate: strip.frameRate), labels)
  }

  func hastened() -> LabelledStrip {
    // The first frame kept at or after a frame, and the last at or before it.
    func after(_ frame: Int) -> Int { (frame + 1) / 2 }
    let labels = BoundaryLabels(
      cuts: labels.cuts.map(after), jumps: labels.jumps.map(after),
      transitions: labels.transitions.map { span in
        EditTruth.Span(
          frames: after(span.frames.lowerBound)...max(after(span.frames.lowerBound), span.frames.upperBound / 2), kind: span.kind)
      },
      unknown: labels.unknown.map { $0.lowerBound / 2...after($0.upperBound) })
    return LabelledStrip(
      strip.taking(stride(from: 0, to: strip.count, by: 2), frameRate: strip.frameRate / 2), labels)
  }
}
