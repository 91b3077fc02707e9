internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Which shots an edit puts beside each other.
package enum Neighbours: Sendable {
  /// Half of the time one of the same source, as films do.
  case mixed
  /// Never of the same source, if there are two: what is on both sides of a boundary has nothing in common.
  case apart
}

/// Makes videos with known cuts and transitions out of reels of real footage, encoded by ffmpeg.
///
/// Cuts, dissolves, fades through black and white, wipes, slides, pushes and zooms of 2 to 60 frames, at 12 to 60 frames a second, some of
/// them at a variable rate; grain, letterbox, logo, compression from good to poor. And what is no boundary: flashes, strobe, exposure ramps, whip
/// pans, zooms, captions and pictures that appear, something close passing by, a shaking camera, and jumps of a camera that stays.
package struct EditMaker: Sendable {
  /// Goes up whenever a plan gives other pictures than before.
  static let version = 1

  package let reels: [Reel]
  package let neighbours: Neighbours
  package let seed: UInt64
  /// Of the pictures before they are encoded.
  var (width, height) = (Reel.width, Reel.height)
  private let ffmpeg: FilePath

  /// - Throws: ``TrainingError/noFFmpeg``
  package init(_ reels: [Reel], neighbours: Neighbours = .mixed, seed: UInt64) throws(TrainingError) {
    guard let ffmpeg = Installation.current().program(named: "ffmpeg") else { throw .noFFmpeg }
    self.reels = reels
    self.neighbours = neighbours
    self.seed = seed
    self.ffmpeg = ffmpeg
  }

  /// What programme `index` is made of.
  ///
  /// - Throws: ``DecodingError`` if a frame of a reel is no JPEG.
  func plan(_ index: Int) throws(DecodingError) -> EditPlan {
    var planner = EditPlanner(reels, neighbours: neighbours, seed: seed, name: "edit \(index)")
    return try planner.plan()
  }

  /// Makes programme `index` as a Matroska file, replacing what is there.
  ///
  /// - Throws: `DecodingError`, `ArchiveError`, ``TrainingError/ffmpeg(status:lastWords:)``, `CancellationError`
  package func make(_ index: Int, at path: FilePath, cancellation: Cancellation? = nil) throws -> EditTruth {
    try make(try plan(index), at: path, cancellation: cancellation)
  }

  func make(_ plan: EditPlan, at path: FilePath, cancellation: Cancellation?) throws -> EditTruth {
    let raw = Self.aside(path, "rgb")
    let draft = Self.aside(path, "mkv")
    let log = Self.aside(path, "log")
    defer { for file in [raw, draft, log] { try? FileSystem.remove(file) } }
    do {
      let frames = try StagedFile(raw, replace: true)
      var renderer = EditRenderer(plan, reels, width: width, height: height)
      for frame in 0..<plan.frameCount {
        try cancellation?.check()
        try frames.append(try renderer.picture(frame).rgb)
      }
      try frames.publish()
    }
    do {
      try ChildProcess.run(ffmpeg, arguments(plan, from: raw, to: draft), log: log, cancellation: cancellation)
    } catch let error as ChildProcess.Failure {
      throw TrainingError.ffmpeg(status: error.status, lastWords: error.lastWords)
    }
    do throws(Errno) { try FileSystem.rename(draft, to: path) } catch { throw ArchiveError(.cannotWrite(error), at: path) }
    return EditTruth(plan)
  }

  /// All that is written to make a programme: itself, and what is gone at the end.
  package static func files(for path: FilePath) -> [FilePath] {
    [path] + ["rgb", "mkv", "log"].map { aside(path, $0) }
  }

  private static func aside(_ path: FilePath, _ ending: String) -> FilePath {
    path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "edit").partial.\(ending)")
  }

  private func arguments(_ plan: EditPlan, from raw: FilePath, to draft: FilePath) -> [[UInt8]] {
    let encoding = plan.encoding
    var filters = ["scale=\(encoding.width):\(encoding.width * height / width / 2 * 2):flags=bilinear"]
    // Uneven times, each still after the one before it.
    if plan.isVariableRate { filters.append("setpts=(N+0.4*mod(N*7\\,5)/5)/(\(plan.framesPerSecond)*TB)") }
    let codec =
      encoding.codec == .h264
      ? ["-c:v", "libx264", "-preset", encoding.preset, "-crf", "\(encoding.quantizer)", "-g", "\(encoding.keyInterval)"]
      : ["-c:v", "mpeg4", "-q:v", "\(encoding.quantizer)", "-g", "\(encoding.keyInterval)"]
    let words =
      [
        "-v", "error", "-nostdin", "-y", "-threads", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "\(width)x\(height)",
        "-framerate", "\(plan.framesPerSecond)", "-i", "file:\(raw.string)", "-vf", filters.joined(separator: ","), "-fps_mode",
        "passthrough", "-pix_fmt", "yuv420p",
      ] + codec + ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "matroska", "file:\(draft.string)"]
    return words.map { Array($0.utf8) }
  }
}
