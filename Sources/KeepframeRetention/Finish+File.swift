internal import KeepframeNumerics

/// In the file of a gate that waits for pictures: metadata `finish`, its cosine and its detail.
extension Finish {
  private static let key = "finish"

  /// - Returns: nil for a gate to which all pictures are complete.
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
