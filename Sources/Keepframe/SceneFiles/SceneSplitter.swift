public import Archive
public import Boundaries
public import Decoding
public import SystemPackage

/// Why a video could not be cut into parts.
public enum SplitError: Error, Hashable, CustomStringConvertible {
  case noFFmpeg
  case tooManyParts(Int)
  case failed(video: FilePath, status: Int32, says: String)
  case wrongCount(video: FilePath, expected: Int, got: Int)

  public var description: String {
    switch self {
    case .noFFmpeg: "ffmpeg: not found on PATH, and --split needs it; install it, on Debian with apt-get install ffmpeg"
    case .tooManyParts(let count): "\(count) parts are more than one call of ffmpeg can be told of; raise --min-scene-len"
    case .failed(let video, let status, let says):
      "\(video.string): ffmpeg could not cut it (status \(status)): \(says.isEmpty ? "it said nothing" : says); try the other --split-mode"
    case .wrongCount(let video, let expected, let got):
      "\(video.string): ffmpeg made \(got) parts, expected \(expected); its times may be damaged; try the other --split-mode"
    }
  }

  /// Something has to be installed first.
  public var isMissingComponent: Bool { self == .noFFmpeg }
}

/// Cuts a video file at its scenes, with ffmpeg as a child process: the whole file in one go, sound included.
///
/// Parts never overlap, so they add up to the video.
public struct SceneSplitter: ~Copyable {
  public enum Mode: String, CaseIterable, Sendable {
    /// Streams are copied: fast and without loss, but a part can only begin at a key frame.
    case copy
    /// Every part begins at its scene's first frame: video becomes H.264 (CRF 18), sound AAC, the file MP4.
    case exact
  }

  /// A part of the video to be.
  public struct Part: Hashable, Sendable {
    public let frames: Range<Int>
    public let seconds: Range<Double>
    /// Just before the first frame, so that no rounding takes it to the part before. Nil for the first.
    let cutSeconds: Double?
  }

  public let mode: Mode
  private let ffmpeg: FilePath
  private let files: StagedFiles
  private var madeParts = 0

  /// Looks for ffmpeg and claims the folder, so that a run learns before its work that it cannot split.
  ///
  /// - Throws: ``SplitError`` or ``ArchiveError``.
  public init(_ mode: Mode, into folder: FilePath, of video: FilePath, naming: OutputNaming = .init()) throws {
    guard let ffmpeg = ChildProcess.find("ffmpeg") else { throw SplitError.noFFmpeg }
    let files = try StagedFiles(in: folder, for: naming.named(after: video, suffix: ".parts"), sparing: naming.inputs)
    self.mode = mode
    self.ffmpeg = ffmpeg
    self.files = files
  }

  /// The parts that `list` makes in this mode.
  ///
  /// The first begins with the video and the last ends with it. Dropped scenes go to the part before them.
  ///
  /// - Parameter keyFrames: of the whole video; only looked at when copying. A scene moves to the key frame nearest to its start, and joins
  ///   the scene before where none is its own.
  public func parts(of list: SceneList, keyFrames: [FrameTime]) -> [Part] {
    let starts: [(frame: Int, pts: Int64)] =
      switch mode {
      case .exact: list.scenes.dropFirst().map { ($0.frames.lowerBound, $0.pts.lowerBound) }
      case .copy: Self.keyFrameStarts(list, keyFrames)
      }
    let end = list.scenes.last?.pts.upperBound ?? list.startPTS
    func seconds(_ pts: Int64) -> Double { list.timeBase.seconds(pts - list.startPTS) }
    let bounds = [(0, 0.0)] + starts.map { ($0.frame, seconds($0.pts)) } + [(list.frameCount, seconds(end))]
    // A quarter of a tick, but more than the microsecond that ffmpeg's options resolve.
    let margin = max(list.timeBase.doubleValue / 4, 2e-6)
    let cuts = [nil] + starts.map { seconds($0.pts) - margin }
    return zip(zip(bounds, bounds.dropFirst()), cuts).map { bounds, cut in
      Part(frames: bounds.0.0..<max(bounds.0.0, bounds.1.0), seconds: bounds.0.1..<max(bounds.0.1, bounds.1.1), cutSeconds: cut)
    }
  }

  private static func keyFrameStarts(_ list: SceneList, _ keyFrames: [FrameTime]) -> [(frame: Int, pts: Int64)] {
    var starts: [(frame: Int, pts: Int64)] = []
    for scene in list.scenes.dropFirst() {
      let start = scene.pts.lowerBound
      let nearest = keyFrames.min { ($0.pts - start).magnitude < ($1.pts - start).magnitude }
      if let nearest, nearest.index > starts.last?.frame ?? 0 { starts.append((nearest.index, nearest.pts)) }
    }
    return starts
  }

