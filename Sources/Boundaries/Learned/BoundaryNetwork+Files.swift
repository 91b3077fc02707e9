internal import CWeights
public import SystemPackage
public import Tensors

/// The file: safetensors, F32. Metadata: `format`, `members`. Tensors: `mean` [F], `scale` [F]; of each member, after its number and a point,
/// `input` [F, C], `layer.0` ... [3C, C] and `output` [C, 7]; for each of these also its `_bias`.
extension BoundaryNetwork {
  /// Goes up whenever an older reader would misread a newer file, and whenever a feature changes its meaning.
  static let format = "keepframe-boundaries-1"

  /// Reads weights that ``save(to:metadata:)`` or `keepframe train boundaries` wrote.
  ///
  /// - Throws: ``BoundaryWeightsError`` if the file is damaged, of another version, or holds tensors of other shapes.
  public init(contentsOf path: FilePath) throws(BoundaryWeightsError) {
    let file: SafetensorsFile
    do throws(TensorError) { file = try SafetensorsFile(contentsOf: path) } catch { throw .file(error) }
    try self.init(file, name: path.string)
  }

  init(_ file: SafetensorsFile, name: String) throws(BoundaryWeightsError) {
    guard file.metadata["format"] == Self.format, let count = file.metadata["members"].flatMap({ Int($0) }),
      (1...64).contains(count)
    else {
      throw .wrongFormat(name: name, expected: Self.format, got: file.metadata["format"])
    }
    let features = BoundaryFeatures.count
    let channels = file["0.input"]?.shape.last ?? 0
    func floats(_ tensor: String, _ shape: [Int]) throws(BoundaryWeightsError) -> [Float] {
      guard let found = file[tensor], found.shape == shape, case .float32(let values) = found.elements, channels > 0 else {
        throw .wrongShape(name: name, tensor: tensor, expected: shape, got: file[tensor]?.shape)
      }
      guard values.allSatisfy(\.isFinite) else { throw .notFinite(name: name, tensor: tensor) }
      return values
    }
    func layer(_ tensor: String, _ inputs: Int, _ outputs: Int) throws(BoundaryWeightsError) -> Layer {
      Layer(
        inputs: inputs, outputs: outputs, weights: try floats(tensor, [inputs, outputs]),
        bias: try floats("\(tensor)_bias", [outputs]))
    }
    var members: [Member] = []
    for member in 0..<count {
      var layers: [Layer] = []
      for index in Self.dilations.indices { layers.append(try layer("\(member).layer.\(index)", 3 * channels, channels)) }
      members.append(
        Member(
          input: try layer("\(member).input", features, channels), layers: layers,
          output: try layer("\(member).output", channels, Self.outputs)))
    }
    self.init(mean: try floats("mean", [features]), scale: try floats("scale", [features]), members: members)
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Parameter metadata: what they were made by, beside what the format needs.
  /// - Throws: ``BoundaryWeightsError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath, metadata: [String: String] = [:]) throws(BoundaryWeightsError) {
    do throws(TensorError) { try file(metadata: metadata).write(to: path) } catch { throw .file(error) }
  }

  /// SHA-256 of the weights, in hexadecimal, whatever else a file of them states.
  public var digest: String { Digest.hex(of: file(metadata: [:]).encode()) }

  private func file(metadata: [String: String]) -> SafetensorsFile {
    func tensors(_ name: String, _ layer: Layer) -> [SafetensorsFile.Tensor] {
      [
        .init(name: name, shape: [layer.inputs, layer.outputs], elements: .float32(layer.weights)),
        .init(name: "\(name)_bias", shape: [layer.outputs], elements: .float32(layer.bias)),
      ]
    }
    let statistics: [SafetensorsFile.Tensor] = [
      .init(name: "mean", shape: [mean.count], elements: .float32(mean)),
      .init(name: "scale", shape: [scale.count], elements: .float32(scale)),
    ]
    let all = members.enumerated().flatMap { index, member in
      tensors("\(index).input", member.input)
        + member.layers.enumerated().flatMap { tensors("\(index).layer.\($0.offset)", $0.element) }
        + tensors("\(index).output", member.output)
    }
    return SafetensorsFile(
      tensors: statistics + all, metadata: metadata.merging(["format": Self.format, "members": "\(members.count)"]) { $1 })
  }

  /// The weights that come with the package, made by the command in docs/detectors.md.
  public static let shipped: BoundaryNetwork = {
    let bytes = UnsafeRawBufferPointer(start: keepframe_boundary_weights.start, count: keepframe_boundary_weights.count)
    do {
      return try BoundaryNetwork(SafetensorsFile(bytes: bytes, name: "boundaries.safetensors"), name: "boundaries.safetensors")
    } catch {
      preconditionFailure("the package's own weights cannot be read: \(error)")
    }
  }()

  /// ``digest`` of ``shipped``.
  public static let shippedDigest = shipped.digest
}

/// Why weights of a boundary detector cannot be used.
public enum BoundaryWeightsError: Error, Hashable {
  /// The file cannot be read or written, or is no safetensors file.
  case file(TensorError)
  /// Its metadata names another format, another version of this one, or none.
  case wrongFormat(name: String, expected: String, got: String?)
  /// A tensor has another shape than this version needs; `got` is nil if it is missing.
  case wrongShape(name: String, tensor: String, expected: [Int], got: [Int]?)
  /// A weight is NaN or infinite.
  case notFinite(name: String, tensor: String)
}

extension BoundaryWeightsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error):
      return "\(error)"
    case .wrongFormat(let name, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "no such metadata"
      return "\(printable(name)): expected metadata `format` = `\(expected)`, got \(found); "
        + "pass weights made by this version's `keepframe train boundaries`"
    case .wrongShape(let name, let tensor, let expected, let got):
      let found = got.map { "\($0)" } ?? "no such tensor"
      return "\(printable(name)): expected \(tensor) \(expected), got \(found); train the detector again"
    case .notFinite(let name, let tensor):
      return "\(printable(name)): expected finite weights, got NaN or infinity in \(tensor); train the detector again"
    }
  }
}
