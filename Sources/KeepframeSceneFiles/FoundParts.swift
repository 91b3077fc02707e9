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

  /// All parts get their names once all of them are made. Where a file's times jump, parts after
  /// the jump are not where they should be.
  ///
  /// - Throws: ``SplitError``, ``ArchiveError``, ``DecodingError`` of a video that is not there any
  ///   more; `CancellationError`. Nothing is left behind then.
  package func save(_ parts: [Part], replace: Bool, cancellation: Cancellation? = nil) throws {
    try files.requireFree(parts.map { FilePath($0.name) }, replace: replace)
    for (index, part) in parts.enumerated() {
      var reader = try VideoReader(part.video, cancellation: cancellation)
      guard try reader.advance() else { continue }
      let stream = reader.stream
      // ffmpeg counts from the container's start, which may lie before the first frame.
      let lead = Double(stream.playerMicroseconds(ofFirstFrameAt: reader.frame.pts)) / 1e6
      try ffmpeg.encode(
        part.video, stream, seeking: ["-ss", fixed(max(0, part.seconds.lowerBound + lead), digits: 6)],
        options: ["-t", fixed(part.seconds.upperBound - part.seconds.lowerBound, digits: 6), "-f", "mp4"],
        to: files.draft("\(index).mp4").bytes, in: files.folder, log: files.draft("log"), cancellation: cancellation)
    }
    try files.publish(parts.enumerated().map { (draft: "\($0).mp4", name: FilePath($1.name)) })
  }
}
