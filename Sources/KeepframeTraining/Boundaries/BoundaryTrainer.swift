package import KeepframeAutograd
package import KeepframeBoundaries
internal import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains the network of `LearnedDetector`. The loss is the binary cross-entropy of cuts, of the
/// insides of transitions and of jumps, and the cross-entropy of the kinds of transitions.
package struct BoundaryTrainer: Sendable {
  package struct Settings: Hashable, Sendable {
    package var seed: UInt64 = 1
    /// Training steps of each network.
    package var steps = 2_500
    /// Number of networks. Each is trained separately, from another start and in another order.
    package var members = 4
    /// C
    package var channels = 48
    /// Length in frames of each of the pieces of a step.
    package var pieceLength = 320
    package var pieces = 4
    package var rate = 3e-3
    package var weightDecay = 0.02
    /// Standard deviation of the noise that is added to the features, whose own is 1; and the share
    /// of features that are left out of a piece.
    package var noise: Float = 0.1
    package var dropout = 0.08
    /// Share of the pieces that come from real clips instead of edits, if there are both.
    package var realShare = 0.5

    package init() {}
  }

  package var settings = Settings()

  package init() {}

  /// - Parameters:
  ///   - edits, real: what to learn from.
  ///   - heldOut: sequences that decide which state is kept; may be empty.
  /// - Throws: ``GradientsError``, `CancellationError`
  package func train(
    edits: [BoundarySequence], real: [BoundarySequence], heldOut: [BoundarySequence],
    progress: (TrainingLoop.Progress) -> Void, cancellation: Cancellation? = nil
  ) throws -> BoundaryNetwork {
    let all = edits + real
    precondition(!all.isEmpty, "expected something to learn from")
    let normalization = FeatureNormalization(all)
    let unseen = heldOut.map { Piece($0, 0..<$0.count, normalization) }
    var members: [BoundaryNetwork.Member] = []
    for member in 0..<settings.members {
      members.append(try train(member, edits, real, unseen, normalization, progress, cancellation))
    }
    return BoundaryNetwork(mean: normalization.mean, scale: normalization.scale, members: members)
  }

  private func train(
    _ member: Int, _ edits: [BoundarySequence], _ real: [BoundarySequence], _ unseen: [Piece],
    _ normalization: FeatureNormalization,
    _ progress: (TrainingLoop.Progress) -> Void, _ cancellation: Cancellation?
  ) throws -> BoundaryNetwork.Member {
    var random = SeededGenerator(seed: settings.seed &+ UInt64(member) &* 1_000_003)
    var state = TrainingState(
      initialParameters(&random), optimizer: AdamW(weightDecay: settings.weightDecay), random: random)
    let loop = TrainingLoop(
      steps: settings.steps, schedule: Schedule(peak: settings.rate, floor: settings.rate / 100, totalSteps: settings.steps),
      stepsPerCheck: max(1, settings.steps / 20))
    let groups = [edits, real].filter { !$0.isEmpty }
    _ = try loop.run(
      &state,
      loss: { _, tape, random in
        var losses: [Variable<Float>] = []
        for _ in 0..<settings.pieces {
          let isComposed = groups.count == 2 && random.uniform(in: 0.0...1.0) >= settings.realShare
          let group = isComposed ? groups[0] : groups[groups.count - 1]
          losses.append(Self.loss(draw(group, normalization, &random).disturbed(settings, &random), tape))
        }
        return losses.dropFirst().reduce(losses[0], +).scale(by: 1 / Float(losses.count))
      },
      score: unseen.isEmpty
        ? nil
        : { parameters in
          let sum = unseen.reduce(0.0) { sum, piece in
            sum + Double(Self.loss(piece, Tape(parameters, isRecording: false)).scalar) * Double(piece.count)
          }
          return -sum / Double(unseen.reduce(0) { $0 + $1.count })
        },
      progress: progress, cancellation: cancellation)
    return Self.member(unseen.isEmpty ? state.parameters : state.bestParameters)
  }

  private func draw(
    _ group: [BoundarySequence], _ normalization: FeatureNormalization, _ random: inout SeededGenerator
  ) -> Piece {
    // Sequences are drawn in proportion to their length, so that every frame is equally likely.
    var at = random.uniform(in: 0..<group.reduce(0) { $0 + $1.count })
    let sequence = group.first { sequence in
      if at < sequence.count { return true }
      at -= sequence.count
      return false
    }!
    let length = min(settings.pieceLength, sequence.count)
    let start = min(max(0, at - length / 2), sequence.count - length)
    return Piece(sequence, start..<start + length, normalization)
  }

  // MARK: - The network on a tape

  private func initialParameters(_ random: inout SeededGenerator) -> Parameters<Float> {
    let channels = settings.channels
    var parameters = Parameters<Float>()
    parameters["input"] = .glorot(BoundaryFeatures.count, channels, using: &random)
    parameters["input_bias"] = .zeros(1, channels)
    for index in BoundaryNetwork.dilations.indices {
      parameters["layer.\(index)"] = .glorot(3 * channels, channels, gain: 0.7, using: &random)
      parameters["layer.\(index)_bias"] = .zeros(1, channels)
    }
    parameters["output"] = .glorot(channels, BoundaryNetwork.outputs, gain: 0.5, using: &random)
    // Cuts, insides and jumps are rare, so their biases start low.
    parameters["output_bias"] = Values(row: [-4, -3] + LearnedKind.allCases.map { _ in 0 } + [-4])
    return parameters
  }

  /// `[T, outputs]`
  static func answers(_ features: Values<Float>, _ tape: Tape<Float>) -> Variable<Float> {
    var hidden = tape.constant(features).matmul(tape.parameter("input")).addRow(tape.parameter("input_bias")).relu()
    for (index, dilation) in BoundaryNetwork.dilations.enumerated() {
      hidden =
        hidden
        + hidden.convolve(tape.parameter("layer.\(index)"), dilation: dilation, centered: true)
        .addRow(tape.parameter("layer.\(index)_bias")).relu()
    }
    return hidden.matmul(tape.parameter("output")).addRow(tape.parameter("output_bias"))
  }

  private static func loss(_ piece: Piece, _ tape: Tape<Float>) -> Variable<Float> {
    let answers = answers(piece.features, tape)
    let cut = answers.slice(columns: 0..<1).binaryCrossEntropy(piece.isCut, weights: piece.cutWeights)
    let inside = answers.slice(columns: 1..<2).binaryCrossEntropy(piece.isInside, weights: piece.weights)
    var loss = cut + inside
    if !piece.kinds.isEmpty {
      let kinds = answers.slice(columns: 2..<BoundaryNetwork.jumpOutput).gatherRows(piece.kindRows).crossEntropy(piece.kinds)
      loss = loss + kinds.scale(by: 0.1 * Float(piece.kinds.count) / Float(piece.count))
    }
    if let weights = piece.jumpWeights {
      loss =
        loss
        + answers.slice(columns: BoundaryNetwork.jumpOutput..<BoundaryNetwork.outputs)
        .binaryCrossEntropy(piece.isJump, weights: weights)
    }
    return loss
  }

  private static func member(_ parameters: Parameters<Float>) -> BoundaryNetwork.Member {
    func layer(_ name: String) -> BoundaryNetwork.Layer {
      let weights = parameters[name]
      return BoundaryNetwork.Layer(
        inputs: weights.rows, outputs: weights.columns, weights: weights.values, bias: parameters["\(name)_bias"].values)
    }
    return BoundaryNetwork.Member(
      input: layer("input"), layers: BoundaryNetwork.dilations.indices.map { layer("layer.\($0)") }, output: layer("output"))
  }
}

