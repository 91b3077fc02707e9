internal import KeepframeSystem
internal import KeepframeTokens
internal import Synchronization
public import SystemPackage

/// Embeds words into the space of an image model, as CLIP and SigLIP do: the text half of such a
/// model.
///
/// It is a class because the network is shared. Embedding from several threads is safe, but runs
/// one text at a time.
public final class TextTower: Sendable {
  /// The name of the image model's file, such as `clip.onnx`. Only its embeddings can be compared
  /// with those of words.
  public let backbone: String
  /// D, the number of values of an embedding.
  public let dimension: Int
  private let model: FilePath
  private let sidecar: TextSidecar
  private let tokenizerFile: FilePath
  private let tokenizer: Tokenizer
  private let pad: Int
  private let network: Mutex<TextNetwork>

  /// Of a longer text only so many scalars are read. No model takes so much.
  static let mostScalars = 10_000

  /// Loads `model`, an .xml or .onnx file, with the sidecar and the `tokenizer.json` beside it;
  /// docs/backbones.md describes both.
  ///
  /// - Throws: ``FeatureError``, also for a tokenizer that would not give the model's tokens.
  /// - Complexity: about as the image model, and 0.1 s for a tokenizer of 50,000 tokens, 1 s for
  ///   one of 256,000.
  public init(model: FilePath, precision: Precision = .auto) throws(FeatureError) {
    let installation = Installation.current()
    let library = try installation.inferenceLibrary()
    let files = try ModelFiles(model)
    sidecar = try TextSidecar.read(for: model)
    tokenizerFile = model.removingLastComponent().appending(sidecar.tokenizer)
    tokenizer = try Tokenizer(tokenizerFile, model: model)
    guard let pad = sidecar.pad ?? tokenizer.padding else {
      throw .modelMismatch(
        model: model, problem: "what fills up a short text is not known", remedy: "set pad in \(files.sidecarName)")
    }
    guard tokenizer.fewestTokens < sidecar.length else {
      throw .modelMismatch(
        model: model, problem: "expected a length above the \(tokenizer.fewestTokens) tokens of every text",
        remedy: "raise length in \(files.sidecarName)")
    }
    self.model = model
    self.pad = pad
    backbone = sidecar.backbone
    let runtime = try InferenceRuntime(library: library, otherwise: installation.missing(.runtime))
    let network = try TextNetwork(files, sidecar: sidecar, precision: precision, runtime: runtime)
    dimension = network.dimension
    self.network = Mutex(network)
  }

  /// Embeds words; calls from other threads wait until it is done.
  ///
  /// - Parameter text: words as a user types them. Names of special tokens, such as `</s>`, are
  ///   words too. What is beyond the model's length is left out.
  /// - Returns: an embedding of unit length.
  /// - Throws: ``FeatureError`` if the runtime fails or the output has no direction.
  public func embed(_ text: String) throws(FeatureError) -> Embedding {
    let tokens = try tokens(of: text)
    let filled = tokens + Array(repeating: pad, count: sidecar.length - tokens.count)
    let raw = try network.withLock { network throws(FeatureError) in
      // Without any token, the first one that fills up counts as the text.
      try network.run(filled.map { Int64($0) }, count: max(1, tokens.count))
    }
    do {
      return try Embedding(normalizing: raw)
    } catch {
      throw .runtimeFailed(.run, model: model, message: error.sentence(advising: nil))
    }
  }

  /// The ids of the tokens of `text` in its prompt, at most as many as the model takes.
  func tokens(of text: String) throws(FeatureError) -> [Int] {
    var words = String(text.unicodeScalars.prefix(Self.mostScalars))
    if sidecar.lowercase { words = words.scalarsLowercased }
    do {
      return try tokenizer.ids(of: sidecar.prompt.replacing("{}", with: words), length: sidecar.length)
    } catch {
      throw .modelMismatch(model: tokenizerFile, problem: error.description, remedy: nil)
    }
  }
}

extension Tokenizer {
  /// Reads the tokenizer at `path` of the text model at `model`.
  fileprivate init(_ path: FilePath, model: FilePath) throws(FeatureError) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: Self.longestBytes)
    } catch .noSuchFileOrDirectory {
      throw .modelMissing(
        model: model, problem: "no tokenizer \(oneLine(path.lastComponent?.string ?? ""))",
        remedy: "copy the tokenizer.json of the model there")
    } catch .fileTooLarge {
      throw .modelMismatch(model: path, problem: "is larger than \(Self.longestBytes >> 20) MB", remedy: nil)
    } catch {
      throw .modelMissing(model: path, problem: "cannot be read: \(error)", remedy: nil)
    }
    let read = bytes.withUnsafeBytes { bytes in Result { () throws(FileProblem) in try Tokenizer(bytes) } }
    do {
      self = try read.get()
    } catch {
      throw .modelMismatch(model: path, problem: error.description, remedy: nil)
    }
  }
}
