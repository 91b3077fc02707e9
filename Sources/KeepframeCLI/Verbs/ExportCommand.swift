import ArgumentParser
import Keepframe
import SystemPackage

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write embeddings as NPY, NPZ or JSON Lines, or what a video says as WebVTT or JSON Lines.",
    discussion: """
      From a video: one vector for each frame sampled at --fps. From a bundle: the vectors of its retained frames, or its \
      context vectors. NPY comes with two more files: NAME.timestamps.npy (seconds) and NAME.pts.npy (ticks). --what text \
      writes what index read of a video's words.

      EXAMPLE
        keepframe export film.mp4 --what frames --fps 2 -o film-frames.npy
        keepframe export film.keepframe --what retained -f npz
        keepframe export film.keepframe --what contexts -f jsonl -o -
        keepframe export film.keepframe --what text -f vtt
      """)

  enum Rows: String, ExpressibleByArgument, CaseIterable { case frames, retained, contexts, text }

  /// Formats of vectors, and of text.
  enum Format: String, ExpressibleByArgument, CaseIterable { case npy, npz, jsonl, vtt }

  @Argument(help: "A video, or a bundle made by index.", completion: .file())
  var input: String

  @Option(
    help: ArgumentHelp(
      "Which vectors: frames, retained or contexts; or text. (default: frames for a video, retained for a bundle)",
      valueName: "rows"))
  var what: Rows?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Format of the result: npy, npz or jsonl; vtt or jsonl of text. (default: npy; vtt of text)", valueName: "format"))
  var format: Format?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File for the result; - for standard output. (default: NAME-ROWS.FORMAT)", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("Frames of a video to embed a second. (default: 4)", valueName: "n"))
  var fps: Double?

  @Option(
    help: ArgumentHelp(
      "Backbone: efficientnet-lite0, thumbnail, or an .onnx or .xml model with its sidecar. (default: efficientnet-lite0)",
      valueName: "model"),
    completion: .file())
  var backbone: String?

  @Option(help: ArgumentHelp("Arithmetic of the backbone: auto, f32 or bf16. (default: auto)", valueName: "type"))
  var precision: Precision?

  @OptionGroup(title: "Decoding")
  var decoding: DecodingArguments

  @Flag(help: "Replace existing files.")
  var force = false

  @OptionGroup(title: "Reporting")
  var messages: MessageArguments

  func validate() throws {
    if let fps, !(0.001...1000).contains(fps) { throw ValidationError("--fps: expected 0.001 to 1000, got \(fps)") }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(input)
      if FileSystem.isDirectory(path) { return try exportBundle(path, sparing: try .ofRun([path])) }
      guard what ?? .frames == .frames else {
        throw UsageError("\(path): --what \(what!.rawValue) needs a bundle; make one with keepframe index")
      }
      let inputs = try InputFiles.ofRun([path], backbone: backbone ?? RuntimeBackbone.defaultName)
      return try exportFrames(of: path, sparing: inputs)
    }
  }

  private func exportBundle(_ path: FilePath, sparing inputs: InputFiles) throws -> ExitStatus {
    guard fps == nil, backbone == nil, precision == nil else {
      throw UsageError("\(path): --fps, --backbone and --precision are for videos; a bundle has its vectors already")
    }
    let rows = what ?? .retained
    guard rows != .frames else {
      throw UsageError("\(path): --what frames needs the video itself; a bundle keeps only retained frames and contexts")
    }
    let bundle = try Bundle(path)
    guard rows != .text else { return try exportText(of: bundle, sparing: inputs) }
    let writer = try EmbeddingWriter(
      try vectorFormat(path), to: try destination(path, rows), replace: force, sparing: inputs, stream: Messages.resultBytes)
    switch rows {
    case .retained: try writer.write(try SampleTable(retainedOf: bundle), vectors: try bundle.retainedVectors())
    case .contexts: try writer.write(try SampleTable(contextsOf: bundle), vectors: try bundle.contextVectors())
    case .frames, .text: preconditionFailure("refused above")
    }
    return messages.status(of: path, isPartial: bundle.manifest.partial, SourceNotes(bundle.manifest))
  }

  private func exportText(of bundle: Bundle, sparing inputs: InputFiles) throws -> ExitStatus {
    guard let chosen = TextFormat(rawValue: (format ?? .vtt).rawValue) else {
      throw UsageError("\(bundle.path): --what text is written as vtt or jsonl, not as \((format ?? .vtt).rawValue)")
    }
    try Output(try destination(bundle.path, .text), replace: force, sparing: inputs).write(try chosen.bytes(try bundle.text()))
    return messages.status(of: bundle.path, isPartial: bundle.manifest.partial, SourceNotes(bundle.manifest))
  }

  /// - Throws: ``UsageError`` if vectors have no such format.
  private func vectorFormat(_ path: FilePath) throws(UsageError) -> EmbeddingFormat {
    let chosen = format ?? .npy
    guard let format = EmbeddingFormat(rawValue: chosen.rawValue) else {
      throw UsageError("\(path): vectors are written as npy, npz or jsonl, not as \(chosen.rawValue)")
    }
    return format
  }

  private func exportFrames(of video: FilePath, sparing inputs: InputFiles) throws -> ExitStatus {
    let destination = try destination(video, .frames)
    let writer = try EmbeddingWriter(
      try vectorFormat(video), to: destination, replace: force, sparing: inputs, stream: Messages.resultBytes)
    var embedder = FrameEmbedder(
      backbone: try makeBackbone(named: backbone ?? RuntimeBackbone.defaultName, precision: precision ?? .auto))
    embedder.samplesPerSecond = fps ?? 4
    decoding.apply(to: &embedder.decoding)
    var spool = try SampleSpool(
      beside: destination, dimension: embedder.dimension)
    var printer = ProgressPrinter(messages.progress, video)
    var last = IndexProgress()
    defer { printer.finish(last) }
    let found = try embedder.embed(video, into: &spool, cancellation: Interruption.cancellation) {
      last = $0
      printer.show($0)
    }
    printer.finish(last)
    try writer.write(found.table(of: video.string), spool: &spool)
    return messages.status(of: video, isPartial: found.damage.isPartial, SourceNotes(found.stream, found.damage))
  }

  /// - Returns: nil for standard output.
  private func destination(_ input: FilePath, _ rows: Rows) throws -> FilePath? {
    if let output { return output == "-" ? nil : RawArgument.path(output) }
    return OutputName.named(after: input, suffix: "-\(rows.rawValue).\((format ?? (rows == .text ? .vtt : .npy)).rawValue)")
  }
}
