/// What a gate may look at when it judges one sample: its neighbourhood and what the memory makes of it.
///
/// Samples are counted from the one judged: 0 is that, 1 the next, -1 the one before.
package struct Outlook: Sendable {
  let horizon: Horizon
  /// Retained so far.
  package let retainedCount: Int
  /// Similarity of the candidate to the row stored last; nil while the memory is empty.
  package let similarityToLast: Float?

  package var candidate: Sample { horizon.candidate.sample }
  /// The candidate's nearest memory row; nil while the memory is empty.
  package var nearest: Memory.Neighbour? { horizon.candidate.nearest }
  /// Samples seen beyond the candidate; fewer than the gate's look-ahead only at the end.
  package var aheadCount: Int { horizon.pending.count - 1 }

  /// Cosine similarity of the candidate to the sample `steps` away; nil where none is, or it is more than 32 back.
  package func similarity(steps: Int) -> Float? { slot(steps: steps).map { horizon.candidate.similarities[$0] } }

  /// The same of a sample ahead of the candidate; `steps` still counts from the candidate.
  package func similarity(ofAhead ahead: Int, steps: Int) -> Float? {
    guard horizon.pending.indices.contains(ahead) else { return nil }
    return slot(steps: steps).map { horizon.pending[ahead].similarities[$0] }
  }

  /// Similarity of the sample `steps` away to its nearest memory row, 0 while the memory is empty; nil where no sample is.
  package func coverage(steps: Int) -> Float? { slot(steps: steps).map { horizon.best[$0] } }

  private func slot(steps: Int) -> Int? {
    let index = horizon.recent.count - horizon.pending.count + steps
    return horizon.recent.indices.contains(index) ? horizon.recent[index] : nil
  }
}
