internal import KeepframeNumerics

/// In the file of a gate that was taught what matters: tensors `worth.weight` [D] and `worth.bias`
/// [1]; metadata `worth_floor`, `worth_preference` (0 if missing) and `worth_scale` (1 if missing).
extension Worth {
  private static let floorKey = "worth_floor"
  private static let preferenceKey = "worth_preference"
  private static let scaleKey = "worth_scale"

  /// - Returns: nil if the file has no `worth.weight`. All samples then matter alike.
  init?(_ reader: inout WeightsReader, dimension: Int) throws(WeightsError) {
    guard reader.holds("worth.weight") else { return nil }
    let weight = try reader.floats("worth.weight", [dimension])
    let bias = try reader.floats("worth.bias", [1])
    let floor = try reader.value(Self.floorKey, "a number above 0 and at most 1") { text in
      Float(text).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil }
    }
    func number(_ key: String, or usual: Float, _ range: ClosedRange<Float>) throws(WeightsError) -> Float {
      guard reader.metadata[key] != nil else { return usual }
      return try reader.value(key, "a number from \(range.lowerBound) to \(range.upperBound)") { text in
        Float(text).flatMap { range.contains($0) ? $0 : nil }
      }
    }
    self.init(
      weight: weight, bias: bias[0], floor: floor, preference: try number(Self.preferenceKey, or: 0, 0...8),
      scale: try number(Self.scaleKey, or: 1, 0.001...1000))
  }

  var metadata: [String: String] {
    var metadata = [Self.floorKey: "\(floor)"]
    if scale != 1 { metadata[Self.scaleKey] = "\(scale)" }
    if preference > 0 { metadata[Self.preferenceKey] = "\(preference)" }
    return metadata
  }

  var tensors: [SafetensorsFile.Tensor] {
    [
      .init(name: "worth.weight", shape: [weight.count], elements: .float32(weight)),
      .init(name: "worth.bias", shape: [1], elements: .float32([bias])),
    ]
  }
}
