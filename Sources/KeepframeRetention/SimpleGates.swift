/// Keeps everything: the most that any gate can cover.
package struct AllGate: Gate {
  package static let name = "all"
  package let lookAhead = 0
  package let price = 0.0

  package init() {}
  package func judge(_ outlook: Outlook) -> Verdict { Verdict(keeps: true, score: 1, reason: .scheduled) }
}

/// Keeps one sample in every `price`, whatever it shows: the baseline that costs nothing to run.
package struct UniformGate: Gate {
  package static let name = "uniform"
  package let lookAhead = 0
  package let price: Double

  /// - Parameter interval: samples per kept one, at least 1; may be fractional.
  package init(interval: Double) {
    precondition(interval >= 1, "uniform keeps at most every sample, got one in \(interval)")
    price = interval
  }

  /// Score: whole intervals begun, which grows by one at each kept sample; the first sample begins the first.
  package func judge(_ outlook: Outlook) -> Verdict {
    let ordinal = Double(outlook.candidate.ordinal)
    let turn = (ordinal / price).rounded(.down)
    let keeps = ordinal == 0 || turn > ((ordinal - 1) / price).rounded(.down)
    return Verdict(keeps: keeps, score: turn, reason: keeps ? .scheduled : .unscheduled)
  }
}
