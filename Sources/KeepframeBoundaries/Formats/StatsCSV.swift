public import KeepframeDecoding

/// The detector's measurements frame by frame, in the columns of PySceneDetect's `--stats` file.
/// Frames count from 1.
public enum StatsCSV {
  /// - Parameter metrics: The names, in the order in which the values will come; see `order(_:)`.
  public static func header(_ metrics: [String]) -> String {
    (["Frame Number", "Timecode"] + order(metrics).map { metrics[$0] }).joined(separator: ",") + "\n"
  }

  /// The line of one frame, with its newline.
  ///
  /// - Parameters:
  ///   - time: Seconds before 0 are shown as 0.
  ///   - metrics: The names that were passed to ``header(_:)``.
  ///   - values: One for each name. A value that is NaN or infinite leaves its field empty.
  public static func row(_ time: FrameTime, _ metrics: [String], _ values: [Double]) -> String {
    precondition(metrics.count == values.count, "\(metrics.count) metrics with \(values.count) values")
    let fields = order(metrics).map { values[$0].isFinite ? values[$0].description : "" }
    return ([String(time.index + 1), Timecode.clock(max(0, time.seconds))] + fields).joined(separator: ",") + "\n"
  }

  /// The order of the columns: sorted by name, as PySceneDetect does.
  private static func order(_ metrics: [String]) -> [Int] {
    metrics.indices.sorted { metrics[$0] < metrics[$1] }
  }
}
