package import KeepframeDecoding
package import KeepframeRetention

/// One line of `ledger.jsonl`: what the gate decided about one sampled frame, and why.
public struct LedgerRecord: Codable, Hashable, Sendable {
  /// 0-based index of the frame, in the order of presentation.
  public var frame: Int
  /// When it is shown, in ticks of the video's time base.
  public var pts: Int64
  /// Seconds since the first frame.
  public var t: Double
  /// Whether the gate kept it.
  public var kept: Bool
  /// What the gate compared with its price.
  public var score: Double
  /// What keeping one more frame costs, in the gate's own currency.
  public var price: Double
  /// The nearest memory row when it was judged; absent while the memory was empty.
  public var nearest: Int?
  /// Cosine to that row, -1...1; absent while the memory was empty.
  public var similarity: Float?
  /// `first`, `worth_its_price`, `scheduled`, `known`, `better_ahead`, `unscheduled`, `blank` or
  /// `unclear`.
  public var reason: String
  /// Row of `retained.npy` that stands for it once the memory is complete.
  public var coveredBy: Int
  /// Cosine to that row, -1...1: how well it stands for this frame.
  public var coverage: Float
  /// Whether the picture was so like the sample before that its embedding was reused.
  public var reused: Bool

  package init(
    frame: Int, pts: Int64, t: Double, kept: Bool, score: Double, price: Double, nearest: Int? = nil,
    similarity: Float? = nil, reason: String, coveredBy: Int, coverage: Float, reused: Bool
  ) {
    self.frame = frame
    self.pts = pts
    self.t = t
    self.kept = kept
    self.score = score
    self.price = price
    self.nearest = nearest
    self.similarity = similarity
    self.reason = reason
    self.coveredBy = coveredBy
    self.coverage = coverage
    self.reused = reused
  }
}

extension LedgerRecord {
  /// A decision as the gate made it.
  ///
  /// - Parameters:
  ///   - time: the sample's time.
  ///   - isReused: whether the sample reused the embedding before it.
  ///   - stand: the memory row that stands for it once the memory is complete.
  package init(_ decision: Decision, at time: FrameTime, isReused: Bool, stand: Memory.Neighbour) {
    self.init(
      frame: time.index, pts: time.pts, t: time.seconds, kept: decision.keeps, score: decision.score, price: decision.price,
      nearest: decision.nearest?.row, similarity: decision.nearest?.similarity, reason: decision.reason.rawValue,
      coveredBy: stand.row, coverage: stand.similarity, reused: isReused)
  }
}

extension Bundle {
  /// - Throws: ``ArchiveError``, `invalid` if the file contradicts itself or the manifest.
  public func ledger() throws(ArchiveError) -> [LedgerRecord] {
    let records: [LedgerRecord] = try lines("ledger.jsonl", count: manifest.counts.sampled)
    try require(records.allSatisfy { (0..<manifest.counts.retained).contains($0.coveredBy) }, "ledger.jsonl")
    return records
  }
}
