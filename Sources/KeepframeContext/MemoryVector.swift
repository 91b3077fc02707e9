/// One retained frame as the encoder sees it: what it shows and when.
public struct MemoryVector: Sendable {
  /// `[D]`, usually of unit length.
  public let values: [Float]
  /// Presentation time from the start of the video.
  public let seconds: Double
  /// For how many seconds it stands for what is shown: usually until the next retained frame.
  public let coversSeconds: Double
  /// How many equal vectors it counts as, 0 or more. 0 masks it.
  public var mass: Float {
    didSet { precondition(mass.isFinite && mass >= 0, "expected a mass of 0 or more, got \(mass)") }
  }

  /// All times must be finite; `coversSeconds` and `mass` must not be negative.
  public init(values: [Float], seconds: Double, coversSeconds: Double, mass: Float = 1) {
    precondition(seconds.isFinite, "expected a finite time, got \(seconds) s")
    precondition(coversSeconds.isFinite && coversSeconds >= 0, "expected to cover 0 s or more, got \(coversSeconds)")
    precondition(mass.isFinite && mass >= 0, "expected a mass of 0 or more, got \(mass)")
    self.values = values
    self.seconds = seconds
    self.coversSeconds = coversSeconds
    self.mass = mass
  }
}
