internal import KeepframeBoundaries
package import KeepframeDecoding
package import KeepframeRetention
internal import KeepframeSystem

/// One line of `retained.jsonl`; line *k* belongs to row *k* of `retained.npy`.
public struct RetainedRecord: Codable, Hashable, Sendable {
  /// Row of `retained.npy`, from 0.
  public var row: Int
  /// 0-based index of the frame, in the order of presentation.
  public var frame: Int
  /// When it is shown, in ticks of the video's time base.
  public var pts: Int64
  /// Seconds since the first frame.
  public var t: Double
  /// 0-based index of the scene it lies in.
  public var scene: Int
  /// The samples that it stands for.
  public var covers: Covers
  /// Path of its JPEG inside the bundle.
  public var thumb: String

  /// The sampled frames that are closer to this retained frame than to any other.
  public struct Covers: Codable, Hashable, Sendable {
    /// The number of those samples.
    public var samples: Int
    /// How long those samples are shown, in seconds.
    public var seconds: Double
    /// When the first of them is shown, in seconds since the first frame.
    public var firstT: Double
    /// When the last of them ends, in seconds since the first frame.
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

extension RetainedRecord {
  /// A retained frame as the pipeline knows it.
  ///
  /// - Parameter share: the samples that it stands for.
  package init(row: Int, time: FrameTime, scene: Int, share: Fidelity.Share) {
    self.init(
      row: row, frame: time.index, pts: time.pts, t: time.seconds, scene: scene,
      covers: Covers(
        samples: share.samples, seconds: share.seconds, firstT: share.firstSeconds, endT: share.endSeconds),
      thumb: "thumbs/\(row.padded(6)).jpg")
  }
}

extension Bundle {
  /// - Throws: ``ArchiveError``, `invalid` if the file contradicts itself or the manifest.
  public func retained() throws(ArchiveError) -> [RetainedRecord] {
    let records: [RetainedRecord] = try lines("retained.jsonl", count: manifest.counts.retained)
    try require(
      records.allSatisfy { $0.scene >= 0 && $0.scene < Int32.max && $0.covers.firstT <= $0.covers.endT }, "retained.jsonl")
    return records
  }
}
