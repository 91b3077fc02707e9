import ArgumentParser
import Keepframe
import KeepframeNumerics
import KeepframeSystem
import SystemPackage

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe a video or a bundle, or say what this installation can do.",
    discussion: """
      Every file of a bundle is checked against the size and digest in its manifest.

      EXAMPLE
        keepframe info
        keepframe info film.mp4
        keepframe info film.keepframe --json
      """)

  @Argument(help: "A video or a bundle. Without one, the installation is described.", completion: .file())
  var input: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    try reporting {
      _ = try InputFiles.ofRun([], options: [input])
      let facts = try input.map { try self.facts(of: RawArgument.path($0)) } ?? installation()
      if json {
        try Messages.result(JSONText.object(facts).prettyPrinted())
      } else {
        let width = facts.map(\.name.count).max() ?? 0
        for (name, value) in facts {
          let text = if case .string(let text) = value { PrintableText.escaping(text) } else { value.compact() }
          try Messages.result("\(name)\(String(repeating: " ", count: width - name.count))  \(text)\n")
        }
      }
      return .ok
    }
  }

  private func facts(of path: FilePath) throws -> [(name: String, value: JSONText)] {
    FileSystem.isDirectory(path) ? try bundleFacts(try Bundle(path)) : try videoFacts(path)
  }

  private func bundleFacts(_ bundle: Bundle) throws -> [(name: String, value: JSONText)] {
    try bundle.verify()
    let manifest = bundle.manifest
    return [
      ("schema", .string(manifest.schema)), ("video", .string(manifest.video.path)), ("partial", .bool(manifest.partial)),
      ("tone_mapping", .optional(manifest.video.toneMapping)),
      ("duration_s", .number(manifest.video.durationSeconds)), ("decoded", .integer(manifest.counts.decoded)),
      ("sampled", .integer(manifest.counts.sampled)), ("retained", .integer(manifest.counts.retained)),
      ("retention", .number(manifest.gate.retention)), ("coverage", .number(manifest.gate.coverage)),
      ("worst_frame", manifest.gate.worst.map { .integer($0.frame) } ?? .null),
      ("worst_coverage", manifest.gate.worst.map { .number(Double($0.similarity)) } ?? .null),
      ("scenes", .integer(manifest.counts.scenes)), ("transitions", .integer(manifest.counts.transitions)),
      ("contexts", .integer(manifest.counts.contexts)), ("gate", .string(manifest.gate.name)),
      ("price", .number(manifest.gate.price)),
      ("backbone", .string(manifest.backbone.name)), ("precision", .string(manifest.backbone.precision)),
      ("dimension", .integer(manifest.backbone.dimension)), ("files", .integer(manifest.files.count)), ("intact", .bool(true)),
    ]
  }

  private func videoFacts(_ path: FilePath) throws -> [(name: String, value: JSONText)] {
    var options = DecodingOptions()
    options.threadCount = 1  // only one frame is decoded
    var reader = try VideoReader(path, options: options, cancellation: Interruption.cancellation)
    let stream = reader.stream
    let first = try firstFrame(of: &reader)
    let shape = first?.shape ?? stream.shape
    let timecode = (first?.timecode ?? stream.timecode).flatMap { StartTimecode($0, rate: stream.frameRate ?? Rational(25, 1)) }
    for line in SourceNotes(stream, reader.damage).lines { Messages.warning("\(PrintableText.escaping(path)): \(line)") }
    return [
      ("path", .string(path.string)), ("container", .string(stream.container)), ("codec", .string(stream.codec)),
      ("pixel_format", .string(stream.pixelFormat)), ("transfer", .optional(stream.transfer)),
      ("primaries", .optional(stream.primaries)), ("dolby_vision", stream.dolbyVision.map { .integer($0.profile) } ?? .null),
      ("tone_mapping", .optional(stream.toneMapping)), ("width", .integer(shape.width)), ("height", .integer(shape.height)),
    ] + SceneJSON.storage(shape) + [
      ("frame_rate", .optional(stream.frameRate?.description)),
      ("stated_frame_rate", .optional(stream.statedFrameRate?.description)),
      ("time_base", .string(stream.timeBase.description)),
      ("duration_s", stream.durationSeconds.map(JSONText.number) ?? .null),
      ("frames", stream.frameCount.map(JSONText.integer) ?? .null),
      ("player_start_s", first.map { .number($0.playerSeconds) } ?? .null),
      ("start_timecode", .optional(timecode?.description)),
      ("stream", .integer(stream.streamIndex)), ("video_streams", .integer(stream.videoStreamCount)),
      ("close_stream_choice", .bool(stream.isCloseChoice)),
      ("title", .optional(stream.title)), ("recorded", .optional(stream.recorded.flatMap(CalendarSpan.text))),
    ]
  }

  /// Facts that are known only once the first frame is decoded.
  ///
  /// - Returns: nil if no frame can be decoded; other verbs report that.
  private func firstFrame(
    of reader: inout VideoReader
  ) throws -> (shape: PictureShape, timecode: SourceTimecode?, playerSeconds: Double)? {
    do {
      guard try reader.advance() else { return nil }
    } catch let error as DecodingError where error.kind != .outOfMemory { return nil }
    let microseconds = reader.stream.playerMicroseconds(ofFirstFrameAt: reader.frame.pts)
    return (reader.shape, reader.startTimecode, Double(microseconds) / 1_000_000)
  }

  /// One line for each part: where it is, or that it is missing and what to do.
  private func installation() -> [(name: String, value: JSONText)] {
    let installation = Installation.current()
    var isComplete = true
    func place(_ find: () throws(Installation.Missing) -> FilePath) -> JSONText {
      do throws(Installation.Missing) { return .string(try find().string) } catch {
        isComplete = false
        return .string("missing: \(error.problem); \(error.remedy(setUpBy: SetUpWords.advice))")
      }
    }
    let runtime = place { () throws(Installation.Missing) in try installation.runtimeLibrary() }
    let model = place { () throws(Installation.Missing) in try installation.model(named: RuntimeBackbone.defaultName) }
    var backbone = "not ready: a part above is missing"
    if isComplete {
      do {
        let description = try makeBackbone(named: RuntimeBackbone.defaultName, precision: .auto).description
        backbone = "ready, \(description.precision)"
      } catch { backbone = "not ready: \(line(of: error))" }
    }
    var products = "ready"
    do { try prepareMatmul() } catch { products = "missing: \(line(of: error))" }
    let ffmpeg = installation.program(named: "ffmpeg")?.string
    return [
      ("version", .string(keepframeVersion)), ("runtime", runtime), ("model", model),
      (RuntimeBackbone.defaultName, .string(backbone)), ("openblas", .string(products)),
      ("ffmpeg", .string(ffmpeg ?? "missing: not on PATH; install it for --split-mode exact, compose and train boundaries")),
      ("thumbnail", .string("ready, built in")),
      ("gates", .string(GateKind.allCases.map(\.rawValue).joined(separator: ", "))),
      ("pipelines", .string(PipelineFile.builtIn.keys.sorted().joined(separator: ", "))),
    ]
  }
}
