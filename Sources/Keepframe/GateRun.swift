internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeRetention
internal import KeepframeSystem

/// The result of a gate over all samples of a video.
struct Judgement {
  let memory: Memory
  /// One for each sample, in order.
  let decisions: [Decision]
  let price: Double
}

/// One run of a gate over the samples of a video, at one price.
struct GateRun {
  private var retainer: Retainer
  private var decisions: [Decision] = []
  private let price: Double

  init(_ gate: GateSettings, price: Double, dimension: Int) {
    retainer = Retainer(gate: gate.makeGate(price: price), dimension: dimension)
    self.price = price
  }

  var keptCount: Int { retainer.memory.count }

  /// - Returns: the decisions that became final.
  @discardableResult mutating func push(_ sample: Sample) -> [Decision] {
    let due = retainer.push(sample)
    decisions += due
    return due
  }

  /// How many samples have been decided.
  var decidedCount: Int { decisions.count }

  /// - Parameter end: the end of the video, in seconds.
  func finish(end: Double) -> Judgement {
    var (retainer, decisions) = (retainer, decisions)
    retainer.finish(&decisions, end: end)
    return Judgement(memory: retainer.memory, decisions: decisions, price: price)
  }
}

/// The gate, with all its settings but the price.
struct GateSettings {
  let kind: GateKind
  let weights: GateWeights?
  /// In seconds.
  let lookAhead: Double

  func makeGate(price: Double) -> any Gate { kind.makeGate(price: price, lookAhead: lookAhead, weights: weights) }

  /// Runs the gate over stored samples at the price where it keeps at most `budget` of them.
  ///
  /// - Parameter end: the end of the video, in seconds.
  /// - Throws: ``ArchiveError``, or ``CancellationError`` between two runs, which may take seconds
  ///   each.
  func searchPrice(
    keeping budget: Int, of samples: inout SampleStore, end: Double, cancellation: Cancellation?
  ) throws -> Judgement {
    func run(atPrice price: Double, limit: Int) throws -> GateRun? {
      var run = GateRun(self, price: price, dimension: samples.dimension)
      try samples.replay(into: &run, limit: limit)
      try cancellation?.check()
      return run.keptCount <= limit ? run : nil
    }
    let price = try price(keeping: budget, in: kind.priceRange) { price in
      try run(atPrice: price, limit: budget)?.finish(end: end).memory.count ?? budget + 1
    }
    guard let run = try run(atPrice: price, limit: .max) else { preconditionFailure("a run without limit ends") }
    return run.finish(end: end)
  }
}
