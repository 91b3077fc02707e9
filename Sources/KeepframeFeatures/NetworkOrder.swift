internal import KeepframeSystem
internal import SystemPackage

/// A network that is ready to run, and how its output becomes a vector.
struct ReadyNetwork: ~Copyable {
  let session: InferenceSession
  let pooling: Pooling
  let facts: NetworkFacts
  /// Whether an earlier run had compiled it.
  let isImported: Bool
}

/// What a network is to be made from, and how: it is imported from a cache or compiled from its
/// model.
struct NetworkOrder {
  let files: ModelFiles
  let sidecar: Sidecar
  let preprocessing: Preprocessing
  let precision: Precision
  let threads: Int

  private var wanted: String { precision.resolved.rawValue }

  /// - Parameter digest: the digest of the files; nil if they cannot be read.
  /// - Returns: nil if there can be no cache, or if the model is too large for one.
  func cache(in folder: FilePath?, digest: String?, version: String) -> NetworkCache? {
    guard let digest, let size = files.byteCount, size <= NetworkCache.longestBytes else { return nil }
    return NetworkCache(
      folder, modelDigest: digest, version: version, precision: wanted, threads: threads, shape: preprocessing.shape)
  }

  /// - Returns: nil unless the cache has the network and all of it matches the order.
  func imported(from cache: NetworkCache, by runtime: borrowing InferenceRuntime) -> ReadyNetwork? {
    guard let stored = cache.read() else { return nil }
    let facts = stored.facts
    guard let pooling = Pooling(sidecar.pooling, shape: facts.outputShape, layout: sidecar.layout) else { return nil }
    do throws(FeatureError) {
      let session = try InferenceSession(stored, of: files.model, runtime: runtime, precision: wanted, threads: threads)
      guard session.precision == facts.precision, precision == .auto || session.precision == wanted,
        session.inputCount == preprocessing.count, session.outputCount == pooling.count
      else { return nil }
      return ReadyNetwork(session: session, pooling: pooling, facts: facts, isImported: true)
    } catch { return nil }
  }

  /// Compiles the model. Names and shapes are read from it, and whatever contradicts the sidecar is
  /// an error.
  func compiled(by runtime: borrowing InferenceRuntime) throws(FeatureError) -> ReadyNetwork {
    let path = files.model
    var network = try InferenceModel(path: path, runtime: runtime)
    let input = try choosePort(sidecar.input, of: network.inputs, key: "input", path: path)
    try checkInput(network.inputs[input], preprocessing: preprocessing, path: path)
    try network.reshape(input: input, to: preprocessing.shape)
    let output = try choosePort(sidecar.output, of: network.outputs, key: "output", path: path)
    let port = network.outputs[output]
    let (shape, pooling) = try choosePooling(sidecar.pooling, of: port, layout: sidecar.layout, files: files)

    let session = try InferenceSession(
      network, runtime: runtime, input: input, output: output, precision: wanted, threads: threads)
    guard precision == .auto || session.precision == wanted else {
      throw .precisionUnavailable(model: path, wanted: wanted, got: session.precision)
    }
    precondition(session.inputCount == preprocessing.count, "expected \(preprocessing.count) floats, got \(session.inputCount)")
    let facts = NetworkFacts(input: input, output: output, outputShape: shape, precision: session.precision)
    return ReadyNetwork(session: session, pooling: pooling, facts: facts, isImported: false)
  }
}

/// How the output becomes one vector, and its shape.
func choosePooling(
  _ kind: Sidecar.Pooling, of port: InferenceModel.Port, layout: Sidecar.Layout, files: ModelFiles
) throws(FeatureError) -> (shape: [Int64], pooling: Pooling) {
  guard port.isFloat32, let shape = port.shape, let pooling = Pooling(kind, shape: shape, layout: layout) else {
    let wish = "expected one float32 vector with pooling \(kind.rawValue), got \(port)"
    let advice = port.isFloat32 ? Pooling.advice(for: port.shape) : "export it with a float32 output"
    throw .modelMismatch(model: files.model, problem: wish, remedy: "\(advice) (\(files.sidecarName))")
  }
  return (shape, pooling)
}

/// The port that the sidecar names, or the only one.
func choosePort(
  _ name: String?, of ports: [InferenceModel.Port], key: String, path: FilePath
) throws(FeatureError) -> Int {
  let sidecar = Sidecar.path(for: path).lastComponent?.string ?? ""
  let names = ports.map { "`\(oneLine($0.name))`" }.joined(separator: ", ")
  if let name {
    if let index = ports.firstIndex(where: { $0.name == name }) { return index }
    throw .modelMismatch(
      model: path, problem: "has no \(key) `\(oneLine(name))`, only \(names)", remedy: "correct `\(key)` in \(sidecar)")
  }
  guard ports.count == 1 else {
    throw .modelMismatch(
      model: path, problem: "has \(ports.count) \(key)s, \(names)", remedy: "name one as `\(key)` in \(sidecar)")
  }
  return 0
}

/// Compares what the model says of its input with what preprocessing makes. A free dimension
/// matches anything.
private func checkInput(_ port: InferenceModel.Port, preprocessing: Preprocessing, path: FilePath) throws(FeatureError) {
  guard let shape = port.shape else {
    if port.isFloat32 { return }
    throw .modelMismatch(
      model: path, problem: "expects \(port), the pipeline makes float32", remedy: "export it with a float32 input")
  }
  let made = preprocessing.shape
  let agrees = shape.count == made.count && zip(shape, made).allSatisfy { $0 == $1 || $0 < 0 }
  guard !agrees || !port.isFloat32 else { return }
  let sidecar = Sidecar.path(for: path).lastComponent?.string ?? ""
  let advice: String
  if !port.isFloat32 {
    advice = "export it with a float32 input"
  } else if shape.count != 4 || (shape[0] > 1) {
    advice = "export it for one picture, [1,3,H,W] or [1,H,W,3]"
  } else if shape[preprocessing.layout == .nchw ? 1 : 3] != 3 {
    let other: Sidecar.Layout = preprocessing.layout == .nchw ? .nhwc : .nchw
    let fits = shape[other == .nchw ? 1 : 3] == 3
    advice = fits ? "set layout to \(other.rawValue) in \(sidecar)" : "only models of three channels work"
  } else {
    let (height, width) = preprocessing.layout == .nchw ? (shape[2], shape[3]) : (shape[1], shape[2])
    let sizes = [(width, "width"), (height, "height")].filter { $0.0 > 0 }
    advice =
      width == height && sizes.count == 2
      ? "set width and height to \(width) in \(sidecar)"
      : "set " + sizes.map { "\($0.1) to \($0.0)" }.joined(separator: " and ") + " in \(sidecar)"
  }
  throw .modelMismatch(
    model: path, problem: "expects \(port), the pipeline makes float32 \(shapeText(made))", remedy: advice)
}
