internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFootage
package import SystemPackage

/// TransNetV2's predictions for a clip, as labels. Sure predictions count as true; from unsure ones
/// nothing is learned.
///
/// The file is its `predictions.txt`. Each line holds two numbers for one frame: the probabilities
/// of a boundary's middle and of its inside.
package struct TeacherLabels: Hashable, Sendable {
  static let sure = 0.4
  static let unsure = 0.08

  /// `[T]`
  let single: [Double]
  let many: [Double]

  /// - Throws: ``TrainingError/badLabels(file:problem:)``, `ArchiveError`
  package init(contentsOf path: FilePath) throws {
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(path) } catch { throw ArchiveError(.cannotRead(error), at: path) }
    var (single, many) = ([Double](), [Double]())
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      let fields = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      guard fields.count == 2 else {
        throw TrainingError.badLabels(file: path.string, problem: "line \(number + 1): expected two numbers")
      }
      single.append(fields[0])
      many.append(fields[1])
    }
    (self.single, self.many) = (single, many)
  }

  /// Frames that may be boundaries.
  package var suspects: [Int] { single.indices.filter { max(single[$0], many[$0]) >= Self.unsure } }

  /// - Parameter strip: the same clip. It gives the exact frame of a cut, which is not always the
  ///   most likely one.
  package func labels(_ strip: ThumbnailStrip) -> BoundaryLabels {
    let steps = Self.steps(strip)
    var labels = BoundaryLabels()
    let count = min(single.count, strip.count)
    if single.count != strip.count { labels.unknown.append(max(0, count - 1)...max(count, strip.count)) }
    var frame = 0
    while frame < count {
      guard max(single[frame], many[frame]) >= Self.unsure else {
        frame += 1
        continue
      }
      let start = frame
      while frame < count, max(single[frame], many[frame]) >= Self.unsure { frame += 1 }
      add(start..<frame, steps, to: &labels)
    }
    return labels
  }

  /// Adds one stretch that may hold a boundary: as a cut, as a transition, or as unknown.
  private func add(_ range: Range<Int>, _ steps: [Double], to labels: inout BoundaryLabels) {
    let unknown = max(0, range.lowerBound - 1)...min(steps.count - 1, range.upperBound + 1)
    guard range.contains(where: { single[$0] >= Self.sure }) else {
      labels.unknown.append(unknown)
      return
    }
    let inside = range.filter { many[$0] >= 0.5 }
    if inside.count >= 5 {
      labels.transitions.append(
        EditTruth.Span(frames: inside.first! + 1...max(inside.first! + 1, inside.last!), kind: "unknown"))
      // Its exact start and end are not sure.
      labels.unknown += [inside.first! - 1...inside.first! + 1, inside.last!...inside.last! + 2].map {
        max(0, $0.lowerBound)...$0.upperBound
      }
      return
    }
    let peak = range.max { single[$0] < single[$1] }!
    let cut = (max(1, peak - 1)...min(steps.count - 1, peak + 2)).max { steps[$0] < steps[$1] }!
    // A cut changes the picture from one frame to the next. Without such a change it is no cut.
    if steps[cut] >= 4 { labels.cuts.append(cut) } else { labels.unknown.append(unknown) }
  }

  /// `[T]`, mean absolute difference from the frame before, in levels.
  private static func steps(_ strip: ThumbnailStrip) -> [Double] {
    var before: [UInt8]?
    return (0..<strip.count).map { frame in
      let luma = strip[frame].luma
      defer { before = luma }
      guard let before else { return 0 }
      return Double(zip(before, luma).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(luma.count)
    }
  }
}
