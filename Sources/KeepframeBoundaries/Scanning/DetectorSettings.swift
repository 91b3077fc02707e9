internal import KeepframeDecoding

/// Which detector finds the boundaries, and the least score they need.
public struct DetectorSettings: Hashable, Sendable {
  /// The detectors that come with the package.
  public enum Kind: String, CaseIterable, Sendable {
    /// A network trained on edits of real footage.
    case learned
    /// Compares thumbnail differences with the usual difference nearby; not trained.
    case adaptive
  }

  /// What to do with jumps, the boundaries within one take.
  public enum Jumps: String, CaseIterable, Sendable {
    /// Jumps are boundaries like others.
    case keep
    /// Jumps are left out.
    case drop
    /// Only jumps are boundaries.
    case only

    func keeps(_ boundary: Boundary) -> Bool {
      switch self {
      case .keep: true
      case .drop: boundary.cause != .jump
      case .only: boundary.cause == .jump
      }
    }
  }

  /// The detector that finds the boundaries, unless ``custom`` is set.
  public var kind = Kind.learned
  /// Your own detector, used in place of ``kind``.
  public var custom: CustomDetector?
  /// The weights of the learned detector; nil uses those shipped with the package.
  public var weights: BoundaryNetwork?
  /// The least score of a boundary, 0...1; nil uses the default: 0.5, or
  /// ``CleanClips/defaultThreshold`` where the learned detector looks for clean clips.
  public var threshold: Double?
  /// What to do with jumps. The adaptive detector finds none.
  public var jumps = Jumps.keep

  /// The learned detector with the package's weights; jumps are kept.
  public init() {}

  package var resolvedThreshold: Double { threshold ?? 0.5 }

  /// The detector's name in files.
  package var name: String { custom?.name ?? kind.rawValue }

  /// Whether the package's learned detector is used, with its weights and calibration.
  package var isLearned: Bool { custom == nil && kind == .learned }

  /// SHA-256 of the weights; nil for a detector without any.
  package var weightsDigest: String? { isLearned ? weights?.digest ?? BoundaryNetwork.shippedDigest : nil }

  /// The settings as a scene file states them.
  package var parameters: [(name: String, value: JSONText)] {
    [("detector", .string(name)), ("threshold", .number(resolvedThreshold)), ("jumps", .string(jumps.rawValue))]
  }

  /// The names of the detector's measurements of each frame.
  public var metricNames: [String] {
    if let custom { return custom.metricNames }
    return switch kind {
    case .learned: LearnedDetector.metricNames
    case .adaptive: AdaptiveDetector.metricNames
    }
  }

  /// - Parameter frameRate: The stream's nominal rate; nil counts as 25 a second.
  func makeDetector(frameRate: Rational?) -> any BoundaryDetector {
    let rate = frameRate?.doubleValue ?? 25
    if let custom { return custom.make(rate) }
    return switch kind {
    case .learned: LearnedDetector(network: weights ?? .shipped, threshold: resolvedThreshold, frameRate: rate)
    case .adaptive: AdaptiveDetector(threshold: resolvedThreshold, frameRate: rate)
    }
  }
}
