/// A few small temporal convolutional networks over ``BoundaryFeatures``, whose answers are
/// averaged: what ``LearnedDetector`` asks about every frame.
///
///     h0[t] = relu(normalized features[t] · W + b)
///     h[t] += relu(Σj h[t + (j - 1) · d] · W_j + b)          for each dilation d, j in 0..<3
///     answers[t] = h[t] · W + b
///
/// Members that were trained apart err apart; their mean is surer where they agree only (Hansen &
/// Salamon 1990). Dilated convolutions as van den Oord et al. 2016 (arXiv:1609.03499), centred and
/// residual as in Lea et al. 2017 (arXiv:1611.05267).
public struct BoundaryNetwork: Hashable, Sendable {
  /// One number for each layer: frames between the three that it looks at.
  package static let dilations = [1, 2, 4, 8, 4]
  /// Frames on either side that an answer depends on.
  package static let reach = dilations.reduce(0, +)
  /// A normalized feature counts up to this: what was never seen in training must not drown the
  /// rest.
  package static let featureLimit: Float = 6
  /// Answers for each frame: log odds of a cut and of the inside of a transition, then the kinds'
  /// scores, and log odds of a jump.
  package static let outputs = 3 + LearnedKind.allCases.count
  package static let jumpOutput = outputs - 1

  /// One affine map; a convolution's has a block of `inputs / 3` rows for each of the three frames,
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

    /// `out += input · weights`, for rows `first..<first + count` of the weights, added in that
    /// order.
    ///
    /// 48 columns at a time, as many as registers hold: a result does not depend on it, for each
    /// column has a sum of its own.
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
  /// What becomes of the answers.
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

    /// C
    package var channels: Int { input.outputs }
  }

  /// - Parameter row: `[F]`
  func normalized(_ row: [Float]) -> [Float] { Self.normalize(row, mean: mean, scale: scale) }

  package static func normalize(_ row: [Float], mean: [Float], scale: [Float]) -> [Float] {
    row.indices.map { max(-featureLimit, min(featureLimit, (row[$0] - mean[$0]) * scale[$0])) }
  }
}

/// What kinds of gradual transition the network tells apart.
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

/// Runs a ``BoundaryNetwork`` over a stream, frame by frame: each layer keeps the few inputs that
/// it still needs, so that nothing is computed twice and the answers do not depend on how the
/// stream is cut up.
struct BoundaryNetworkStream: Sendable {
  private let network: BoundaryNetwork
  private var members: [MemberStream]

  init(_ network: BoundaryNetwork) {
    self.network = network
    members = network.members.map { MemberStream($0) }
  }

  /// - Parameter features: `[F]`
  /// - Returns: the answers about the frame ``BoundaryNetwork/reach`` back, `[outputs]`; nil while
  ///   there is none.
  mutating func push(_ features: [Float]) -> [Float]? {
    let row = network.normalized(features)
    return mean(members.indices.compactMap { members[$0].push(row) })
  }

  /// The answers that were still to come, in order; call once. What lies after the end is zeros, in
  /// every layer.
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
  /// For each layer `[2d + 1, C]`, a ring of its inputs.
  private var rings: [[Float]]
  /// Inputs that each layer has taken.
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

  /// Gives one input to a layer, and what comes out of it to the next.
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
            // Before the start: zeros.
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