/// Brings every feature to mean 0 and standard deviation 1.
struct FeatureNormalization: Sendable {
  /// `[F]` each
  let mean: [Float]
  let scale: [Float]

  init(_ sequences: [BoundarySequence]) {
    let count = BoundaryFeatures.count
    var (sum, squares, rows) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count), 0.0)
    for row in sequences.lazy.flatMap(\.features) {
      for index in 0..<count {
        sum[index] += Double(row[index])
        squares[index] += Double(row[index]) * Double(row[index])
      }
      rows += 1
    }
    mean = sum.map { Float($0 / max(1, rows)) }
    scale = (0..<count).map { index in
      let variance = squares[index] / max(1, rows) - (sum[index] / max(1, rows)) * (sum[index] / max(1, rows))
      return Float(1 / max(0.02, max(0, variance).squareRoot()))
    }
  }

  func apply(_ row: [Float]) -> [Float] { BoundaryNetwork.normalize(row, mean: mean, scale: scale) }
}

/// Part of a sequence, ready for the tape.
private struct Piece {
  var features: Values<Float>
  let isCut: Values<Float>
  let isInside: Values<Float>
  let weights: Values<Float>
  let kindRows: [Int]
  let kinds: [Int]
  let isJump: Values<Float>
  /// As ``weights``, but 0 at jumps, where answering "cut" is allowed.
  let cutWeights: Values<Float>
  /// As ``weights``; nil if jumps are not labelled.
  let jumpWeights: Values<Float>?
  let count: Int

  init(_ sequence: BoundarySequence, _ range: Range<Int>, _ normalization: FeatureNormalization) {
    count = range.count
    features = Values(
      rows: range.count, columns: BoundaryFeatures.count, values: sequence.features[range].flatMap { normalization.apply($0) })
    // Near an edge of the piece that is no edge of the clip, the network lacks what lies beyond.
    let first = range.lowerBound == 0 ? 0 : range.lowerBound + BoundaryNetwork.reach
    let end = range.upperBound == sequence.count ? sequence.count : range.upperBound - BoundaryNetwork.reach
    let weight = range.map { $0 >= first && $0 < end ? sequence.weight[$0] : 0 }
    isCut = Values(column: Array(sequence.isCut[range]))
    isInside = Values(column: Array(sequence.isInside[range]))
    weights = Values(column: weight)
    let rows = range.indices.filter { weight[$0 - range.lowerBound] > 0 && sequence.kind[$0] != nil }
    kindRows = rows.map { $0 - range.lowerBound }
    kinds = rows.map { sequence.kind[$0]! }
    isJump = Values(column: Array(sequence.isJump[range]))
    cutWeights = Values(column: zip(weight, sequence.isJump[range]).map { $1 > 0 ? 0 : $0 })
    jumpWeights = sequence.knowsJumps ? weights : nil
  }

  /// Adds noise and leaves out some features, so that the network relies on none alone.
  func disturbed(_ settings: BoundaryTrainer.Settings, _ random: inout SeededGenerator) -> Piece {
    var result = self
    let columns = features.columns
    let kept = (0..<columns).map { _ in random.uniform(in: 0.0...1.0) >= settings.dropout }
    // The sum of two uniform numbers, with standard deviation 1. Drawing a Gaussian for each would
    // take longer than the step.
    for index in result.features.values.indices {
      let bits = random.next()
      let noise = (Float(bits & 0xffff) + Float(bits >> 16 & 0xffff) - 0xffff) / 0x6882
      result.features.values[index] = kept[index % columns] ? result.features.values[index] + settings.noise * noise : 0
    }
    return result
  }
}
