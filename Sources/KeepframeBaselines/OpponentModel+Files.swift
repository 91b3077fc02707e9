internal import KeepframeAutograd
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeNumerics

// Read and written as ``EncoderFile`` says.

extension OpponentModel {
  /// - Parameter kind: as the file names it, which was read already; not the hierarchy.
  init(_ reader: WeightsReader, _ kind: EncoderKind, inputDimension: Int?) throws(WeightsError) {
    var reader = reader
    let file = try EncoderFile(&reader, kind: kind.rawValue, inputDimension: inputDimension, settings: ["width"])
    guard kind.isNetwork else {
      guard let form = ClosedForm(kind) else { preconditionFailure("\(kind) is no opponent") }
      self.init(projection: file.projection, body: .closedForm(form))
      try reader.checkAllTaken()
      provenance = file.provenance
      return
    }
    let dimension = file.projection.outputDimension
    let width = try reader.integer("width", in: 0...65_536)
    guard kind != .flatAttention || dimension.isMultiple(of: SequenceNetwork.headCount) else {
      let expected = "a number that \(SequenceNetwork.headCount) heads divide"
      throw reader.refusal(.wrongMetadata(key: "dimension", expected: expected, got: "\(dimension)"))
    }
    let network = SequenceNetwork(kind, dimension: dimension, width: width)
    var random = SeededGenerator(seed: 0)
    var parameters: Parameters<Float> = network.initialParameters(using: &random)
    for name in parameters.names {
      let (rows, columns) = (parameters[name].rows, parameters[name].columns)
      parameters[name] = Values(try reader.matrix("body.\(name)", rows: rows, columns: columns))
    }
    self.init(projection: file.projection, network: network, parameters: parameters)
    try reader.checkAllTaken()
    provenance = file.provenance
  }

  var file: EncoderFile {
    var file = EncoderFile(kind: kind.rawValue, projection: projection, provenance: provenance)
    if case .network(let network, let parameters) = body {
      file.settings = ["width": "\(network.width)"]
      file.tensors = parameters.names.map { ("body.\($0)", Matrix(parameters[$0])) }
    }
    return file
  }
}
