/// The scores of several clips and of all together. Clips without any boundary are kept apart: they
/// can only give false alarms.
package struct BoundaryReport: Sendable {
  package struct Row: Sendable {
    package let clip: String
    package let isNegative: Bool
    /// Number of frames by the truth, or else by the tool.
    package let frameCount: Int?
    /// One for each tolerance, ascending.
    package let scores: [BoundaryScore]
    /// Processor time of the detector and the decoder, if they ran.
    package let cpuSeconds: Double?
    /// Nil if the number of frames is not known.
    package let purity: ClipPurity?
  }

  /// False alarms at one tolerance, over all clips whose number of frames is known, with boundaries
  /// or without.
  package struct AlarmRate: Hashable, Sendable {
    package let tolerance: Int
    package let clips: Int
    package let frames: Int
    package let falseAlarms: Int
    /// Nil without frames.
    package var perThousandFrames: Double? { frames == 0 ? nil : 1000 * Double(falseAlarms) / Double(frames) }
  }

  package let tolerances: [Int]
  package private(set) var rows: [Row] = []

  /// - Parameter tolerances: in frames; at least one.
  package init(tolerances: [Int]) {
    precondition(!tolerances.isEmpty && tolerances.allSatisfy { $0 >= 0 }, "tolerances \(tolerances)")
    self.tolerances = Set(tolerances).sorted()
  }

  package mutating func add(
    _ clip: String, _ detections: BoundaryDetections, against truth: BoundaryTruth, cpuSeconds: Double? = nil,
    purity: ClipPurity? = nil
  ) {
    rows.append(
      Row(
        clip: clip, isNegative: truth.isNegative, frameCount: truth.frameCount ?? detections.frameCount,
        scores: tolerances.map { BoundaryScore(detections, against: truth, tolerance: $0) }, cpuSeconds: cpuSeconds,
        purity: purity))
  }

  /// The total score of the clips with boundaries (or of those without), one for each tolerance.
  package func total(negative: Bool = false) -> [BoundaryScore] {
    tolerances.indices.map { index in
      rows.filter { $0.isNegative == negative }.reduce(into: BoundaryScore(tolerance: tolerances[index])) {
        $0 += $1.scores[index]
      }
    }
  }

  /// The tally of all clips by TransNetV2's protocol, with boundaries or without, one for each
  /// tolerance.
  package func transNetV2() -> [BoundaryTally] {
    tolerances.indices.map { index in rows.reduce(into: BoundaryTally()) { $0 += $1.scores[index].transNetV2 } }
  }

  /// One for each tolerance.
  package func alarmRates() -> [AlarmRate] {
    let counted = rows.filter { $0.frameCount != nil }
    return tolerances.indices.map { index in
      AlarmRate(
        tolerance: tolerances[index], clips: counted.count, frames: counted.reduce(0) { $0 + ($1.frameCount ?? 0) },
        falseAlarms: counted.reduce(0) { $0 + $1.scores[index].falseAlarms })
    }
  }

  var cpuSeconds: Double? {
    let all = rows.compactMap(\.cpuSeconds)
    return all.isEmpty ? nil : all.reduce(0, +)
  }

  /// The purity of the clips with boundaries (or of those without); nil if none was measured.
  package func purity(negative: Bool = false) -> ClipPurity? {
    let all = rows.filter { $0.isNegative == negative }.compactMap(\.purity)
    return all.isEmpty ? nil : all.reduce(into: ClipPurity()) { $0 += $1 }
  }
}
