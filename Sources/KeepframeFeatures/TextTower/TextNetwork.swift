internal import KeepframeSystem

/// A text model that is ready to run.
struct TextNetwork: ~Copyable {
  private var session: InferenceSession
  private let ids: Int
  private let mask: Int?
  private let pooling: Pooling

  var dimension: Int { pooling.dimension }

  /// The input that is 1 where a token is and 0 where the text was filled up.
  private static let maskName = "attention_mask"

  /// Compiles the model. Names and shapes are read from it, and whatever contradicts the sidecar is
  /// an error.
  init(
    _ files: ModelFiles, sidecar: TextSidecar, precision: Precision, runtime: borrowing InferenceRuntime
  ) throws(FeatureError) {
    let path = files.model
    var network = try InferenceModel(path: path, runtime: runtime)
    let ports = network.inputs
    let mask = ports.firstIndex { $0.name == Self.maskName }
    let others = ports.indices.filter { $0 != mask }
    let ids = others[try choosePort(sidecar.input, of: others.map { ports[$0] }, key: "input", path: path)]
    if let unknown = others.first(where: { $0 != ids }) {
      throw .modelMismatch(
        model: path, problem: "has an input `\(oneLine(ports[unknown].name))`, which words do not fill",
        remedy: "export the text model with ids and \(Self.maskName) alone")
    }
    for index in [ids, mask].compactMap(\.self) {
      try Self.check(ports[index], length: sidecar.length, files: files)
      try network.reshape(input: index, to: [1, Int64(sidecar.length)])
    }
    let output = try choosePort(sidecar.output, of: network.outputs, key: "output", path: path)
    let port = network.outputs[output]
    let (shape, pooling) = try choosePooling(sidecar.pooling, of: port, layout: .nhwc, files: files)
    guard pooling.kind != .mean || shape[1] == Int64(sidecar.length) else {
      throw .modelMismatch(
        model: path, problem: "expected a vector for each of \(sidecar.length) tokens, got \(port)",
        remedy: "set pooling to none or cls (\(files.sidecarName))")
    }
    let wanted = precision.resolved.rawValue
    let session = try InferenceSession(network, runtime: runtime, input: ids, output: output, precision: wanted, threads: 1)
    guard precision == .auto || session.precision == wanted else {
      throw .precisionUnavailable(model: path, wanted: wanted, got: session.precision)
    }
    self.session = session
    (self.ids, self.mask, self.pooling) = (ids, mask, pooling)
  }

  /// Compares what the model says of an input with what it is given. A free dimension matches
  /// anything.
  private static func check(_ port: InferenceModel.Port, length: Int, files: ModelFiles) throws(FeatureError) {
    let given = [1, Int64(length)]
    let agrees = port.shape.map { $0.count == 2 && zip($0, given).allSatisfy { $0 == $1 || $0 < 0 } } ?? true
    guard !agrees || !port.isInteger else { return }
    let isOtherLength = port.isInteger && port.shape?.count == 2 && port.shape?[1] ?? 0 > 0 && port.shape?[0] ?? 0 <= 1
    throw .modelMismatch(
      model: files.model,
      problem: "expects \(port) as `\(oneLine(port.name))`, the tokens are int64 \(shapeText(given))",
      remedy: isOtherLength
        ? "set length to \(port.shape?[1] ?? 0) in \(files.sidecarName)" : "export it for one text, as int64 [1,length]")
  }

  /// - Parameters:
  ///   - tokens: ids, filled up to the length.
  ///   - count: how many of them are tokens of the text; at least 1.
  /// - Returns: `[dimension]`, of any length.
  mutating func run(_ tokens: [Int64], count: Int) throws(FeatureError) -> [Float] {
    try session.setInput(ids, to: tokens)
    if let mask { try session.setInput(mask, to: tokens.indices.map { $0 < count ? 1 : 0 }) }
    return try session.run { [pooling] in pooling($0, rows: count) }
  }
}
