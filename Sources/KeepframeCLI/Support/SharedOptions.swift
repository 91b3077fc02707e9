import ArgumentParser
import Keepframe
import SystemPackage

/// How a video is opened and read.
struct DecodingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Decoder threads; 0 uses one per core. Never changes the result. (default: 0)", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Video stream to read, counted from 0. (default: the container's best)", valueName: "n"))
  var stream: Int?

  @Option(help: ArgumentHelp("Refuse videos whose frames have more pixels than this. (default: 67108864)", valueName: "n"))
  var maxPixels: Int?

  @Option(help: ArgumentHelp("Stop after this many seconds of the video. (default: no limit)", valueName: "s"))
  var maxDuration: Double?

  func validate() throws {
    if let threads, !(0...64).contains(threads) { throw ValidationError("--threads: expected 0 to 64, got \(threads)") }
    if let stream, stream < 0 { throw ValidationError("--stream: expected 0 or more, got \(stream)") }
    if let maxPixels, maxPixels < 1 { throw ValidationError("--max-pixels: expected 1 or more, got \(maxPixels)") }
    if let maxDuration, !(maxDuration > 0 && maxDuration.isFinite) {
      throw ValidationError("--max-duration: expected more than 0 s, got \(maxDuration)")
    }
  }

  /// - Parameter defaultThreads: what `--threads` is where it is not given.
  func apply(to options: inout DecodingOptions, defaultThreads: Int = 0) {
    options.threadCount = threads ?? defaultThreads
    if let stream { options.videoStream = stream }
    if let maxPixels { options.maxPixels = maxPixels }
    if let maxDuration { options.maxDurationSeconds = maxDuration }
  }
}

/// How a run reports progress and partial results.
struct MessageArguments: ParsableArguments {
  @Option(help: ArgumentHelp("How to show progress: auto, bar, json or none.", valueName: "style"))
  var progress = ProgressStyle.auto

  @Flag(help: "Exit with 0 instead of 3 if the result is partial.")
  var allowPartial = false

  /// The exit status of a result. Prints a warning for each thing that a person should know of it.
  func status(of path: FilePath, isPartial: Bool, _ notes: SourceNotes) -> ExitStatus {
    for warning in warnings(of: path, isPartial: isPartial, notes) { Messages.warning(warning) }
    return status(isPartial: isPartial)
  }

  /// The same for a result that is reported later.
  func note(_ path: FilePath, isPartial: Bool, _ notes: SourceNotes, in reply: inout Reply) {
    for warning in warnings(of: path, isPartial: isPartial, notes) { reply.warning(warning) }
    reply.status = status(isPartial: isPartial)
  }

  private func warnings(of path: FilePath, isPartial: Bool, _ notes: SourceNotes) -> [String] {
    let lines = notes.lines + (isPartial ? ["the result is partial: \(notes.summary)"] : [])
    return lines.map { "\(PrintableText.escaping(path)): \($0)" }
  }

  private func status(isPartial: Bool) -> ExitStatus { isPartial && !allowPartial ? .partial : .ok }
}

extension DecodingDamage {
  /// `12 undecodable packets, 3.4 s missing at the end`
  var summary: String {
    func count(_ number: Int, _ one: String, _ many: String) -> String? {
      number == 0 ? nil : "\(number) \(number == 1 ? one : many)"
    }
    let parts = [
      count(undecodablePackets, "undecodable packet", "undecodable packets"),
      count(concealedFrames, "frame with concealed errors", "frames with concealed errors"),
      count(synthesizedTimestamps, "frame time made up", "frame times made up"),
      missingSeconds > 0 ? "\((missingSeconds * 100).rounded() / 100) s missing at the end" : nil, readError,
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
