package import KeepframeBoundaries
package import KeepframeBundle
package import KeepframeDecoding
internal import KeepframeSystem
package import SystemPackage

/// Cuts a video file into parts at its scenes, sound included.
///
/// ``plan(_:frames:decoding:cancellation:)``, then ``split(cancellation:)``, then ``publish(as:)``.
package struct SceneSplitter: ~Copyable {
  package enum Mode: String, CaseIterable, Sendable {
    /// Streams are copied: fast and without loss, but a part can only begin at a key frame.
    case copy
    /// Every part begins at its scene's first frame. ffmpeg encodes again: video becomes H.264 (CRF
    /// 18), sound AAC, and the file MP4.
    case exact
  }

  /// A part that is to be made of the video.
  package struct Part: Hashable, Sendable {
    package let frames: Range<Int>
    /// Seconds since the first frame of the video.
    package let seconds: Range<Double>
  }

  package let mode: Mode
  /// Whether frames outside scenes are left out of all parts.
  private let leavesGaps: Bool
  private let video: FilePath
  /// Nil if streams are copied.
  private let ffmpeg: FFmpegProgram?
  private let files: StagedFiles
  private var stream: StreamDescription?
  private var copier: StreamCopier?
  private var containers: [PartContainer] = []
  private var own: [PartContainer] = []
  private var refusal: CopyError?
  private var endsEarly = false

  private var parts: [Part] = []
  /// The frames before which ffmpeg cuts, and which of the files it makes are ``parts``. The other
  /// files are gaps.
  private var cuts: [Int] = []
  private var partIndices: [Int] = []

  /// What a split is going to make.
  package struct Plan: Hashable, Sendable {
    package let parts: [Part]
    /// The ending of the parts' names. It changes if a container turns out not to take the parts:
    /// see ``PartReport/suffix``.
    package let suffix: String
  }

  /// Looks for ffmpeg if it is needed, and claims the folder, so that a run that cannot split fails
  /// before its work.
  ///
  /// - Parameter leavesGaps: whether parts hold only the scenes' own frames, as clean clips need.
  ///   Otherwise frames between scenes go to the part before. Copies cannot leave gaps.
  /// - Throws: ``SplitError`` or ``ArchiveError``.
  package init(
    _ mode: Mode, into folder: FilePath, of video: FilePath, leavesGaps: Bool = false, naming: OutputNaming = .init()
  ) throws {
    precondition(mode == .exact || !leavesGaps, "copies begin at key frames, so frames between scenes would be in them")
    let ffmpeg = mode == .exact ? try FFmpegProgram() : nil
    let files = try StagedFiles(in: folder, for: naming.named(after: video, suffix: ".parts"), sparing: naming.inputs)
    self.mode = mode
    self.leavesGaps = leavesGaps
    self.video = video
    self.ffmpeg = ffmpeg
    self.files = files
  }

  /// Decides where parts begin and what kind of file they are.
  ///
  /// The first part begins with the video and the last ends with it. Dropped scenes go to the part
  /// before them. Where gaps are left, each part is exactly its scene. When copying, a part begins
  /// at the key frame nearest to its scene's start. A scene without a key frame of its own joins
  /// the scene before.
  ///
  /// - Parameters:
  ///   - frames: the watcher that saw all frames; only needed when copying.
  ///   - decoding: the options with which the scenes were found.
  /// - Throws: ``SplitError``, ``DecodingError``, `CancellationError`.
  package mutating func plan(
    _ found: SceneScanner.Result, frames: FrameTimeWatcher?, decoding: DecodingOptions, cancellation: Cancellation? = nil
  ) throws -> Plan {
    let list = found.scenes
    stream = found.stream
    var decoding = decoding
    decoding.videoStream = found.stream.videoStreamPosition  // the stream that was scanned
    endsEarly = decoding.maxDurationSeconds != nil
    if leavesGaps { return planGaps(list) }
    var starts = list.scenes.dropFirst().map { (frame: $0.frames.lowerBound, pts: $0.pts.lowerBound) }
    if mode == .copy {
      do throws(CopyError) {
        let areStated = found.damage.timestampJumps == 0 && found.damage.synthesizedTimestamps == 0
        let table = try PacketTable(
          of: video, framePTS: frames?.pts ?? [], keyFrames: frames?.keyFrames ?? [], areStated: areStated, options: decoding,
          cancellation: cancellation)
        let cuts = KeyFrameChoice.cuts(for: list, among: table.cutPoints)
        let copier = StreamCopier(video, table, at: cuts, options: decoding, cancellation: cancellation)
        let possible = try copier.containers()
        (containers, own, refusal) = (possible.usable, possible.own, possible.refusal)
        starts = cuts.map { ($0.frame, $0.pts) }
        self.copier = copier
      } catch { throw try SplitError(error, video: video, folder: files.folder) }
      if let refusal, containers.isEmpty { throw try SplitError(refusal, video: video, folder: files.folder) }
    }
    let end = list.scenes.last?.pts.upperBound ?? list.startPTS
    let bounds = [(0, list.startPTS)] + starts + [(list.frameCount, end)]
    parts = zip(bounds, bounds.dropFirst()).map { start, end in
      func seconds(_ pts: Int64) -> Double { list.timeBase.seconds(pts - list.startPTS) }
      return Part(
        frames: start.0..<max(start.0, end.0), seconds: seconds(start.1)..<max(seconds(start.1), seconds(end.1)))
    }
    cuts = parts.dropFirst().map(\.frames.lowerBound)
    partIndices = Array(parts.indices)
    return Plan(parts: parts, suffix: suffix)
  }

  private mutating func planGaps(_ list: SceneList) -> Plan {
    parts = list.scenes.map { Part(frames: $0.frames, seconds: $0.seconds) }
    // Frames after a time limit are not in the list, but still in the file. So the last part needs
    // an end too.
    let end = endsEarly ? Int.max : list.frameCount
    cuts = Set(parts.flatMap { [$0.frames.lowerBound, $0.frames.upperBound] }).filter { $0 > 0 && $0 < end }.sorted()
    partIndices = parts.map { part in part.frames.lowerBound == 0 ? 0 : cuts.firstIndex(of: part.frames.lowerBound)! + 1 }
    return Plan(parts: parts, suffix: suffix)
  }

  private var suffix: String { containers.first?.suffix ?? PartContainer.mp4.suffix }

  private func draft(_ index: Int) -> FilePath { files.draft("part-\(index.padded(6))\(suffix)") }

  /// Makes the parts, and counts the frames of what was made.
  ///
  /// The frames of a copied part are known from its packets; if these leave doubts, the part is
  /// decoded. For a part that was encoded again, its header states the number.
  ///
  /// - Throws: ``SplitError``, ``DecodingError``, `CancellationError`. Nothing is left behind then.
  package mutating func split(cancellation: Cancellation? = nil) throws -> PartReport {
    guard let stream else { preconditionFailure("split() before plan(_:)") }
    try cancellation?.check()
    if let copier { return try copy(with: copier) }
    var report = PartReport(suffix: suffix)
    if parts.isEmpty { return report }
    try ExactSplit.run(
      ffmpeg!, video, stream, before: cuts, into: files.path, log: files.draft("log"), cancellation: cancellation)
    var made = 0
    while FileSystem.exists(draft(made)) { made += 1 }
    // The last cut may be at the end of the file, and then no part follows it.
    let least = endsEarly && leavesGaps ? (partIndices.last ?? 0) + 1 : cuts.count + 1
    guard (least...cuts.count + 1).contains(made) else {
      throw SplitError.wrongCount(video: video, expected: cuts.count + 1, got: made)
    }
    for (index, part) in parts.enumerated() where !endsEarly || leavesGaps || index < parts.count - 1 {
      let count = try VideoReader(draft(partIndices[index]), cancellation: cancellation).stream.frameCount ?? 0
      if count != part.frames.count {
        report.differences.append(.init(part: index, expected: part.frames.count, found: count, doubts: []))
      }
    }
    return report
  }

  private mutating func copy(with copier: StreamCopier) throws -> PartReport {
    var report = PartReport(suffix: suffix)
    do throws(CopyError) {
      while true {
        do throws(CopyError) {
          try copier.write(in: containers[0]) { draft($0) }
          break
        } catch .unsuited(let container, let says) {
          refusal = refusal ?? .unsuited(container, says)
          guard containers.count > 1 else { throw refusal! }
          try clearDrafts()
          containers.removeFirst()
        }
      }
      for (index, part) in copier.parts(in: containers[0]).enumerated() where !part.doubts.isEmpty {
        let count = try copier.countFrames(of: draft(index))
        if count != part.frames.count {
          report.differences.append(.init(part: index, expected: part.frames.count, found: count, doubts: part.doubts))
        }
      }
    } catch { throw try SplitError(error, video: video, folder: files.folder) }
    report.containerNote = containerNote
    report.suffix = suffix
    return report
  }

  private func clearDrafts() throws(CopyError) {
    for index in parts.indices where FileSystem.exists(draft(index)) {
      do throws(Errno) { try FileSystem.remove(draft(index)) } catch { throw .cannotWrite(error) }
    }
  }

  private var containerNote: String? {
    guard let used = containers.first, !own.contains(used) else { return nil }
    let why: String
    if case .unsuited(let container, let says)? = refusal {
      why = "\(container) does not take its streams: \(says)"
    } else {
      why = "a raw stream has no times"
    }
    return "its parts are \(used) files (*\(used.suffix)), since \(why)"
  }

  /// - Throws: ``ArchiveError`` `exists` for the first of `names` that is there already, unless
  ///   `replace`.
  package func requireFree(_ names: [FilePath], replace: Bool) throws(ArchiveError) {
    try files.requireFree(names, replace: replace)
  }

  /// Gives the parts their names.
  package func publish(as names: [FilePath]) throws(ArchiveError) {
    precondition(names.count == parts.count, "\(parts.count) parts with \(names.count) names")
    try files.publish(names.enumerated().map { (draft: draft(partIndices[$0]).lastComponent!.string, name: $1) })
  }
}
