internal import CKeepframeWeights
public import KeepframeNumerics
public import SystemPackage

/// The file is safetensors, F32. Its metadata are `format` and `members`. Its tensors are `mean`
/// [F], `scale` [F], and `judge.cut` and `judge.transition` [5]. Each member has, after its number
/// and a point, `input` [F, C], `layer.0` ... [3C, C] and `output` [C, 8]. Each of these three also
/// has a `_bias`.
extension BoundaryNetwork {
  /// The version increases whenever an older reader would misread a newer file, and whenever the
  /// meaning of a feature changes.
  static let format = "keepframe-boundaries-3"

  /// Reads weights written by ``save(to:metadata:)`` or `keepframe train boundaries`.
  ///
  /// - Throws: ``WeightsError`` if the file is damaged, of another version, or holds other tensors.
  public init(contentsOf path: FilePath) throws(WeightsError) {
    try self.init(WeightsReader(contentsOf: path, .boundaries, format: Self.format))
  }

  private init(_ reader: WeightsReader) throws(WeightsError) {
    var reader = reader
    func layer(_ tensor: String, _ inputs: Int, _ outputs: Int? = nil) throws(WeightsError) -> Layer {
      let weights = try reader.matrix(tensor, rows: inputs, columns: outputs)
      return Layer(
        inputs: inputs, outputs: weights.columns, weights: weights.values,
        bias: try reader.floats("\(tensor)_bias", [weights.columns]))
    }
    let features = BoundaryFeatures.count
    var members: [Member] = []
    for member in 0..<(try reader.integer("members", in: 1...64)) {
      let input = try layer("\(member).input", features)
      let channels = input.outputs
      var layers: [Layer] = []
      for index in Self.dilations.indices { layers.append(try layer("\(member).layer.\(index)", 3 * channels, channels)) }
      members.append(Member(input: input, layers: layers, output: try layer("\(member).output", channels, Self.outputs)))
    }
    func judge(_ kind: String) throws(WeightsError) -> [Double] {
      try reader.floats("judge.\(kind)", [BoundaryJudge.inputs + 1]).map { Double($0) }
    }
    self.init(
      mean: try reader.floats("mean", [features]), scale: try reader.floats("scale", [features]), members: members,
      judge: BoundaryJudge(cut: try judge("cut"), transition: try judge("transition")))
    try reader.checkAllTaken()
  }

  /// Writes the weights, replacing the old file atomically.
  ///
  /// - Parameter metadata: How the weights were made, in addition to what the format needs.
  /// - Throws: ``WeightsError`` if the file cannot be written. The old file, if any, is left
  ///   unchanged then.
  public func save(to path: FilePath, metadata: [String: String] = [:]) throws(WeightsError) {
    try file(metadata: metadata).write(.boundaries, to: path)
  }

  /// SHA-256 of the weights, in hexadecimal. It does not depend on other metadata of their file.
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
    let judges = [("cut", judge.cut), ("transition", judge.transition)].map { name, weights in
      SafetensorsFile.Tensor(name: "judge.\(name)", shape: [weights.count], elements: .float32(weights.map { Float($0) }))
    }
    let all = members.enumerated().flatMap { index, member in
      tensors("\(index).input", member.input)
        + member.layers.enumerated().flatMap { tensors("\(index).layer.\($0.offset)", $0.element) }
        + tensors("\(index).output", member.output)
    }
    return SafetensorsFile(
      tensors: statistics + judges + all,
      metadata: metadata.merging(["format": Self.format, "members": "\(members.count)"]) { $1 })
  }

  /// The weights shipped with the package. docs/detectors.md has the command that made them.
  public static let shipped = WeightsReader.shipped(
    keepframe_boundary_weights.start, count: keepframe_boundary_weights.count, .boundaries, format: format
  ) { reader throws(WeightsError) in try BoundaryNetwork(reader) }

  /// The ``digest`` of ``shipped``.
  public static let shippedDigest = shipped.digest
}
