internal import CFFmpeg
internal import SystemPackage

/// Compares what a container promises with what was found when its end came.
enum Truncation {
  /// Seconds of the stream that should have followed; 0 where nothing is missing or nothing was promised.
  ///
  /// - Parameter lastTicks: the end of the last packet read, in the stream's time base; nil if there was none.
  static func missingSeconds(in demuxer: borrowing Demuxer, stream index: Int, description: StreamDescription, lastTicks: Int64?) -> Double {
    let stream = demuxer.stream(index)
    let seconds = { (ticks: Double) in ticks * description.timeBase.doubleValue }
    // An index names every packet (MP4) or some (Matroska's cues); one past what was read is a promise not kept.
    let count = avformat_index_get_entries_count(stream)
    if count > 0, let entry = avformat_index_get_entry(stream, count - 1)?.pointee, let lastTicks, entry.timestamp >= lastTicks {
      return seconds(Double(entry.timestamp) - Double(lastTicks) + max(1, oneFrame(description)))
    }
    return 0
  }

  private static func oneFrame(_ description: StreamDescription) -> Double {
    guard let rate = description.frameRate else { return 1 }
    return (1 / rate.doubleValue / description.timeBase.doubleValue).rounded()
  }
}
