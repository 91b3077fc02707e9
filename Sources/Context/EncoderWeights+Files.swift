public import SystemPackage
internal import Tensors

/// The file: safetensors, F32. Metadata: `format`, `dimension`, `window_size`. Tensors: `leaf.` and `upper.` and the name of
/// each matrix of ``AttentionWeights``, in snake case.
extension EncoderWeights {
  /// Goes up whenever an older reader would misread a newer file.
  static let format = "keepframe-encoder-1"

  /// Reads weights that ``save(to:)`` or `keepframe train encoder` wrote.
  ///
  /// - Parameter dimension: length of the vectors to encode, which the weights must be for.
  /// - Throws: ``ContextError`` if the file is damaged, of another version, or trained for another dimension.
  public init(contentsOf path: FilePath, dimension: Int) throws(ContextError) {
    let file: SafetensorsFile
    do throws(TensorError) { file = try SafetensorsFile(contentsOf: path) } catch { throw .file(error) }
    let format = file.metadata["format"]
    guard format == EncoderWeights.format else {
      throw .wrongFormat(path: path, expected: EncoderWeights.format, got: format)
    }
    guard let stated = file.metadata["dimension"].flatMap({ Int($0) }),
      let windowSize = file.metadata["window_size"].flatMap({ Int($0) }), windowSize >= 2
    else {
      throw .wrongFormat(path: path, expected: "\(EncoderWeights.format), with dimension and window_size", got: format)
    }
    guard stated == dimension else { throw .wrongDimension(path: path, expected: dimension, got: stated) }
    let known = ["leaf.", "upper."].flatMap { layer in AttentionWeights.parts.map { layer + $0.name } }
    if let tensor = file.tensors.first(where: { !known.contains($0.name) }) {
      throw .unknownTensor(path: path, tensor: tensor.name)
    }
    self.init(
      windowSize: windowSize,
      leaf: try AttentionWeights(file, "leaf.", dimension: dimension, path),
      upper: try AttentionWeights(file, "upper.", dimension: dimension, path))
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``ContextError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath) throws(ContextError) {
    do throws(TensorError) { try file.write(to: path) } catch { throw .file(error) }
  }

  func encode() -> [UInt8] { file.encode() }

  private var file: SafetensorsFile {
    let layers = [("leaf.", leaf), ("upper.", upper)]
    return SafetensorsFile(
      tensors: layers.flatMap { prefix, layer in
        AttentionWeights.parts.map { part in SafetensorsFile.Tensor(name: prefix + part.name, layer[keyPath: part.path]) }
      },
      metadata: ["format": EncoderWeights.format, "dimension": "\(dimension)", "window_size": "\(windowSize)"])
  }
}

extension AttentionWeights {
  fileprivate static var parts: [(name: String, path: WritableKeyPath<AttentionWeights, Matrix>)] {
    [
      ("query", \.query), ("key", \.key), ("value_down", \.valueDown), ("value_up", \.valueUp), ("hidden", \.hidden),
      ("hidden_bias", \.hiddenBias), ("output", \.output), ("output_bias", \.outputBias),
    ]
  }

  /// The free sizes are read from `query`, `value_down` and `hidden`; all else must follow from them.
  fileprivate init(_ file: SafetensorsFile, _ prefix: String, dimension: Int, _ path: FilePath) throws(ContextError) {
    func size(_ name: String, _ axis: Int, or fallback: Int) -> Int {
      guard let shape = file[prefix + name]?.shape, shape.count == 2 else { return fallback }
      return shape[axis]
    }
    func take(_ name: String, _ rows: Int, _ columns: Int) throws(ContextError) -> Matrix {
      let tensor = file[prefix + name]
      guard let tensor, let matrix = Matrix(tensor), matrix.rows == rows, matrix.columns == columns else {
        throw .wrongShape(path: path, tensor: prefix + name, expected: [rows, columns], got: tensor?.shape)
      }
      guard matrix.values.allSatisfy(\.isFinite) else { throw .notFinite(path: path, tensor: prefix + name) }
      return matrix
    }
    let stated = size("query", 0, or: 1)
    let headCount = stated > 0 && dimension.isMultiple(of: stated) ? stated : 1
    let keyWidth = size("query", 1, or: 16)
    let rank = size("value_down", 1, or: 32)
    let hiddenWidth = size("hidden", 1, or: 64)
    self.init(
      query: try take("query", headCount, keyWidth),
      key: try take("key", dimension + TimeFeatures.count, headCount * keyWidth),
      valueDown: try take("value_down", dimension, rank),
      valueUp: try take("value_up", rank, dimension),
      hidden: try take("hidden", dimension, hiddenWidth),
      hiddenBias: try take("hidden_bias", 1, hiddenWidth),
      output: try take("output", hiddenWidth, dimension),
      outputBias: try take("output_bias", 1, dimension))
  }
}
