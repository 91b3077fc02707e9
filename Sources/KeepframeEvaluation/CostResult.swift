package import KeepframeBoundaries

/// The result of a ``CostMeasurement``.
package struct CostResult: Sendable {
  let settings: CostMeasurement.Settings
  /// In the order in which they took turns.
  let costs: [(name: String, cost: EncoderCost)]

  package subscript(name: String) -> EncoderCost? { costs.first { $0.name == name }?.cost }

  /// Tables for a person.
  package var text: String {
    let lengths = settings.lengths
    let steps = costs.map { name, cost in
      let whole = cost.step
      return [name, "\(cost.projectionParameters)", "\(cost.bodyParameters)", "\(cost.parameters)"]
        + [cost.bodyStep?.multiplyAdds, whole?.multiplyAdds, cost.bodyStep?.bytes, whole?.bytes].map { $0.map(rounded) ?? "-" }
        + [0, cost.projectionMicroseconds(settings.batch)].map { fixed(cost.typicalAppendMicroseconds + $0) }
    }
    return """
      Parameters that run, and what a vector costs: counted from the shapes, and measured. All models need the projection
      \(textTable(
        [
          ["model", "projection", "body", "parameters"]
            + ["mult-adds, body", "bytes read, body", "us, body"].flatMap { [$0, "with proj."] }
        ] + steps))
      Microseconds of the processor for a projected vector, by how many there are with it; medians of \(settings.repetitions)
      \(textTable(
        [["model"] + lengths.map { "\($0)" }]
          + costs.map { name, cost in
            [name] + lengths.map { cost.appendMicroseconds[$0].map(fixed) ?? "-" }
          }))
      \(settings.batch) vectors at once on \(settings.threads) thread\(settings.threads == 1 ? "" : "s"), in milliseconds
      \(textTable(
        [["model", "processor", "wall", "projection", "with it"]]
          + costs.map { name, cost in
            [name]
              + [
                cost.batchMilliseconds, cost.batchWallMilliseconds, cost.projectionMilliseconds,
                cost.batchMilliseconds + cost.projectionMilliseconds,
              ].map(fixed)
          }))
      """
  }

  private func rounded(_ value: Double) -> String { "\(Int(value.rounded()))" }

  package var json: JSONText {
    .object([
      ("schema", .string("keepframe.eval.cost/2")), ("threads", .integer(settings.threads)),
      ("repetitions", .integer(settings.repetitions)), ("batch", .integer(settings.batch)),
      ("contexts", .integer(settings.contexts)),
      (
        "cost",
        .object(
          costs.map { name, cost in
            (
              name,
              .object([
                ("parameters", .integer(cost.parameters)), ("projection_parameters", .integer(cost.projectionParameters)),
                ("body_parameters", .integer(cost.bodyParameters)),
                ("body_step", cost.bodyStep.map(step) ?? .null), ("step", cost.step.map(step) ?? .null),
                ("append_us", lengths(cost)),
                ("batch_ms", .number(cost.batchMilliseconds)), ("batch_wall_ms", .number(cost.batchWallMilliseconds)),
                ("projection_ms", .number(cost.projectionMilliseconds)),
                ("projection_wall_ms", .number(median(cost.projectionWalls))),
              ])
            )
          })
      ),
    ])
  }

  private func step(_ cost: StepCost) -> JSONText {
    .object([("multiply_adds", .number(cost.multiplyAdds)), ("bytes", .number(cost.bytes))])
  }

  private func lengths(_ cost: EncoderCost) -> JSONText {
    .object(settings.lengths.compactMap { length in cost.appendMicroseconds[length].map { ("\(length)", .number($0)) } })
  }
}

/// What one encoder costs; times are medians of its repetitions.
package struct EncoderCost: Sendable {
  package let projectionParameters: Int
  /// Parameters besides those of the projection.
  package let bodyParameters: Int
  /// Counted costs of projecting a single embedding, and of the rest of the work for one vector;
  /// nil if that work is deferred.
  package let projectionStep: StepCost
  package let bodyStep: StepCost?
  var appends: [Int: [Double]] = [:]
  var batches: [Double] = []
  var batchWalls: [Double] = []
  var projections: [Double] = []
  var projectionWalls: [Double] = []

  init(projectionParameters: Int, bodyParameters: Int, projectionStep: StepCost, bodyStep: StepCost?) {
    self.projectionParameters = projectionParameters
    self.bodyParameters = bodyParameters
    self.projectionStep = projectionStep
    self.bodyStep = bodyStep
  }

  /// All parameters.
  package var parameters: Int { projectionParameters + bodyParameters }

  /// The total cost of one vector; nil if some of the work is deferred.
  package var step: StepCost? {
    bodyStep.map {
      StepCost(multiplyAdds: $0.multiplyAdds + projectionStep.multiplyAdds, bytes: $0.bytes + projectionStep.bytes)
    }
  }

  /// Processor time in microseconds for one projected vector, by the number of vectors including
  /// it.
  package var appendMicroseconds: [Int: Double] { appends.mapValues(median) }
  /// The one number that is stated for a model: at 10,000 vectors, or at the longest measured
  /// length.
  package var typicalAppendMicroseconds: Double {
    let measured = appendMicroseconds
    return measured[10_000] ?? measured.max { $0.key < $1.key }?.value ?? 0
  }
  /// Time for all vectors at once, after they are projected.
  package var batchMilliseconds: Double { median(batches) }
  package var batchWallMilliseconds: Double { median(batchWalls) }
  /// Time to project them, which all models need.
  package var projectionMilliseconds: Double { median(projections) }

  /// Time for one of `batch` embeddings that are projected at once.
  func projectionMicroseconds(_ batch: Int) -> Double { 1e3 * projectionMilliseconds / Double(max(batch, 1)) }
}

func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
