package import KeepframeBoundaries

/// What ``CostMeasurement`` found.
package struct CostResult: Sendable {
  let settings: CostMeasurement.Settings
  /// In the order in which they took turns.
  let costs: [(name: String, cost: EncoderCost)]

  package subscript(name: String) -> EncoderCost? { costs.first { $0.name == name }?.cost }

  /// Tables for a person.
  package var text: String {
    let lengths = settings.lengths
    return """
      Microseconds of the processor for a vector, by how many there are with it; medians of \(settings.repetitions)
      \(textTable(
        [["model", "parameters"] + lengths.map { "\($0)" }]
          + costs.map { name, cost in
            [name, "\(cost.parameters)"] + lengths.map { cost.appendMicroseconds[$0].map(fixed) ?? "-" }
          }))
      \(settings.batch) vectors at once on \(settings.threads) thread\(settings.threads == 1 ? "" : "s"), in milliseconds; all models need the projection as well
      \(textTable(
        [["model", "processor", "wall", "projection"]]
          + costs.map { name, cost in
            [name] + [cost.batchMilliseconds, cost.batchWallMilliseconds, cost.projectionMilliseconds].map(fixed)
          }))
      """
  }

  package var json: JSONText {
    .object([
      ("schema", .string("keepframe.eval.cost/1")), ("threads", .integer(settings.threads)),
      ("repetitions", .integer(settings.repetitions)), ("batch", .integer(settings.batch)),
      (
        "cost",
        .object(
          costs.map { name, cost in
            (
              name,
              .object([
                ("parameters", .integer(cost.parameters)),
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
}

extension CostResult {
  /// Of each model by length.
  var appendJSON: JSONText { .object(costs.map { ($0.name, lengths($0.cost)) }) }

  private func lengths(_ cost: EncoderCost) -> JSONText {
    .object(settings.lengths.compactMap { length in cost.appendMicroseconds[length].map { ("\(length)", .number($0)) } })
  }
}

/// What one encoder costs, in the medians of its repetitions.
package struct EncoderCost: Sendable {
  /// Of the hierarchy its projection; of the others what they have besides, as they are given the projection.
  package let parameters: Int
  var appends: [Int: [Double]] = [:]
  var batches: [Double] = []
  var batchWalls: [Double] = []
  var projections: [Double] = []
  var projectionWalls: [Double] = []

  init(parameters: Int) { self.parameters = parameters }

  /// Microseconds of the processor a vector, by how many there were with it.
  package var appendMicroseconds: [Int: Double] { appends.mapValues(median) }
  /// What is stated for a model in one number: of 10,000 vectors, or the longest there is.
  package var typicalAppendMicroseconds: Double {
    let measured = appendMicroseconds
    return measured[10_000] ?? measured.max { $0.key < $1.key }?.value ?? 0
  }
  /// Of all vectors at once, projected before.
  package var batchMilliseconds: Double { median(batches) }
  package var batchWallMilliseconds: Double { median(batchWalls) }
  /// Of projecting them, which all models need.
  package var projectionMilliseconds: Double { median(projections) }
}

func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
