import ArgumentParser
import Keepframe

/// Whether `scenes` lists shots or joins them, and the backbone that compares them.
struct SceneLevelArguments: ParsableArguments {
  enum Level: String, ExpressibleByArgument, CaseIterable { case shots, scenes }

  @Option(help: ArgumentHelp("What to list: shots, or scenes, which are runs of shots that belong together.", valueName: "level"))
  var level = Level.shots

  @Option(
    help: ArgumentHelp(
      "Backbone that compares shots or embeds clips: efficientnet-lite0, thumbnail, or an .onnx or .xml model with its sidecar. "
        + "(default: efficientnet-lite0)",
      valueName: "model"),
    completion: .file())
  var backbone: String?

  @Option(
    help: ArgumentHelp(
      "Arithmetic of the backbone: auto, f32 or bf16. auto is bf16 if the processor has it. (default: auto)", valueName: "type"))
  var precision: Precision?

  /// - Throws: `ValidationError` if a backbone is chosen but nothing is embedded.
  func requireUse(embedsClips: Bool) throws {
    guard level == .shots, !embedsClips else { return }
    if backbone != nil { throw ValidationError("--backbone needs --level scenes or --embed") }
    if precision != nil { throw ValidationError("--precision needs --level scenes or --embed") }
  }

  /// The backbone that compares shots, or embeds clips.
  ///
  /// - Returns: nil if neither is asked for.
  func backboneName(embedsClips: Bool) -> String? {
    level == .scenes || embedsClips ? backbone ?? BackboneChoice().name : nil
  }

  func makeBackbone(embedsClips: Bool) throws -> (any Backbone)? {
    try backboneName(embedsClips: embedsClips).map { try Keepframe.makeBackbone(named: $0, precision: precision ?? .auto) }
  }
}
