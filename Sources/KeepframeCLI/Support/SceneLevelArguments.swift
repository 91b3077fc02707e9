import ArgumentParser
import Keepframe

/// Whether `scenes` lists shots or joins them, and what looks at them then.
struct SceneLevelArguments: ParsableArguments {
  enum Level: String, ExpressibleByArgument, CaseIterable { case shots, scenes }

  @Option(help: ArgumentHelp("shots, or scenes: runs of shots that belong together.", valueName: "level"))
  var level = Level.shots

  @Option(
    help: ArgumentHelp(
      "What compares shots: efficientnet-lite0, thumbnail, or an .onnx or .xml model with its sidecar. (default: efficientnet-lite0)",
      valueName: "model"),
    completion: .file())
  var backbone: String?

  @Option(
    help: ArgumentHelp(
      "Arithmetic of the backbone; auto takes bf16 where the processor has it. (default: auto)", valueName: "type"))
  var precision: Precision?

  func validate() throws {
    guard level == .shots else { return }
    if backbone != nil { throw ValidationError("--backbone goes with --level scenes") }
    if precision != nil { throw ValidationError("--precision goes with --level scenes") }
  }

  /// Loads what compares shots.
  ///
  /// - Returns: nil at the level of shots.
  func makeBackbone() throws -> (any Backbone)? {
    try backboneName.map { try Keepframe.makeBackbone(named: $0, precision: precision ?? .auto) }
  }

  /// Nil at the level of shots.
  var backboneName: String? { level == .scenes ? backbone ?? BackboneChoice().name : nil }
}
