public import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem
internal import Synchronization
public import SystemPackage

/// A network run by OpenVINO: EfficientNet-Lite0 unless another model is given.
///
/// A class, because the session is really shared; embedding from several threads is safe and runs one at a time. OpenVINO
/// promises no more for a request: a second `infer` on a busy one fails with "Infer Request is busy".
public final class RuntimeBackbone: Backbone {
  public let description: BackboneDescription
  public let choice: BackboneChoice
  private let preprocessing: Preprocessing
  private let pooling: Pooling
  private let session: Mutex<InferenceSession>

  /// Loads `model`, an .xml or .onnx file with a sidecar beside it (``Sidecar``), or the default one, from where ``Installation`` finds it.
  ///
  /// Names and shapes are read from the model, and whatever disagrees with the sidecar is an error here, not later.
  ///
  /// - Parameter threads: what one embedding may use; decoding wants the other cores.
  /// - Throws: ``FeatureError``; ``FeatureError/isMissingComponent`` tells whether something must be installed first.
  /// - Complexity: about 0.2 s and 75 MB of memory for the default model, most of it the runtime itself.
  public convenience init(model: FilePath? = nil, precision: Precision = .auto, threads: Int = 1) throws(FeatureError) {
    let choice = BackboneChoice(model?.string ?? Self.defaultName, precision: precision)
    try self.init(choice, model: model, threads: threads)
  }

  /// - Parameter model: what the choice names; nil for the default.
  convenience init(_ choice: BackboneChoice, model: FilePath?, threads: Int = 1) throws(FeatureError) {
    try self.init(choice, model: model, threads: threads, installation: .current())
  }

  /// The name of the model that is taken unless another is asked for.
  public static let defaultName = "efficientnet-lite0"
  /// Of address space: what loading the runtime and compiling the default model take, and a reserve.
  private static let neededBytes = 400_000_000

  init(_ choice: BackboneChoice, model: FilePath?, threads: Int, installation: Installation) throws(FeatureError) {
    let precision = choice.precision
    let library: FilePath
    do throws(Installation.Missing) { library = try installation.runtimeLibrary() } catch { throw FeatureError(error) }
    let path = if let model { model } else { try installation.modelFile(named: Self.defaultName) }
    let files = try ModelFiles(path)
    let sidecar = try Sidecar.read(for: path)
    let preprocessing = Preprocessing(sidecar)

    guard hasRoom(bytes: Self.neededBytes) else { throw .outOfMemory(neededBytes: Self.neededBytes) }
    let runtime = try InferenceRuntime(library: library, otherwise: installation.missing(.runtime))
    var network = try InferenceModel(path: path, runtime: runtime)
    let input = try choosePort(sidecar.input, of: network.inputs, key: "input", path: path)
    try checkInput(network.inputs[input], preprocessing: preprocessing, path: path)
    try network.reshape(input: input, to: preprocessing.shape)
    let output = try choosePort(sidecar.output, of: network.outputs, key: "output", path: path)
    let port = network.outputs[output]
    guard port.isFloat32, let pooling = Pooling(sidecar.pooling, shape: port.shape, layout: sidecar.layout) else {
      let wish = "expected one float32 vector with pooling \(sidecar.pooling.rawValue), got \(port)"
      let advice = port.isFloat32 ? Pooling.advice(for: port.shape) : "export it with a float32 output"
      throw .modelMismatch(model: path, problem: wish, remedy: "\(advice) (\(files.sidecarName))")
    }

    let wanted = precision.resolved.rawValue
    let session = try InferenceSession(
      network, runtime: runtime, input: input, output: output, precision: wanted, threads: threads)
    guard precision == .auto || session.precision == wanted else {
      throw .precisionUnavailable(model: path, wanted: wanted, got: session.precision)
    }
    precondition(session.inputCount == preprocessing.count, "expected \(preprocessing.count) floats, got \(session.inputCount)")
    description = BackboneDescription(
      name: model == nil ? Self.defaultName : path.lastComponent?.string ?? path.string,
      modelDigest: try files.digest(), precision: session.precision, dimension: pooling.dimension,
      inputWidth: sidecar.width, inputHeight: sidecar.height)
    self.choice = choice
    self.preprocessing = preprocessing
    self.pooling = pooling
    self.session = Mutex(session)
  }

  public func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
    let raw = try session.withLock { session throws(FeatureError) in
      try session.run(fill: { preprocessing.fill($0, from: picture) }, read: { pooling($0) })
    }
    do {
      return try Embedding(normalizing: raw)
    } catch {
      throw .noDirection(backbone: description.name, precision: description.precision, error)
    }
  }
}

/// The files that make up a model.
struct ModelFiles {
  let model: FilePath
  let weights: FilePath?
  let sidecar: FilePath

  var sidecarName: String { sidecar.lastComponent?.string ?? sidecar.string }

  /// - Throws: if a file is missing, is of an unknown kind or points outside itself.
  init(_ model: FilePath) throws(FeatureError) {
    self.model = model
    sidecar = Sidecar.path(for: model)
    guard FileSystem.isRegularFile(model) else {
      throw .modelMissing(model: model, problem: "no such file", remedy: "pass the path of an .xml or .onnx model")
    }
    switch model.extension {
    case "onnx":
      weights = nil
      try OnnxScan.check(model)
    case "xml":
      let beside = weightsFile(of: model)
      guard FileSystem.isRegularFile(beside) else {
        let name = beside.lastComponent?.string ?? ""
        throw .modelMissing(model: model, problem: "no weights beside it", remedy: "copy \(name) there")
      }
      weights = beside
    default:
      throw .modelMismatch(model: model, problem: "expected an .xml or .onnx file", remedy: "convert the model first")
    }
  }

  /// The same as `cat model.xml model.bin model.keepframe.json | sha256sum`: the sidecar is part of what makes an embedding.
  func digest() throws(FeatureError) -> String {
    var digest = Digest()
    for file in [model, weights, sidecar].compactMap({ $0 }) {
      do {
        try FileSystem.forEachChunk(of: file) { digest.update($0) }
      } catch {
        throw .modelMissing(model: file, problem: "cannot be read: \(error)", remedy: nil)
      }
    }
    return digest.finish()
  }
}

extension Installation {
  /// The model called `name`, with the error of those who ask for features.
  func modelFile(named name: String) throws(FeatureError) -> FilePath {
    do throws(Missing) { return try model(named: name) } catch { throw FeatureError(error) }
  }
}

/// The port that the sidecar names, or the only one.
private func choosePort(
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

/// Compares what the model says of its input with what preprocessing makes; a free dimension agrees with anything.
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
