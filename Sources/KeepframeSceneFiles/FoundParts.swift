package import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeSystem
package import SystemPackage

/// Saves parts of videos, each in a file of its own, encoded again so that it begins and ends where
/// it should.
package struct FoundParts: ~Copyable {
  /// A part to save.
  package struct Part: Hashable, Sendable {
    package let video: FilePath
    /// Since the first frame of the video.
    package let seconds: Range<Double>
    /// Of the file, without a folder.
    package let name: String

    package init(video: FilePath, seconds: Range<Double>, name: String) {
      (self.video, self.seconds, self.name) = (video, seconds, name)
    }
  }

  private let ffmpeg: FFmpegProgram
  private let files: StagedFiles

  /// Looks for ffmpeg and claims the folder.
  ///
  /// - Throws: ``SplitError`` or ``ArchiveError``.
  package init(into folder: FilePath, sparing inputs: InputFiles) throws {
    let ffmpeg = try FFmpegProgram()
    files = try StagedFiles(in: folder, for: "found.parts", sparing: inputs)
    self.ffmpeg = ffmpeg
  }

  /// All parts get their names once all of them are made.
  ///
  /// - Throws: ``SplitError``, ``ArchiveError``, ``DecodingError`` of a video that is not there any
  ///   more; `CancellationError`. Nothing is left behind then.
  package mutating func save(_ parts: [Part], replace: Bool, cancellation: Cancellation? = nil) throws {
    try files.requireFree(parts.map { FilePath($0.name) }, replace: replace)
    let streams = try parts.map { try VideoReader($0.video, cancellation: cancellation).stream }
    for (index, part) in parts.enumerated() {
      try ffmpeg.encode(
        part.video, streams[index], seeking: ["-ss", "\(part.seconds.lowerBound)"],
        options: ["-t", "\(part.seconds.upperBound - part.seconds.lowerBound)", "-f", "mp4"],
        to: files.draft("\(index).mp4").bytes, in: files.folder, log: files.draft("log"), cancellation: cancellation)
    }
    try files.publish(parts.enumerated().map { (draft: "\($0).mp4", name: FilePath($1.name)) })
  }
}
