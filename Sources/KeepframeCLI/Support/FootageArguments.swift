import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

/// Options of footage as embeddings: where it comes from, and which part of it is used.
@dynamicMemberLookup
struct FootageArguments: ParsableArguments {
  @OptionGroup
  var options: FootageOptions

  @Option(
    help: ArgumentHelp(
      "Backbone: efficientnet-lite0, thumbnail, or an .onnx or .xml model with its sidecar.", valueName: "model"))
  var backbone = RuntimeBackbone.defaultName

  @Option(
    help: ArgumentHelp("Arithmetic of the backbone: auto, f32 or bf16. auto is bf16 if the processor has it.", valueName: "type"))
  var precision = Precision.auto

  subscript<Value>(dynamicMember path: KeyPath<FootageOptions, Value>) -> Value { options[keyPath: path] }

  /// Embeds the footage, or takes it from the cache.
  ///
  /// - Parameters:
  ///   - folder: the videos.
  ///   - samplesPerSecond: how many frames a second are sampled.
  ///   - viewSamplesPerSecond: how many of these also get views.
  ///   - views: degraded views to embed besides the frames themselves.
  ///   - minimumSources: the least number of origins.
  func load(
    _ folder: FootageFolder, samplesPerSecond: Double = 4, viewSamplesPerSecond: Double = 2, views: [View] = View.usual,
    minimumSources: Int
  ) throws -> FootageSet {
    let printer = TrainingPrinter(options.progress)
    let set = try loadFootage(
      folder, backbone: try makeBackbone(named: backbone, precision: precision),
      samplesPerSecond: samplesPerSecond, viewSamplesPerSecond: viewSamplesPerSecond, views: views, cache: options.store,
      minimumSources: minimumSources, threads: options.threads,
      cancellation: Interruption.cancellation, report: { printer.show($0) })
    printer.finish()
    return set
  }

  /// The arithmetic that the backbone uses on this machine.
  func resolvedPrecision() throws -> String { try makeBackbone(named: backbone, precision: precision).description.precision }

  func provenance(of verb: String) -> Provenance { options.provenance(of: verb) }

  /// The clips to learn from, and those that are held out. Without `--fold`, none is held out.
  func split(_ set: FootageSet) throws -> (training: [FootageClip], heldOut: [FootageClip]) {
    guard let fold = options.fold else { return (set.clips, []) }
    return try set.fold(fold.index, of: fold.count)
  }
}
