package import KeepframeNumerics

extension VideoBlock {
  /// What a search needs of a video that is in no library.
  package struct Content: Sendable {
    /// `[M, d]`, rows of unit length.
    package var moments: Matrix
    /// `[M]`: when each moment is shown, in seconds since the first frame.
    package var momentSeconds: [Double]
    /// Ascending.
    package var runs: [CoverRun]
    /// `[S, d]`
    package var samples: QuantizedRows?
    /// `[S]`, ascending.
    package var sampleSeconds: [Double]

    package init(
      moments: Matrix, momentSeconds: [Double], runs: [CoverRun] = [], samples: QuantizedRows? = nil, sampleSeconds: [Double] = []
    ) {
      self.moments = moments
      self.momentSeconds = momentSeconds
      self.runs = runs
      self.samples = samples
      self.sampleSeconds = sampleSeconds
    }
  }

  /// A block in memory.
  package init(_ content: Content) {
    let block = VectorsBlock(
      moments: content.moments.values, contexts: [], samples: content.samples, sampleSeconds: content.sampleSeconds,
      momentRecords: content.momentSeconds.map { MomentRecord(frame: 0, pts: 0, seconds: $0, covers: $0..<$0) },
      runs: content.runs, contextRecords: [])
    guard let bytes = block.bytes(facts: [], dimension: content.moments.columns, contextDimension: 1)?.block,
      let made = VideoBlock(bytes)
    else { preconditionFailure("expected a video that a block can hold, got \(content.moments)") }
    self = made
  }
}
