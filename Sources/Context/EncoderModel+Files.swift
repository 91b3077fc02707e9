internal import Features
internal import Gradients
public import SystemPackage
public import Tensors

/// The file: safetensors, F32. Metadata: `format`, `kind`, `input_dimension`, `dimension`, `width` (0 for the hierarchy and the
/// mean), `vectors_per_slot`, `vote_temperature`, and words on where it comes from. Tensors: `front.weight` `[D, d]`, `front.bias`
/// `[1, d]`, and `body.` before the name of each parameter of the ``SequenceNetwork``.
extension EncoderModel {
  /// Goes up whenever an older reader would misread a newer file.
  public static let format = "keepframe-encoder-2"
  private static let known: Set = [
    "format", "kind", "input_dimension", "dimension", "width", "vectors_per_slot", "vote_temperature",
  ]

  /// Reads what ``save(to:)`` or `keepframe train encoder` wrote.
  ///
  /// - Parameter inputDimension: length of the embeddings to encode, which the weights must be for; nil takes any.
  /// - Throws: ``ContextError`` if the file is damaged, of another version, or trained for another backbone.
  public init(contentsOf path: FilePath, inputDimension: Int? = nil) throws(ContextError) {
    let file: SafetensorsFile
    do throws(TensorError) { file = try SafetensorsFile(contentsOf: path) } catch { throw .file(error) }
    try self.init(file, path: path, inputDimension: inputDimension)
  }

  /// The same of a file in memory, such as a resource; `path` names it in errors.
  public init(_ file: SafetensorsFile, path: FilePath, inputDimension: Int? = nil) throws(ContextError) {
    let metadata = file.metadata
    guard metadata["format"] == Self.format else {
      throw .wrongFormat(path: path, expected: Self.format, got: metadata["format"])
    }
    func number<Number: LosslessStringConvertible>(_ name: String, _ isValid: (Number) -> Bool) throws(ContextError) -> Number {
      guard let number = metadata[name].flatMap({ Number($0) }), isValid(number) else {
        throw .wrongFormat(path: path, expected: "\(Self.format), with \(name)", got: metadata[name])
      }
      return number
    }
    guard let kind = metadata["kind"].flatMap({ EncoderKind(rawValue: $0) }) else {
      throw .wrongFormat(path: path, expected: "\(Self.format), of a known kind", got: metadata["kind"])
    }
    let (input, output): (Int, Int) = (try number("input_dimension") { $0 > 0 }, try number("dimension") { $0 > 0 })
    if let inputDimension, input != inputDimension {
      throw .wrongDimension(path: path, expected: inputDimension, got: input)
    }
    let reader = Reader(file: file, path: path)
    let front = Projection(
      weight: try reader.matrix("front.weight", input, output), bias: try reader.matrix("front.bias", 1, output).values)
    let temperature: Float = try number("vote_temperature") { $0 > 0 && $0.isFinite }
    var names = ["front.weight", "front.bias"]
    if kind == .hierarchical {
      let slots = SlotPooling(vectorsPerSlot: try number("vectors_per_slot") { $0 >= 1 })
      self.init(front: front, slots: slots, voteTemperature: temperature)
    } else {
      let width: Int = try number("width") { $0 >= 0 && $0 <= 65_536 }
      guard kind != .flatAttention || output.isMultiple(of: SequenceNetwork.headCount) else {
        throw .wrongFormat(path: path, expected: "a dimension that \(SequenceNetwork.headCount) heads divide", got: "\(output)")
      }
      let network = SequenceNetwork(kind, dimension: output, width: width)
      var random = SeededGenerator(seed: 0)
      var parameters: Parameters<Float> = network.initialParameters(using: &random)
      for name in parameters.names {
        let (rows, columns) = (parameters[name].rows, parameters[name].columns)
        parameters[name] = Values(try reader.matrix("body.\(name)", rows, columns))
        names.append("body.\(name)")
      }
      self.init(front: front, network: network, parameters: parameters, voteTemperature: temperature)
    }
    if let tensor = file.tensors.first(where: { !names.contains($0.name) }) {
      throw .unknownTensor(path: path, tensor: tensor.name)
    }
    provenance = metadata.filter { !Self.known.contains($0.key) }
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``ContextError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath) throws(ContextError) {
    do throws(TensorError) { try file.write(to: path) } catch { throw .file(error) }
  }

  /// What ``save(to:)`` writes.
  public var file: SafetensorsFile {
    var metadata = provenance.filter { !Self.known.contains($0.key) }
    metadata["format"] = Self.format
    metadata["kind"] = kind.rawValue
    metadata["input_dimension"] = "\(inputDimension)"
    metadata["dimension"] = "\(dimension)"
    metadata["width"] = "\(network?.width ?? 0)"
    metadata["vectors_per_slot"] = "\(slots.vectorsPerSlot)"
    metadata["vote_temperature"] = "\(voteTemperature)"
    let front = [
      SafetensorsFile.Tensor(name: "front.weight", self.front.weight),
      SafetensorsFile.Tensor(name: "front.bias", Matrix(rows: 1, columns: dimension, values: self.front.bias)),
    ]
    let body = parameters.names.map { SafetensorsFile.Tensor(name: "body.\($0)", Matrix(parameters[$0])) }
    return SafetensorsFile(tensors: front + body, metadata: metadata)
  }
}

/// Takes tensors of the shape that the metadata promises.
private struct Reader {
  let file: SafetensorsFile
  let path: FilePath

  func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(ContextError) -> Matrix {
    let tensor = file[name]
    guard let tensor, let matrix = Matrix(tensor), matrix.rows == rows, matrix.columns == columns else {
      throw .wrongShape(path: path, tensor: name, expected: [rows, columns], got: tensor?.shape)
    }
    guard matrix.values.allSatisfy(\.isFinite) else { throw .notFinite(path: path, tensor: name) }
    return matrix
  }
}
