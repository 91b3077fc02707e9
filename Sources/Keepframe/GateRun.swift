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

  init(_ gate: GateMaker, price: Double, dimension: Int) {
    retainer = Retainer(gate: gate.makeGate(price), dimension: dimension)
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

/// Makes the gate that judges, at any price.
struct GateMaker {
  /// What the manifest calls it.
  let name: String
  let defaultPrice: Double
  /// Where a search for a budget looks.
  let priceRange: ClosedRange<Double>
  let makeGate: (Double) -> any Gate

  init(_ custom: CustomGate) {
    (name, defaultPrice, priceRange) = (custom.name, custom.defaultPrice, custom.priceRange)
    makeGate = custom.makeGate(price:)
  }

  /// - Parameters:
  ///   - weights: of the learned gate; nil for the others.
  ///   - lookAhead: in seconds.
  init(_ kind: GateKind, weights: GateWeights?, lookAhead: Double) {
    (name, defaultPrice, priceRange) = (kind.rawValue, kind.defaultPrice, kind.priceRange)
    makeGate = { kind.makeGate(price: $0, lookAhead: lookAhead, weights: weights) }
  }

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
    let price = try price(keeping: budget, in: priceRange) { price in
      try run(atPrice: price, limit: budget)?.finish(end: end).memory.count ?? budget + 1
    }
    guard let run = try run(atPrice: price, limit: .max) else { preconditionFailure("a run without limit ends") }
    return run.finish(end: end)
  }
}
