public import KeepframeAutograd
public import KeepframeFeatures
public import KeepframeNumerics

/// A trained encoder: the projection of embeddings, and the model that sums up what was projected.
public struct EncoderModel: Hashable, Sendable {
  public let kind: EncoderKind
  public let front: Projection
  /// For all kinds but the hierarchy; nil for that.
  public let network: SequenceNetwork?
  /// Of ``network``; empty for the hierarchy and the mean.
  public let parameters: Parameters<Float>
  /// For the hierarchy.
  public var slots: SlotPooling
  /// For ``ClipMatcher``.
  public var voteTemperature: Float
  /// Where it comes from: command, data, seed ... Written to the file's metadata.
  public var provenance: [String: String] = [:]

  /// The hierarchy.
  public init(front: Projection, slots: SlotPooling = SlotPooling(), voteTemperature: Float = 0.15) {
    kind = .hierarchical
    self.front = front
    network = nil
    parameters = Parameters()
    self.slots = slots
    self.voteTemperature = voteTemperature
  }

  /// Any of the others.
  public init(front: Projection, network: SequenceNetwork, parameters: Parameters<Float>, voteTemperature: Float = 0.15) {
    precondition(
      network.dimension == front.outputDimension,
      "expected a network of [\(front.outputDimension)] vectors, got [\(network.dimension)]")
    kind = network.kind
    self.front = front
    self.network = network
    self.parameters = parameters
    slots = SlotPooling()
    self.voteTemperature = voteTemperature
  }

  /// Of embeddings.
  public var inputDimension: Int { front.inputDimension }
  /// Of contexts.
  public var dimension: Int { front.outputDimension }
  /// Those of the model, the projection aside.
  public var bodyParameterCount: Int { network?.parameterCount ?? 0 }

  /// An encoder of projected vectors, still empty.
  public func makeEncoder(windowSize: Int = 100) -> any SequenceEncoder {
    guard let network else {
      return HierarchicalEncoder(weights: .identity(dimension: dimension), windowSize: windowSize, slots: slots)
    }
    return NetworkEncoder(network, parameters)
  }

  /// What a whole clip is compared by.
  ///
  /// - Parameters:
  ///   - vectors: `[N, d]`, projected, at least one.
  ///   - window: cuts the clip into pieces of so many vectors, each summed up on its own; nil takes it whole. Plays no part for
  ///     the hierarchy, which has windows and slots of its own.
  /// - Returns: `[C, d]`, of unit length.
  public func contextVectors(of vectors: Matrix, window: Int? = nil) -> Matrix {
    contextVectors(of: [vectors], window: window)[0]
  }

  /// The same for many clips, which then run side by side.
  ///
  /// - Parameter threads: for the hierarchy, whose windows do not wait for each other. Never changes the result.
  public func contextVectors(of clips: [Matrix], window: Int? = nil, threads: Int = 1) -> [Matrix] {
    guard let network else {
      let windows = clips.enumerated().flatMap { index, clip in
        ranges(clip.rows, size: 100).map { (clip: index, rows: $0) }
      }
      let pooled = inParallel(windows.count, threads: threads) { index in
        slots.pool(rows(clips[windows[index].clip], windows[index].rows)).vectors
      }
      var values = clips.map { _ in [Float]() }
      for (window, slots) in zip(windows, pooled) { values[window.clip] += slots.values }
      return values.map { Matrix(rows: $0.count / dimension, columns: dimension, values: $0) }
    }
    let all = Matrix(rows: clips.reduce(0) { $0 + $1.rows }, columns: dimension, values: clips.flatMap(\.values))
    var (pieces, owners, start) = ([Range<Int>](), [Range<Int>](), 0)
    for clip in clips {
      let cut = ranges(clip.rows, size: window ?? clip.rows).map { $0.lowerBound + start..<$0.upperBound + start }
      owners.append(pieces.count..<pieces.count + cut.count)
      pieces += cut
      start += clip.rows
    }
    let tape = Tape(parameters, isRecording: false)
    let encoded = Matrix(network.encode(tape.constant(Values(all)), clips: pieces).value)
    return owners.map { rows(encoded, $0) }
  }

  private func ranges(_ count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: max(size, 1)).map { $0..<min($0 + size, count) }
  }

  private func rows(_ matrix: Matrix, _ range: Range<Int>) -> Matrix {
    let columns = matrix.columns
    return Matrix(
      rows: range.count, columns: columns, values: Array(matrix.values[range.lowerBound * columns..<range.upperBound * columns]))
  }
}
