public import ArgumentParser
public import Keepframe
public import KeepframeBaselines
public import KeepframeEvaluation

extension GateKind: ExpressibleByArgument {}
extension EncoderKind: ExpressibleByArgument {}
extension EncoderEvaluation.Part: ExpressibleByArgument {}
extension EmbeddingFormat: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// Settings of an index. Flags override the pipeline, and the pipeline overrides the defaults.
struct IndexingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Settings to start from: \(PipelineFile.builtIn.keys.sorted().joined(separator: ", ")), or a .yaml file.", valueName: "name"
    ),
    completion: .list(PipelineFile.builtIn.keys.sorted()))
  var pipeline = "default"

  @Option(help: ArgumentHelp("Frames to sample a second, besides the first of each shot. (default: 4)", valueName: "n"))
  var fps: Double?

  @Option(
    help: ArgumentHelp(
      "Gate that decides which samples are kept. (default: learned; coverage with another backbone)", valueName: "gate"))
  var gate: GateKind?

  @Option(
    help: ArgumentHelp("What keeping one more frame costs, in the gate's own currency; more keeps fewer frames.", valueName: "p"))
  var price: Double?

  @Option(
    help: ArgumentHelp("Keep at most this share of the samples, such as 2%, by searching for a price.", valueName: "share"),
    transform: { text in
      guard let rate = PartialSettings.rate(text) else { throw ValidationError("expected a share such as 2%, got \(text)") }
      return rate
    })
  var rate: Double?

  @Option(help: ArgumentHelp("Keep at most this many frames, by searching for a price.", valueName: "n"))
  var budget: Int?

  @Option(
    name: .customLong("look-ahead"),
    help: ArgumentHelp(
      "Seconds that the gate may look beyond the frame it judges; 0 decides at once. (default: 2)", valueName: "s"))
  var lookAhead: Double?

  @Option(
    help: ArgumentHelp(
      "Weights of the learned gate, from `keepframe train gate`, or one of \(GateWeights.taught.keys.sorted().joined(separator: ", ")).",
      valueName: "file"),
    completion: .file())
  var gateWeights: String?

  @Option(
    help: ArgumentHelp(
      "Prefer frames that look like the pictures in this folder; a dozen or two are enough.", valueName: "dir"),
    completion: .directory)
  var wantLike: String?

  @Option(
    help: ArgumentHelp(
      "Encoder of any kind, from `keepframe train encoder`. (default: the hierarchy that comes with keepframe)",
      valueName: "file"),
    completion: .file())
  var encoder: String?

  @Option(
    help: ArgumentHelp(
      "Vectors for parts of the video, and of each window of the memory, besides the one for the whole: 2, 4 or 8; 1 makes none. "
        + "(default: 4)", valueName: "n"))
  var contexts: Int?

  @Option(
    help: ArgumentHelp(
      "Backbone: efficientnet-lite0, thumbnail, or an .onnx or .xml model with its sidecar. (default: efficientnet-lite0)",
      valueName: "model"),
    completion: .file())
  var backbone: String?

  @Option(
    help: ArgumentHelp(
      "Arithmetic of the backbone: auto, f32 or bf16. auto is bf16 if the processor has it. (default: auto)", valueName: "type"))
  var precision: Precision?

  @Option(
    help: ArgumentHelp(
      "How much to decode and embed: exact, balanced or fast. (default: exact)", valueName: "effort"))
  var effort: Effort?

  @Option(
    help: ArgumentHelp(
      "Read the text in retained frames with Tesseract, in these languages, such as eng or eng+deu. (default: not at all)",
      valueName: "langs"))
  var ocr: String?

  @OptionGroup
  var detector: DetectorArguments

  /// Command-line words that name, or may name, other files that the run reads.
  var files: [String?] {
    [PipelineFile.builtIn[pipeline] == nil ? pipeline : nil, gateWeights, wantLike, encoder, detector.detectorWeights]
  }

  func settings() throws -> (IndexSettings, BackboneChoice) {
    var settings = IndexSettings()
    var backbone = BackboneChoice()
    settings.pipeline = pipeline
    let base = try PipelineFile.settings(pipeline)
    base.apply(to: &settings, &backbone)
    let named = gateWeights == nil ? try base.gateWeightsName.map(PartialSettings.weights) : nil
    settings.gateWeights = named
    let flags = try partial()
    try flags.validate()
    flags.apply(to: &settings, &backbone)
    // A pipeline's gate weights fit the pipeline's backbone only.
    if let named, named.backbone != backbone.name { settings.gateWeights = nil }
    if flags.gate == .all, flags.target == nil { settings.target = .price(nil) }
    try PartialSettings.validate(settings)
    return (settings, backbone)
  }

  private func partial() throws -> PartialSettings {
    let targets = [price.map { RetentionTarget.price($0) }, rate.map { .rate($0) }, budget.map { .budget($0) }].compactMap(\.self)
    if targets.count > 1 { throw UsageError("--price, --rate and --budget exclude each other; give one") }
    var partial = PartialSettings()
    partial.samplesPerSecond = fps
    partial.gate = gate
    partial.target = targets.first
    partial.backbone = backbone
    partial.lookAheadSeconds = lookAhead
    partial.gateWeights = try gateWeights.map(PartialSettings.weights)
    partial.precision = precision
    partial.contexts = contexts
    partial.effort = effort
    partial.ocrLanguages = ocr
    partial.detector = detector.detector
    partial.detectorWeights = try detector.weights()
    partial.encoder = try encoder.map { try TrainedEncoder(contentsOf: RawArgument.path($0)) }
    return partial
  }
}
