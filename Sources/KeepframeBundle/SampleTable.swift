internal import KeepframeBoundaries
public import KeepframeNumerics
internal import SystemPackage

/// The facts about each vector that `export` writes.
public struct SampleTable: Sendable {
  /// One row's facts.
  public struct Row: Hashable, Sendable {
    /// 0-based index of the frame; for a context, of the frame at which its span begins.
    public var frame: Int
    /// When that frame is shown, in ticks.
    public var pts: Int64
    /// Seconds since the first frame.
    public var seconds: Double
    /// The time that the row stands for, in seconds, half-open. A sampled frame stands for the time
    /// until the next one. A retained frame stands from the first sample that it covers to the end
    /// of the last. A context stands for all that it was made from.
    public var span: Range<Double>
    /// 0-based index of the scene of a retained frame or of a shot's context; else nil.
    public var scene: Int?
    /// `frame`, `retained`, `video`, `window`, `part` or `shot`.
    public var kind: String

    /// Makes a row; see the properties.
    public init(frame: Int, pts: Int64, seconds: Double, span: Range<Double>, scene: Int?, kind: String) {
      self.frame = frame
      self.pts = pts
      self.seconds = seconds
      self.span = span
      self.scene = scene
      self.kind = kind
    }
  }

  /// The facts about each vector, in the order of the vectors.
  public var rows: [Row]
  /// The video's path as text.
  public var video: String
  /// The length of a tick in seconds, as a fraction.
  public var timeBase: (numerator: Int64, denominator: Int64)

  /// - Parameter timeBase: the length of a tick in seconds, as in `(1, 25000)`.
  public init(rows: [Row], video: String, timeBase: (numerator: Int64, denominator: Int64)) {
    self.rows = rows
    self.video = video
    self.timeBase = timeBase
  }

  /// The arrays beside the vectors, by the names that they have in an NPZ: `timestamps` `[N]` f8
  /// seconds, `pts` `[N]` i8, `frame_index` `[N]` i8, `spans` `[N, 2]` f8 seconds, `scene_id` `[N]`
  /// i4 with -1 for none, `kind` `[N]` text, `time_base` `[2]` i8.
  public var arrays: [(name: String, array: NpyArray)] {
    let count = rows.count
    return [
      ("timestamps", NpyArray(shape: [count], elements: .float64(rows.map(\.seconds)))),
      ("pts", NpyArray(shape: [count], elements: .int64(rows.map(\.pts)))),
      ("frame_index", NpyArray(shape: [count], elements: .int64(rows.map { Int64($0.frame) }))),
      ("spans", NpyArray(shape: [count, 2], elements: .float64(rows.flatMap { [$0.span.lowerBound, $0.span.upperBound] }))),
      ("scene_id", NpyArray(shape: [count], elements: .int32(rows.map { Int32($0.scene ?? -1) }))),
      ("kind", NpyArray(shape: [count], elements: .string(rows.map(\.kind)))),
      ("time_base", NpyArray(shape: [2], elements: .int64([timeBase.numerator, timeBase.denominator]))),
    ]
  }

  /// Encodes the rows of a block, one JSON line each.
  ///
  /// - Parameters:
  ///   - first: index of the block's first row.
  ///   - block: `[N, D]`
  /// - Throws: ``ArchiveError`` `noJSONForm` if a value has no JSON form.
  public func lines(first: Int, block: Matrix) throws(ArchiveError) -> [UInt8] {
    do {
      return try DocumentCoding.lines(
        (0..<block.rows).map { index in
          let row = rows[first + index]
          return Line(
            video: video, kind: row.kind, frame: row.frame, pts: row.pts, t: row.seconds, startS: row.span.lowerBound,
            endS: row.span.upperBound, scene: row.scene, embedding: block[row: index])
        })
    } catch { throw ArchiveError(.noJSONForm("\(error)"), at: FilePath(video)) }
  }

  private struct Line: Encodable {
    var video: String
    var kind: String
    var frame: Int
    var pts: Int64
    var t: Double
    var startS: Double
    var endS: Double
    var scene: Int?
    var embedding: [Float]
  }
}

extension SampleTable {
  /// The retained frames of a bundle.
  public init(retainedOf bundle: Bundle) throws(ArchiveError) {
    let covers = try bundle.retained()
    self.init(
      rows: covers.map { record in
        Row(
          frame: record.frame, pts: record.pts, seconds: record.t, span: record.covers.firstT..<record.covers.endT,
          scene: record.scene, kind: "retained")
      }, bundle)
  }

  /// The context vectors of a bundle.
  public init(contextsOf bundle: Bundle) throws(ArchiveError) {
    let retained = try bundle.retained()
    let scenes = try bundle.scenes().list.scenes
    let start = bundle.manifest.video.startPts
    self.init(
      rows: try bundle.contexts().map { record in
        // A shot begins with its scene. A context that includes the first row begins with the first
        // frame. Any other begins with its first row.
        let first: (frame: Int, pts: Int64) =
          if let scene = record.scene, scene < scenes.count {
            (scenes[scene].frames.lowerBound, scenes[scene].pts.lowerBound)
          } else if record.firstRetained == 0 {
            (0, start)
          } else {
            (retained[record.firstRetained].frame, retained[record.firstRetained].pts)
          }
        return Row(
          frame: first.frame, pts: first.pts, seconds: record.startS, span: record.startS..<record.endS, scene: record.scene,
          kind: record.kind)
      }, bundle)
  }

  private init(rows: [Row], _ bundle: Bundle) {
    let parts = bundle.manifest.video.timeBase.split(separator: "/").compactMap { Int64($0) }
    self.init(
      rows: rows, video: bundle.manifest.video.path,
      timeBase: parts.count == 2 ? (parts[0], parts[1]) : (0, 1))
  }
}
