internal import KeepframeNumerics

/// In the file of a gate that waits for complete pictures: metadata `finish`, the cosine and the
/// detail.
extension Finish {
  private static let key = "finish"

  /// - Returns: nil if the file has no `finish`. Every picture then counts as complete.
  init?(_ reader: WeightsReader) throws(WeightsError) {
    guard reader.metadata[Self.key] != nil else { return nil }
    self = try reader.value(Self.key, "a cosine and a share above 0") { Finish($0) }
  }

  private init?(_ text: String) {
    let numbers = text.split(separator: " ").compactMap { Float($0) }
    guard numbers.count == 2, (0...1).contains(numbers[0]), numbers[1] > 0, numbers[1] < 10 else { return nil }
    self.init(cosine: numbers[0], detail: numbers[1])
  }

  var metadata: [String: String] { [Self.key: "\(cosine) \(detail)"] }
}
