/// One line of `retained.jsonl`; line *k* belongs to row *k* of `retained.npy`.
public struct RetainedRecord: Codable, Hashable, Sendable {
  public var row: Int
  /// 0-based frame index.
  public var frame: Int
  public var pts: Int64
  /// Seconds since the first frame.
  public var t: Double
  /// 0-based index of the scene it lies in.
  public var scene: Int
  public var covers: Covers
  /// The JPEG inside the bundle.
  public var thumb: String

  /// The sampled frames that are closer to this retained frame than to any other.
  public struct Covers: Codable, Hashable, Sendable {
    public var samples: Int
    /// Screen time of those samples.
    public var seconds: Double
    public var firstT: Double
    public var endT: Double

    package init(samples: Int, seconds: Double, firstT: Double, endT: Double) {
      self.samples = samples
      self.seconds = seconds
      self.firstT = firstT
      self.endT = endT
    }
  }

  package init(row: Int, frame: Int, pts: Int64, t: Double, scene: Int, covers: Covers, thumb: String) {
    self.row = row
    self.frame = frame
    self.pts = pts
    self.t = t
    self.scene = scene
    self.covers = covers
    self.thumb = thumb
  }
}

/// One line of `ledger.jsonl`: what the gate decided about one sampled frame, and why.
public struct LedgerRecord: Codable, Hashable, Sendable {
  public var frame: Int
  public var pts: Int64
  public var t: Double
  public var kept: Bool
  /// What the gate compared with its price.
  public var score: Double
  public var price: Double
  /// The nearest memory row when it was judged; absent while the memory was empty.
  public var nearest: Int?
  public var similarity: Float?
  /// `first`, `worth_its_price`, `scheduled`, `known`, `better_ahead`, `unscheduled`, `blank` or `unclear`.
  public var reason: String
  /// The retained row that stands for it in the end, and how well.
  public var coveredBy: Int
  public var coverage: Float
  /// The picture was so like the sample before that its embedding was taken over.
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

/// One line of `contexts.jsonl`; line *c* belongs to row *c* of `contexts.npy`.
public struct ContextRecord: Codable, Hashable, Sendable {
  public var row: Int
  /// `video`, `shot` or `window`.
  public var kind: String
  public var level: Int
  /// Rows of `retained.npy` it was made from, half-open.
  public var firstRetained: Int
  public var endRetained: Int
  /// Seconds since the first frame, half-open.
  public var startS: Double
  public var endS: Double
  /// Row of the context above; absent for the video and for shots.
  public var parent: Int?
  /// 0-based scene index, for shots.
  public var scene: Int?
  /// The retained frames that weigh most in it.
  public var top: [Attention]

  public struct Attention: Codable, Hashable, Sendable {
    public var retained: Int
    public var frame: Int
    public var weight: Float

    package init(retained: Int, frame: Int, weight: Float) {
      self.retained = retained
      self.frame = frame
      self.weight = weight
    }
  }

  package init(
    row: Int, kind: String, level: Int, firstRetained: Int, endRetained: Int, startS: Double, endS: Double,
    parent: Int? = nil, scene: Int? = nil, top: [Attention]
  ) {
    self.row = row
    self.kind = kind
    self.level = level
    self.firstRetained = firstRetained
    self.endRetained = endRetained
    self.startS = startS
    self.endS = endS
    self.parent = parent
    self.scene = scene
    self.top = top
  }
}
