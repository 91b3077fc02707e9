public import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem
internal import Synchronization
public import SystemPackage

/// A network run by OpenVINO: EfficientNet-Lite0 unless another model is given.
///
/// It is a class because the session is shared. Embedding from several threads is safe, but runs
/// one picture at a time: in OpenVINO, a second `infer` on a busy request fails with "Infer Request
/// is busy".
public final class RuntimeBackbone: Backbone {
  /// Name and digest of the model, its shapes, and the precision that the processor gave.
  public let description: BackboneDescription
  /// The choice that it was made from. A precision of `auto` stays `auto` here.
  public let choice: BackboneChoice
  private let preprocessing: Preprocessing
  private let pooling: Pooling
  private let session: Mutex<InferenceSession>
  /// Whether an earlier run had compiled it.
  let isImported: Bool

  /// Loads `model`, an .xml or .onnx file with a sidecar beside it (`Sidecar`), or the default
  /// model, from where ``Installation`` finds it.
  ///
  /// Names and shapes are read from the model. Whatever contradicts the sidecar is an error here,
  /// not later.
  ///
  /// The compiled network is kept for the next time in the user's cache folder (``Installation``),
  /// if that can be written. Embeddings are the same either way.
  ///
  /// - Parameter threads: the threads that one embedding may use; decoding needs the other cores.
  /// - Throws: ``FeatureError``; ``FeatureError/isMissingComponent`` tells whether something must
  ///   be installed first.
  /// - Complexity: about 0.2 s and 75 MB of memory for the default model, most of it the runtime
  ///   itself; 0.05 s less from the cache.
  public convenience init(model: FilePath? = nil, precision: Precision = .auto, threads: Int = 1) throws(FeatureError) {
    let choice = BackboneChoice(model?.string ?? Self.defaultName, precision: precision)
    try self.init(choice, model: model, threads: threads)
  }

  /// - Parameter model: the file that the choice names; nil for the default model.
  convenience init(_ choice: BackboneChoice, model: FilePath?, threads: Int = 1) throws(FeatureError) {
    try self.init(choice, model: model, threads: threads, installation: .current())
  }

  /// The name of the model that is used unless another is asked for.
  public static let defaultName = "efficientnet-lite0"

  init(_ choice: BackboneChoice, model: FilePath?, threads: Int, installation: Installation) throws(FeatureError) {
    let precision = choice.precision
    let library = try installation.inferenceLibrary()
    let path = if let model { model } else { try installation.modelFile(named: Self.defaultName) }
    let files = try ModelFiles(path)
    let sidecar = try Sidecar.read(for: path)
    let preprocessing = Preprocessing(sidecar)

    let runtime = try InferenceRuntime(library: library, otherwise: installation.missing(.runtime))
    let order = NetworkOrder(files: files, sidecar: sidecar, preprocessing: preprocessing, precision: precision, threads: threads)
    let digest = Result { () throws(FeatureError) in try files.digest() }
    let cache = order.cache(in: installation.networkFolder, digest: try? digest.get(), version: runtime.version)
    let network: ReadyNetwork
    if let imported = cache.flatMap({ order.imported(from: $0, by: runtime) }) {
      network = imported
    } else {
      network = try order.compiled(by: runtime)
      if let cache, files.areUnchanged { cache.write(network.session, network.facts) }
    }
    isImported = network.isImported
    description = BackboneDescription(
      name: model == nil ? Self.defaultName : path.lastComponent?.string ?? path.string,
      modelDigest: try digest.get(), precision: network.facts.precision, dimension: network.pooling.dimension,
      inputWidth: sidecar.width, inputHeight: sidecar.height)
    self.choice = choice
    self.preprocessing = preprocessing
    pooling = network.pooling
    session = Mutex(network.session)
  }

  /// Embeds one picture; calls from other threads wait until it is done.
  ///
  /// - Parameter picture: RGB, of the size that ``description`` states.
  /// - Throws: ``FeatureError`` `runtimeFailed` or `noDirection`.
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
  /// The state of each file before anything was read from it; nil if one could not be examined.
  private let states: [FileState]?

  private var all: [FilePath] { [model, weights, sidecar].compactMap(\.self) }

  var sidecarName: String { sidecar.lastComponent?.string ?? sidecar.string }

  /// Whether the files are unchanged since, so that the digest is of what was read.
  var areUnchanged: Bool { states.map { zip(all, $0).allSatisfy { $1.isStill(at: $0) } } ?? false }

  var byteCount: Int64? { states?.reduce(0) { $0 + $1.sizeBytes } }

  /// - Throws: ``FeatureError`` if a file is missing or of an unknown kind, or refers to other
  ///   files.
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
    states = try? [model, weights, sidecar].compactMap(\.self).map { try FileState(of: $0) }
  }

  /// The same as `cat model.xml model.bin model.keepframe.json | sha256sum`. The sidecar is
  /// included because embeddings depend on it.
  func digest() throws(FeatureError) -> String {
    var digest = Digest()
    for file in all {
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
  /// The path of the runtime's library. If there is none, the error is a ``FeatureError``.
  func inferenceLibrary() throws(FeatureError) -> FilePath {
    do throws(Missing) { return try runtimeLibrary() } catch { throw FeatureError(error) }
  }

  /// The path of the model called `name`. If there is none, the error is a ``FeatureError``.
  func modelFile(named name: String) throws(FeatureError) -> FilePath {
    do throws(Missing) { return try model(named: name) } catch { throw FeatureError(error) }
  }
}
