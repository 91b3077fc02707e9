/// A few small temporal convolutional networks over ``BoundaryFeatures``, whose answers are
/// averaged. ``LearnedDetector`` asks them about every frame.
///
///     h0[t] = relu(normalized features[t] · W + b)
///     h[t] += relu(Σj h[t + (j - 1) · d] · W_j + b)          for each dilation d, j in 0..<3
///     answers[t] = h[t] · W + b
///
/// Members that were trained separately make different errors, so their mean is sure only where
/// they agree (Hansen & Salamon 1990). The convolutions are dilated as in van den Oord et al. 2016
/// (arXiv:1609.03499), and centred and residual as in Lea et al. 2017 (arXiv:1611.05267).
public struct BoundaryNetwork: Hashable, Sendable {
  /// For each layer, the distance between the three frames that it reads.
  package static let dilations = [1, 2, 4, 8, 4]
  /// The number of frames on either side that an answer depends on.
  package static let reach = dilations.reduce(0, +)
  /// Normalized features are limited to this magnitude, so that values never seen in training do
  /// not dominate.
  package static let featureLimit: Float = 6
  /// The number of answers for each frame: log odds of a cut and of the inside of a transition, the
  /// scores of the kinds, and log odds of a jump.
  package static let outputs = 3 + LearnedKind.allCases.count
  package static let jumpOutput = outputs - 1

  /// One affine map. A convolution's has a block of `inputs / 3` rows for each of its three frames,
  /// the earliest first.
  package struct Layer: Hashable, Sendable {
    package var inputs: Int
    package var outputs: Int
    /// `[inputs, outputs]`, row-major.
    package var weights: [Float]
    /// `[outputs]`
    package var bias: [Float]

    package init(inputs: Int, outputs: Int, weights: [Float], bias: [Float]) {
      precondition(weights.count == inputs * outputs && bias.count == outputs, "expected \(inputs)x\(outputs) weights")
      self.inputs = inputs
      self.outputs = outputs
      self.weights = weights
      self.bias = bias
    }

    /// Adds `input · weights` to `out`, for rows `first..<first + count` of the weights, in that
    /// order.
    ///
    /// It handles 48 columns at a time, as many as fit into registers. The result does not depend
    /// on that, since each column has its own sum.
    func add(_ input: UnsafePointer<Float>, count: Int, first: Int, to out: UnsafeMutablePointer<Float>) {
      weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        var column = 0
        while column + 48 <= outputs {
          let to = out + column
          var (a, b, c) = (BlockVector.load(to), BlockVector.load(to + 16), BlockVector.load(to + 32))
          var base = weights + first * outputs + column
          for row in 0..<count {
            let value = input[row]
            a += value * BlockVector.load(base)
            b += value * BlockVector.load(base + 16)
            c += value * BlockVector.load(base + 32)
            base += outputs
          }
          UnsafeMutableRawPointer(to).storeBytes(of: a, as: SIMD16<Float>.self)
          UnsafeMutableRawPointer(to + 16).storeBytes(of: b, as: SIMD16<Float>.self)
          UnsafeMutableRawPointer(to + 32).storeBytes(of: c, as: SIMD16<Float>.self)
          column += 48
        }
        guard column < outputs else { return }
        for row in 0..<count {
          let (value, base) = (input[row], weights + (first + row) * outputs)
          for column in column..<outputs { out[column] += value * base[column] }
        }
      }
    }
  }

  /// `[F]` each: a feature is normalized to `(feature - mean) * scale`.
  package var mean: [Float]
  package var scale: [Float]
  package var members: [Member]
  /// Turns the answers into scores.
  package var judge: BoundaryJudge

  package init(mean: [Float], scale: [Float], members: [Member], judge: BoundaryJudge = .network) {
    precondition(!members.isEmpty, "expected a member")
    self.judge = judge
    self.mean = mean
    self.scale = scale
    self.members = members
  }

  package struct Member: Hashable, Sendable {
    package var input: Layer
    package var layers: [Layer]
    package var output: Layer

    package init(input: Layer, layers: [Layer], output: Layer) {
      precondition(layers.count == dilations.count, "expected \(dilations.count) layers, got \(layers.count)")
      self.input = input
      self.layers = layers
      self.output = output
    }

    /// C, the number of channels.
    package var channels: Int { input.outputs }
  }

  /// - Parameter row: `[F]`
  func normalized(_ row: [Float]) -> [Float] { Self.normalize(row, mean: mean, scale: scale) }

  package static func normalize(_ row: [Float], mean: [Float], scale: [Float]) -> [Float] {
    row.indices.map { max(-featureLimit, min(featureLimit, (row[$0] - mean[$0]) * scale[$0])) }
  }
}

