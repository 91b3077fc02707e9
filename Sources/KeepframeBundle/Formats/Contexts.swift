package import KeepframeContext

/// One line of `contexts.jsonl`; line *c* belongs to row *c* of `contexts.npy`.
public struct ContextRecord: Codable, Hashable, Sendable {
  /// Row of `contexts.npy`, from 0.
  public var row: Int
  /// `video`, `window`, `part` or `shot`.
  public var kind: String
  /// 1 for a window of retained frames, 2 for a window of those, and so on; for the video and for
  /// shots, the level of the top window.
  public var level: Int
  /// First row of `retained.npy` that it was made from.
  public var firstRetained: Int
  /// Row of `retained.npy` after the last one that it was made from.
  public var endRetained: Int
  /// Where it begins, in seconds since the first frame.
  public var startS: Double
  /// Where it ends, in seconds since the first frame; exclusive.
  public var endS: Double
  /// Row of the context above; for a part, of what it is part of. Absent for the video and for
  /// shots.
  public var parent: Int?
  /// 0-based scene index, for shots.
  public var scene: Int?
  /// The retained frames that weigh most in it.
  public var top: [Attention]

  /// A retained frame, and how much of a context it makes up.
  public struct Attention: Codable, Hashable, Sendable {
    /// Row of `retained.npy`, from 0.
    public var retained: Int
    /// 0-based index of the frame, in the order of presentation.
    public var frame: Int
    /// Its share in the context, 0...1.
    public var weight: Float
    /// How much of ``weight`` the frame has as something that followed; the rest it has as
    /// something shown. Absent if the encoder does not tell them apart.
    public var followed: Float?

    package init(retained: Int, frame: Int, weight: Float, followed: Float? = nil) {
      self.retained = retained
      self.frame = frame
      self.weight = weight
      self.followed = followed
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

extension ContextRecord {
  /// A context as the encoder made it.
  ///
  /// - Parameters:
  ///   - seconds: the span that it was made from, half-open.
  ///   - scene: the scene of a shot's context.
  ///   - frames: the frame indices of the memory's rows.
  package init(row: Int, _ vector: ContextVector, seconds: Range<Double>, scene: Int?, frames: [Int]) {
    self.init(
      row: row, kind: vector.kind.rawValue, level: vector.level, firstRetained: vector.memory.lowerBound,
      endRetained: vector.memory.upperBound, startS: seconds.lowerBound, endS: seconds.upperBound, parent: vector.parent,
      scene: scene,
      top: vector.attention.map {
        Attention(retained: $0.row, frame: frames[$0.row], weight: $0.weight, followed: $0.followed)
      })
  }
}

extension Bundle {
  /// - Throws: ``ArchiveError``, `invalid` if the file contradicts itself or the manifest.
  public func contexts() throws(ArchiveError) -> [ContextRecord] {
    let records: [ContextRecord] = try lines("contexts.jsonl", count: manifest.counts.contexts)
    let rows = 0..<manifest.counts.retained
    try require(
      records.allSatisfy { record in
        record.firstRetained < record.endRetained && rows.contains(record.firstRetained) && record.endRetained <= rows.upperBound
          && record.startS <= record.endS && record.top.allSatisfy { rows.contains($0.retained) }
          && record.scene.map { (0..<manifest.counts.scenes).contains($0) } ?? true
      }, "contexts.jsonl")
    return records
  }
}
