package import SystemPackage

/// Takes learned weights from a file. The tensors that it returns are finite and have the type and
/// the shape that were asked for.
package struct WeightsReader {
  package let kind: WeightsError.Kind
  /// The name that errors use for the file.
  package let name: String
  package var metadata: [String: String] { file.metadata }

  private let file: SafetensorsFile
  private var taken: Set<String> = []

  /// - Parameter format: The format that the metadata must name.
  /// - Throws: ``WeightsError`` if the file cannot be read, is damaged or of another format.
  package init(contentsOf path: FilePath, _ kind: WeightsError.Kind, format: String) throws(WeightsError) {
    let file: SafetensorsFile
    do throws(TensorError) { file = try SafetensorsFile(contentsOf: path) } catch {
      throw WeightsError(kind, path.string, .file(error))
    }
    try self.init(file, name: path.string, kind, format: format)
  }

  /// - Parameter name: The name that errors use for the file.
  package init(_ file: SafetensorsFile, name: String, _ kind: WeightsError.Kind, format: String) throws(WeightsError) {
    self.kind = kind
    self.name = name
    self.file = file
    guard metadata["format"] == format else { throw refusal(.wrongFormat(expected: format, got: metadata["format"])) }
  }

  /// Weights that are part of the program: the file `KIND.safetensors` in CKeepframeWeights.
  ///
  /// - Parameter read: Makes a model of them.
  package static func shipped<Model>(
    _ start: UnsafePointer<UInt8>?, count: Int, _ kind: WeightsError.Kind, format: String,
    _ read: (WeightsReader) throws(WeightsError) -> Model
  ) -> Model {
    let name = "\(kind.rawValue).safetensors"
    do {
      let file = try SafetensorsFile(bytes: UnsafeRawBufferPointer(start: start, count: count), name: name)
      return try read(WeightsReader(file, name: name, kind, format: format))
    } catch {
      preconditionFailure("the package's own weights cannot be read: \(error)")
    }
  }

  package func refusal(_ problem: WeightsError.Problem) -> WeightsError { WeightsError(kind, name, problem) }

  // MARK: - Metadata

  /// - Parameters:
  ///   - expected: The values that `parse` accepts, in words.
  ///   - parse: Returns nil to refuse the text.
  package func value<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(WeightsError) -> Value {
    guard let value = metadata[key].flatMap(parse) else {
      throw refusal(.wrongMetadata(key: key, expected: expected, got: metadata[key]))
    }
    return value
  }

  package func integer(_ key: String, in range: ClosedRange<Int> = 1...65_536) throws(WeightsError) -> Int {
    try value(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  // MARK: - Tensors

  package func holds(_ tensor: String) -> Bool { file[tensor] != nil }

  package mutating func floats(_ tensor: String, _ shape: [Int]) throws(WeightsError) -> [Float] {
    try take(tensor, shape).values
  }

  /// - Parameter columns: If nil, any number of columns from 1 up.
  package mutating func matrix(_ tensor: String, rows: Int, columns: Int? = nil) throws(WeightsError) -> Matrix {
    let (shape, values) = try take(tensor, [rows, columns])
    return Matrix(rows: shape[0], columns: shape[1], values: values)
  }

  /// - Throws: ``WeightsError`` if the file holds a tensor that nobody has taken.
  package func checkAllTaken() throws(WeightsError) {
    if let other = file.tensors.first(where: { !taken.contains($0.name) }) { throw refusal(.unknownTensor(other.name)) }
  }

  private mutating func take(_ name: String, _ expected: [Int?]) throws(WeightsError) -> (shape: [Int], values: [Float]) {
    guard let tensor = file[name], tensor.shape.count == expected.count,
      zip(tensor.shape, expected).allSatisfy({ size, expected in expected.map { $0 == size } ?? (size > 0) })
    else { throw refusal(.wrongShape(tensor: name, expected: expected, got: file[name]?.shape)) }
    guard case .float32(let values) = tensor.elements else {
      throw refusal(.wrongType(tensor: name, got: tensor.type.rawValue))
    }
    guard values.allSatisfy(\.isFinite) else { throw refusal(.notFinite(tensor: name)) }
    taken.insert(name)
    return (tensor.shape, values)
  }
}

extension SafetensorsFile {
  /// Writes weights, replacing the old file atomically.
  ///
  /// - Throws: ``WeightsError`` if the file cannot be written. The old file, if any, is left
  ///   unchanged then.
  package func write(_ kind: WeightsError.Kind, to path: FilePath) throws(WeightsError) {
    do throws(TensorError) { try write(to: path) } catch { throw WeightsError(kind, path.string, .file(error)) }
  }
}