  /// What a part's name ends in.
  public func suffix(for stream: StreamDescription) -> String { mode == .exact ? ".mp4" : Container(stream).suffix }

  /// Runs ffmpeg.
  ///
  /// - Parameter startSeconds: when the first frame is shown, by the file's own clock.
  /// - Throws: ``SplitError``; nothing is left behind then.
  public mutating func split(
    _ video: FilePath, _ stream: StreamDescription, startSeconds: Double, into parts: [Part], cancellation: Cancellation? = nil
  ) throws {
    let cuts = parts.compactMap(\.cutSeconds).map { String($0) }.joined(separator: ",")
    guard cuts.utf8.count < 120_000 else { throw SplitError.tooManyParts(parts.count) }
    let container = mode == .exact ? Container.mp4 : Container(stream)
    // Times count from the first frame, whatever other streams begin with.
    var arguments = ["-nostdin", "-hide_banner", "-v", "error", "-copyts", "-itsoffset", String(-startSeconds), "-i"].map {
      Array($0.utf8)
    }
    arguments.append(Array("file:".utf8) + video.bytes)
    var options = ["-map", "0:\(stream.streamIndex)", "-map", "0:a?", "-map_chapters", "-1"]
    switch mode {
    case .copy: options += ["-c", "copy"]
    case .exact:
      options += [
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-c:a", "aac",
      ]
      if stream.codedWidth % 2 != 0 || stream.codedHeight % 2 != 0 { options += ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"] }
      if !cuts.isEmpty { options += ["-force_key_frames", cuts] }
    }
    options += ["-f", "segment", "-segment_format", container.muxer, "-reset_timestamps", "1", "-avoid_negative_ts", "disabled"]
    // Without a cut there is one part: a time that never comes.
    options += ["-segment_times", cuts.isEmpty ? "1000000000" : cuts]
    arguments += options.map { Array($0.utf8) }
    // ffmpeg takes a per cent sign in the name for a place to count in.
    let pattern =
      files.path.bytes.flatMap { $0 == UInt8(ascii: "%") ? [$0, $0] : [$0] } + Array("/part-%06d\(container.suffix)".utf8)
    arguments.append(Array("file:".utf8) + pattern)
    do throws(ChildProcess.Failure) {
      try ChildProcess.run(ffmpeg, arguments, log: files.draft("log"), isCancelled: { cancellation?.isCancelled == true })
    } catch { throw SplitError.failed(video: video, status: error.status, says: error.lastWords) }
    madeParts = 0
    while FileSystem.exists(files.draft(Self.draft(madeParts, container))) { madeParts += 1 }
    guard madeParts == parts.count else { throw SplitError.wrongCount(video: video, expected: parts.count, got: madeParts) }
  }

  private static func draft(_ index: Int, _ container: Container) -> String {
    "part-\(Timecode.padded(index, 6))\(container.suffix)"
  }

  /// - Throws: ``ArchiveError`` `exists` for the first of `names` that is there already, unless `replace`.
  public func requireFree(_ names: [FilePath], replace: Bool) throws(ArchiveError) {
    try files.requireFree(names, replace: replace)
  }

  /// Gives the parts their names.
  public func publish(_ stream: StreamDescription, as names: [FilePath]) throws(ArchiveError) {
    precondition(names.count == madeParts, "\(madeParts) parts with \(names.count) names")
    let container = mode == .exact ? Container.mp4 : Container(stream)
    try files.publish(names.enumerated().map { (draft: Self.draft($0, container), name: $1) })
  }
}

/// What parts are muxed into: the video's own kind of file, or Matroska, which takes anything.
private enum Container {
  case mp4, mkv, webm, ts, ogg, avi

  init(_ stream: StreamDescription) {
    let names = stream.container.split(separator: ",")
    self =
      if names.contains("mp4") { .mp4 } else if names.contains("mpegts") { .ts } else if names.contains("ogg") { .ogg }
      // The demuxer is the same for both; WebM is Matroska with few codecs.
      else if names.contains("webm") {
        ["vp8", "vp9", "av1"].contains(stream.codec) ? .webm : .mkv
      } else if names.contains("avi") { .avi } else { .mkv }
  }

  var muxer: String {
    switch self {
    case .mp4: "mp4"
    case .mkv: "matroska"
    case .webm: "webm"
    case .ts: "mpegts"
    case .ogg: "ogg"
    case .avi: "avi"
    }
  }

  var suffix: String {
    switch self {
    case .mp4: ".mp4"
    case .mkv: ".mkv"
    case .webm: ".webm"
    case .ts: ".ts"
    case .ogg: ".ogg"
    case .avi: ".avi"
    }
  }
}
