internal import KeepframeAutograd
package import KeepframeBaselines
package import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// What encoders cost: the processor time for one more vector, by the number before it, and for
/// many vectors at once.
///
/// Vectors are random, of unit length, so no footage and no training are needed. Only the
/// hierarchy's work depends on the vectors, and it is largest if every vector is a shot of its own,
/// as here. All models take turns, and every figure is the median of its repetitions, so that other
/// load on the machine affects all equally. Times are processor times, except
/// ``EncoderCost/batchWallMilliseconds``.
package struct CostMeasurement: Sendable {
  package var settings = Settings()
  private let models: [TrainedEncoder]

  package struct Settings: Hashable, Sendable {
    /// Lengths at which the time of an append is measured, ascending. Models other than the
    /// hierarchy and the LSTM are measured up to 10,000.
    package var lengths = [100, 1_000, 10_000, 100_000, 1_000_000]
    package var batch = 10_000
    package var repetitions = 5
    /// Number of vectors that sum up a batch.
    package var contexts = 4
    /// Threads for encoding a batch; never for appending.
    package var threads = 1

    package init() {}
  }

  /// The models whose cost can be compared. Closed forms other than the mean keep all vectors and
  /// work only when they are read.
  package static let kinds = EncoderKind.allCases.filter { $0 == .hierarchical || $0 == .mean || $0.isNetwork }

  /// Untrained networks with as many parameters as the hierarchy has with its projection. They get
  /// that projection as well.
  ///
  /// - Parameter kinds: those that are not among ``kinds`` are left out.
  package init(_ kinds: [EncoderKind], hierarchy: EncoderModel = .shipped) {
    let projection = hierarchy.projection
    let budget = projection.weight.values.count + projection.bias.count + hierarchy.bodyParameterCount
    models = kinds.filter { Self.kinds.contains($0) }.map { kind in
      guard kind != .hierarchical else { return .hierarchy(hierarchy) }
      if let form = ClosedForm(kind) { return .opponent(OpponentModel(projection: projection, body: .closedForm(form))) }
      let network = SequenceNetwork(kind, dimension: projection.outputDimension, parameters: budget)
      var random = SeededGenerator(seed: 1)
      return .opponent(
        OpponentModel(projection: projection, network: network, parameters: network.initialParameters(using: &random)))
    }
  }

  /// - Parameter progress: gets the name of what is measured next.
  /// - Throws: `CancellationError`, or ``TensorError`` without OpenBLAS.
  package func run(progress: (String) -> Void = { _ in }, cancellation: Cancellation? = nil) throws -> CostResult {
    try prepareMatmul()
    guard let dimension = models.first?.projection.outputDimension else { return CostResult(settings: settings, costs: []) }
    let vectors = randomVectors(settings.batch, dimension)
    let memory = (0..<vectors.rows).map {
      MemoryVector(values: vectors[row: $0], seconds: Double($0), coversSeconds: 1)
    }
    let embeddings = randomVectors(settings.batch, models[0].inputDimension)
    var costs = models.map { model in
      EncoderCost(
        projectionParameters: model.projection.weight.values.count + model.projection.bias.count,
        bodyParameters: model.bodyParameterCount, projectionStep: .projection(model.projection), bodyStep: .body(model))
    }
    // A first run takes longer, so it is not measured.
    for model in models { _ = model.contextVectors(of: [model.projection.apply(to: embeddings)], contexts: 1) }
    for repetition in 0..<settings.repetitions {
      for (index, model) in models.enumerated() {
        try cancellation?.check()
        progress("\(model.kind.rawValue), \(repetition + 1) of \(settings.repetitions)")
        append(memory, to: model, &costs[index])
        atOnce(vectors, embeddings, model, &costs[index])
      }
    }
    return CostResult(settings: settings, costs: Array(zip(models.map(\.kind.rawValue), costs)))
  }

  private func append(_ memory: [MemoryVector], to model: TrainedEncoder, _ cost: inout EncoderCost) {
    var encoder = model.makeEncoder()
    let isLong = model.kind == .hierarchical || model.kind == .lstm
    for length in settings.lengths where isLong || length <= 10_000 {
      // Time the last thousand vectors, or half of them if there are not many more.
      let timed = min(1_000, encoder.count == 0 ? length : length / 2)
      while encoder.count < length - timed { encoder.append(memory[encoder.count % memory.count]) }
      let time = processorSeconds(.thread) { for index in 0..<timed { encoder.append(memory[index % memory.count]) } }
      cost.appends[length, default: []].append(1e6 * time / Double(timed))
    }
  }

  private func atOnce(_ vectors: Matrix, _ embeddings: Matrix, _ model: TrainedEncoder, _ cost: inout EncoderCost) {
    let clock = ContinuousClock()
    func measure(_ work: () -> Void) -> (processor: Double, wall: Double) {
      let start = clock.now
      let processor = processorSeconds(.process, work)
      return (1e3 * processor, (clock.now - start) / .milliseconds(1))
    }
    // A recurrent network can only encode vector by vector.
    let body = measure {
      if model.kind.isRecurrent {
        var encoder = model.makeEncoder()
        for row in 0..<vectors.rows {
          encoder.append(MemoryVector(values: vectors[row: row], seconds: 0, coversSeconds: 0))
        }
        _ = encoder.contextVectors()
      } else {
        _ = model.contextVectors(of: [vectors], contexts: settings.contexts, threads: settings.threads)
      }
    }
    cost.batches.append(body.processor)
    cost.batchWalls.append(body.wall)
    let projection = measure { _ = model.projection.apply(to: embeddings) }
    cost.projections.append(projection.processor)
    cost.projectionWalls.append(projection.wall)
  }

  private func randomVectors(_ count: Int, _ dimension: Int) -> Matrix {
    var random = SeededGenerator(seed: 5)
    var vectors = Matrix(rows: count, columns: dimension, values: (0..<count * dimension).map { _ in random.gaussian() })
    vectors.normalizeRows()
    return vectors
  }
}
