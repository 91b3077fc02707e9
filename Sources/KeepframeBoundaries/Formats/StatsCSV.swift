public import KeepframeDecoding

/// What the detector measured, frame by frame, in the columns of PySceneDetect's `--stats` file:
/// frames count from 1.
public enum StatsCSV {
  /// - Parameter metrics: names, in the order in which the values will come; see `order(_:)`.
  public static func header(_ metrics: [String]) -> String {
    (["Frame Number", "Timecode"] + order(metrics).map { metrics[$0] }).joined(separator: ",") + "\n"
  }

  /// The line of one frame, with its newline.
  ///
  /// - Parameters:
  ///   - time: seconds before 0 are shown as 0.
  ///   - metrics: names, as ``header(_:)`` took them.
  ///   - values: one for each name; one that is NaN or infinite leaves its field empty.
  public static func row(_ time: FrameTime, _ metrics: [String], _ values: [Double]) -> String {
    precondition(metrics.count == values.count, "\(metrics.count) metrics with \(values.count) values")
    let fields = order(metrics).map { values[$0].isFinite ? values[$0].description : "" }
    return ([String(time.index + 1), Timecode.clock(max(0, time.seconds))] + fields).joined(separator: ",") + "\n"
  }

  /// Columns are sorted by name, as PySceneDetect sorts them.
  private static func order(_ metrics: [String]) -> [Int] {
    metrics.indices.sorted { metrics[$0] < metrics[$1] }
  }
}
