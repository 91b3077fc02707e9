internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Makes videos of slides that are built line by line, with the times at which each is complete,
/// encoded by ffmpeg.
///
/// A deck has five to nine slides of one to seven lines. Grounds are plain or photographic, dark or
/// light. Lines appear at once or fade in. Footage may move in a corner, or fill the picture
/// between two slides, and there may be a pointer. Everything follows from the seed.
package struct DeckMaker: Sendable {
  private let reels: [Reel]
  private let pictures: [FilePath]
  private let seed: UInt64
  private let encoder: VideoEncoder

  /// - Parameters:
  ///   - reels: footage that may move in a corner.
  ///   - pictures: JPEG or PNG files that may lie behind the text.
  /// - Throws: ``TrainingError/noFFmpeg``
  package init(_ reels: [Reel], pictures: [FilePath], seed: UInt64) throws(TrainingError) {
    encoder = try VideoEncoder()
    self.reels = reels
    self.pictures = pictures
    self.seed = seed
  }

  func plan(_ index: Int) -> DeckPlan {
    var planner = DeckPlanner(reels, pictures: pictures.count, seed: seed, name: "deck \(index)")
    return planner.plan()
  }

  /// Makes deck `index` as a Matroska file, replacing an existing one.
  ///
  /// - Throws: `DecodingError`, `ArchiveError`, ``TrainingError/ffmpeg(status:lastWords:)``,
  ///   `CancellationError`
  package func make(_ index: Int, at path: FilePath, cancellation: Cancellation? = nil) throws -> DeckTruth {
    let plan = plan(index)
    let pictures = pictures
    var renderer = DeckRenderer(plan, reels) { index in
      let bytes: [UInt8]
      do throws(Errno) { bytes = try FileSystem.read(pictures[index]) } catch {
        throw ArchiveError(.cannotRead(error), at: pictures[index])
      }
      return try Picture(still: bytes, at: pictures[index], width: plan.width, height: plan.height)
    }
    let input = ["-f", "mjpeg", "-framerate", "\(plan.framesPerSecond)"]
    try encoder.encode(path, plan.encoding, input: input, cancellation: cancellation) { frames in
      for frame in 0..<plan.frameCount {
        try cancellation?.check()
        try frames.append(try renderer.jpeg(frame))
      }
    }
    return DeckTruth(plan)
  }
}
