internal import KeepframeDecoding

/// Which detector finds the boundaries, and how sure it must be.
public struct DetectorSettings: Hashable, Sendable {
  /// The detectors that come with the package.
  public enum Kind: String, CaseIterable, Sendable {
    /// A network trained on edits of real footage.
    case learned
    /// Thumbnail differences against their surroundings; nothing is trained.
    case adaptive
  }

  /// What becomes of boundaries within one take.
  public enum Jumps: String, CaseIterable, Sendable {
    /// They are boundaries like others.
    case keep
    /// They are left out.
    case drop
    /// They are the only boundaries.
    case only

    func keeps(_ boundary: Boundary) -> Bool {
      switch self {
      case .keep: true
      case .drop: boundary.cause != .jump
      case .only: boundary.cause == .jump
      }
    }
  }

  /// Which detector finds the boundaries, unless ``custom`` does.
  public var kind = Kind.learned
  /// A detector of your own, in place of either.
  public var custom: CustomDetector?
  /// Of the learned detector; nil takes those that come with the package.
  public var weights: BoundaryNetwork?
  /// How sure a boundary must be, 0...1; nil takes the detector's own.
  public var threshold: Double?
  /// What becomes of boundaries within one take; the adaptive detector finds none of these.
  public var jumps = Jumps.keep

  /// The learned detector with the package's weights; jumps are kept.
  public init() {}

  package var resolvedThreshold: Double { threshold ?? 0.5 }

  /// What files say found the boundaries.
  package var name: String { custom?.name ?? kind.rawValue }

  /// Whether ours is asked for, with its weights and what they were calibrated to.
  package var isLearned: Bool { custom == nil && kind == .learned }

  /// SHA-256 of the weights; nil for a detector without any.
  package var weightsDigest: String? { isLearned ? weights?.digest ?? BoundaryNetwork.shippedDigest : nil }

  /// What a scene file says about it.
  package var parameters: [(name: String, value: JSONText)] {
    [("detector", .string(name)), ("threshold", .number(resolvedThreshold)), ("jumps", .string(jumps.rawValue))]
  }

  /// Names of what the detector measures of each frame.
  public var metricNames: [String] {
    if let custom { return custom.metricNames }
    return switch kind {
    case .learned: LearnedDetector.metricNames
    case .adaptive: AdaptiveDetector.metricNames
    }
  }

  /// - Parameter frameRate: the stream's nominal rate; 25 a second stands in where the file states
  ///   none.
  func makeDetector(frameRate: Rational?) -> any BoundaryDetector {
    let rate = frameRate?.doubleValue ?? 25
    if let custom { return custom.make(rate) }
    return switch kind {
    case .learned: LearnedDetector(network: weights ?? .shipped, threshold: resolvedThreshold, frameRate: rate)
    case .adaptive: AdaptiveDetector(threshold: resolvedThreshold, frameRate: rate)
    }
  }
}