/// The kinds of gradual transition that the network distinguishes.
package enum LearnedKind: Int, CaseIterable, Sendable {
  case dissolve, fade, wipe, slide, zoom

  package var kind: Transition.Kind {
    switch self {
    case .dissolve: .dissolve
    case .fade: .fade
    case .wipe: .wipe
    case .slide: .slide
    case .zoom: .zoom
    }
  }
}

/// Runs a ``BoundaryNetwork`` over a stream, frame by frame.
///
/// Each layer keeps the few inputs that it still needs. So nothing is computed twice, and the
/// answers do not depend on how the stream is divided.
struct BoundaryNetworkStream: Sendable {
  private let network: BoundaryNetwork
  private var members: [MemberStream]

  init(_ network: BoundaryNetwork) {
    self.network = network
    members = network.members.map { MemberStream($0) }
  }

  /// - Parameter features: `[F]`
  /// - Returns: The answers about the frame ``BoundaryNetwork/reach`` back, `[outputs]`; nil if
  ///   there is no such frame yet.
  mutating func push(_ features: [Float]) -> [Float]? {
    let row = network.normalized(features)
    return mean(members.indices.compactMap { members[$0].push(row) })
  }

  /// The remaining answers, in order. Call it once. After the end, every layer reads zeros.
  mutating func finish() -> [[Float]] {
    let answers = members.indices.map { members[$0].finish() }
    return answers[0].indices.compactMap { frame in mean(answers.map { $0[frame] }) }
  }

  private func mean(_ answers: [[Float]]) -> [Float]? {
    guard var sum = answers.first else { return nil }
    for answer in answers.dropFirst() {
      for index in sum.indices { sum[index] += answer[index] }
    }
    return sum.map { $0 / Float(answers.count) }
  }
}

/// One member's part of a ``BoundaryNetworkStream``.
private struct MemberStream: Sendable {
  private let network: BoundaryNetwork.Member
  /// For each layer, a ring of its inputs, `[2d + 1, C]`.
  private var rings: [[Float]]
  /// The number of inputs that each layer has taken.
  private var taken: [Int]
  private var scratch: [Float]

  init(_ network: BoundaryNetwork.Member) {
    self.network = network
    rings = BoundaryNetwork.dilations.map { Array(repeating: 0, count: (2 * $0 + 1) * network.channels) }
    taken = Array(repeating: 0, count: rings.count)
    scratch = Array(repeating: 0, count: network.channels)
  }

  /// - Parameter features: `[F]`, normalized.
  mutating func push(_ features: [Float]) -> [Float]? {
    var hidden = network.input.bias
    hidden.withUnsafeMutableBufferPointer { hidden in
      features.withUnsafeBufferPointer { network.input.add($0.baseAddress!, count: $0.count, first: 0, to: hidden.baseAddress!) }
      for index in hidden.indices { hidden[index] = max(0, hidden[index]) }
    }
    return advance(hidden, from: 0)
  }

  mutating func finish() -> [[Float]] {
    var answers: [[Float]] = []
    let zeros = [Float](repeating: 0, count: network.channels)
    for layer in rings.indices {
      for _ in 0..<BoundaryNetwork.dilations[layer] {
        if let answer = advance(zeros, from: layer) { answers.append(answer) }
      }
    }
    return answers
  }

  /// Passes one input to a layer, and each layer's output to the next.
  private mutating func advance(_ input: [Float], from first: Int) -> [Float]? {
    var value = input
    let channels = network.channels
    for layer in first..<rings.count {
      let dilation = BoundaryNetwork.dilations[layer]
      let slots = 2 * dilation + 1
      let newest = taken[layer]
      rings[layer].replaceSubrange((newest % slots * channels)..<(newest % slots + 1) * channels, with: value)
      taken[layer] += 1
      let centre = newest - dilation
      guard centre >= 0 else { return nil }
      for index in 0..<channels { scratch[index] = network.layers[layer].bias[index] }
      rings[layer].withUnsafeBufferPointer { ring in
        scratch.withUnsafeMutableBufferPointer { out in
          for tap in 0..<3 {
            let frame = centre + (tap - 1) * dilation
            // Before the start, inputs are zeros.
            if frame < 0 { continue }
            network.layers[layer].add(
              ring.baseAddress! + frame % slots * channels, count: channels, first: tap * channels, to: out.baseAddress!)
          }
        }
        for index in 0..<channels { value[index] = ring[centre % slots * channels + index] + max(0, scratch[index]) }
      }
    }
    var answer = network.output.bias
    value.withUnsafeBufferPointer { value in
      answer.withUnsafeMutableBufferPointer {
        network.output.add(value.baseAddress!, count: channels, first: 0, to: $0.baseAddress!)
      }
    }
    return answer
  }
}

extension BoundaryNetwork {
  /// The answers about every frame of a clip: `[T][F]` to `[T][outputs]`.
  package func answers(_ features: [[Float]]) -> [[Float]] {
    var stream = BoundaryNetworkStream(self)
    return features.compactMap { stream.push($0) } + stream.finish()
  }
}
