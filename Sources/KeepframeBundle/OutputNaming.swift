public import SystemPackage

/// How the outputs of one video are called, and what none of them may be.
public struct OutputNaming: Sendable {
  /// Whether `film.mp4` gives `film.mp4.keepframe` instead of `film.keepframe`.
  public var keepsExtension: Bool
  /// What the run reads.
  public var inputs: InputFiles

  public init(keepsExtension: Bool = false, sparing inputs: InputFiles = InputFiles()) {
    self.keepsExtension = keepsExtension
    self.inputs = inputs
  }

  /// The name of one output.
  public func named(after video: FilePath, suffix: String) -> FilePath {
    OutputName.named(after: video, suffix: suffix, keepsExtension: keepsExtension)
  }
}
