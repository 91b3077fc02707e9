/// Keeps everything: the upper bound of what a gate can cover.
package struct AllGate: Gate {
  package let price = 0.0

  package init() {}
  package func judge(_ outlook: Outlook) -> Verdict { Verdict(keeps: true, score: 1, reason: .scheduled) }
}

/// Keeps one sample in every `price` seconds, whatever it shows: the baseline that costs nothing to
/// run.
package struct UniformGate: Gate {
  package let price: Double

  private var lastTurn = -Double.infinity

  /// - Parameter interval: seconds for each kept sample, above 0. If it is shorter than the time
  ///   between two samples, all are kept.
  package init(interval: Double) {
    precondition(interval > 0, "uniform keeps one sample in a time, got \(interval) s")
    price = interval
  }

  /// Score: the number of whole intervals since the start of the video. A sample is kept if this
  /// number has grown since the last kept sample.
  package mutating func judge(_ outlook: Outlook) -> Verdict {
    let turn = (outlook.candidate.seconds / price).rounded(.down)
    let keeps = turn > lastTurn
    if keeps { lastTurn = turn }
    return Verdict(keeps: keeps, score: turn, reason: keeps ? .scheduled : .unscheduled)
  }
}
