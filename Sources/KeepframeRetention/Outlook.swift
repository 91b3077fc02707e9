/// What a gate may see when it judges one sample at one moment: what is and was on display, and how
/// close the memory comes to it.
public struct Outlook: Sendable {
  let horizon: Horizon
  /// The end of the interval of display that is judged, in seconds. The gate sees its look-ahead
  /// beyond it.
  let moment: Double
  /// Similarity of the candidate to the row stored last; nil while the memory is empty.
  public let similarityToLast: Float?

  /// The sample that is judged.
  public var candidate: Sample { horizon.pending[0].sample }
  /// The candidate's nearest memory row; nil while the memory is empty.
  public var nearest: Memory.Neighbour? { horizon.pending[0].nearest }
  /// Samples seen beyond the candidate.
  public var aheadCount: Int { horizon.pending.count - 1 }
  /// A sample ahead of the candidate: 1 is the next.
  public func ahead(_ count: Int) -> Sample { horizon.pending[count].sample }

  /// Cosine of the candidate to the sample on display before it; nil for the first.
  public var similarityToPrevious: Float? {
    let previous = horizon.displays.count - horizon.pending.count - 1
    return previous < 0 ? nil : horizon.pending[0].similarities[horizon.displays[previous].entry]
  }

  /// Cosine of the two samples on display at these offsets, in seconds from the middle of the
  /// interval that is judged. Nil where what is on display is not known, or if both samples come
  /// before the candidate.
  package func similarity(at seconds: Double, to other: Double) -> Float? {
    guard let earlier = display(at: min(seconds, other)), let later = display(at: max(seconds, other)) else { return nil }
    let ahead = later - (horizon.displays.count - horizon.pending.count)
    return ahead < 0 ? nil : horizon.pending[ahead].similarities[horizon.displays[earlier].entry]
  }

  /// The index in the horizon's displays of what is on display at `offset`; nil if that is not
  /// known.
  private func display(at offset: Double) -> Int? {
    let middle = max(moment - Retainer.stepSeconds / 2, (candidate.seconds + moment) / 2)
    guard middle + offset < horizon.known else { return nil }
    return horizon.displays.lastIndex { $0.seconds <= middle + offset }
  }
}
