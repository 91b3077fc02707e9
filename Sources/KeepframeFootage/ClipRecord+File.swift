internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics

extension ClipRecord {
  /// The record as the tensors of a file.
  func tensors() -> [SafetensorsFile.Tensor] {
    func column(_ name: String, _ values: [Int64]) -> SafetensorsFile.Tensor {
      .init(name: name, shape: [values.count], elements: .int64(values))
    }
    let jpegs = stills.flatMap(\.jpeg)
    return [
      column("duration_us", [durationMicroseconds]), column("time_us", microseconds),
      .init(
        name: "shots", shape: [shots.count, 2], elements: .int64(shots.flatMap { [Int64($0.lowerBound), Int64($0.upperBound)] })),
      column("still_samples", stills.map { Int64($0.sample) }), column("still_bytes", stills.map { Int64($0.jpeg.count) }),
      .init(name: "still_jpegs", shape: [jpegs.count], elements: .uint8(jpegs)),
      .init(name: "quality", Matrix(quality)), .init(name: "embeddings", embeddings),
    ] + View.allCases.compactMap { view in views[view].map { .init(name: "view.\(view.rawValue)", $0) } }
  }

  /// - Throws: ``ClipFileError`` unless the tensors are those of a clip made by `recipe`.
  init(_ file: SafetensorsFile, recipe: ClipRecipe) throws {
    func column(_ name: String) throws -> [Int64] {
      guard case .int64(let values) = file[name]?.elements else { throw ClipFileError(problem: "no column `\(name)`") }
      return values
    }
    self.init()
    guard let duration = try column("duration_us").first else { throw ClipFileError(problem: "no duration") }
    durationMicroseconds = duration
    microseconds = try column("time_us")
    let count = microseconds.count
    let bounds = try column("shots").map { Int($0) }
    guard bounds.count % 2 == 0, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }),
      bounds.allSatisfy({ (0...count) ~= $0 })
    else { throw ClipFileError(problem: "shots out of order") }
    shots = stride(from: 0, to: bounds.count, by: 2).map { bounds[$0]..<bounds[$0 + 1] }
    quality = try file.matrix("quality", rows: count, columns: 4).qualities
    embeddings = try file.matrix("embeddings", rows: count, columns: recipe.backbone.dimension)
    let viewed = (count + recipe.viewStride - 1) / recipe.viewStride
    for view in recipe.views {
      views[view] = try file.matrix("view.\(view.rawValue)", rows: viewed, columns: recipe.backbone.dimension)
    }
    guard case .uint8(let jpegs) = file["still_jpegs"]?.elements else { throw ClipFileError(problem: "no stills") }
    let (samples, lengths) = (try column("still_samples").map { Int($0) }, try column("still_bytes").map { Int($0) })
    guard samples.count == lengths.count, lengths.allSatisfy({ (0...jpegs.count) ~= $0 }), lengths.reduce(0, +) == jpegs.count,
      samples.allSatisfy({ (0..<count) ~= $0 })
    else { throw ClipFileError(problem: "stills do not add up") }
    var start = 0
    for (sample, length) in zip(samples, lengths) {
      stills.append(Still(sample: sample, jpeg: Array(jpegs[start..<start + length])))
      start += length
    }
  }
}

extension Matrix {
  /// `[count, 4]`: mean luma, standard deviation of luma, sharpness, motion.
  init(_ qualities: [FrameQuality]) {
    self.init(
      rows: qualities.count, columns: 4,
      values: qualities.flatMap { [$0.meanLuma, $0.lumaDeviation, $0.sharpness, $0.motion] })
  }

  var qualities: [FrameQuality] {
    (0..<rows).map { row in
      FrameQuality(
        meanLuma: self[row, 0], lumaDeviation: self[row, 1], sharpness: self[row, 2], motion: self[row, 3])
    }
  }
}

extension SafetensorsFile {
  /// - Throws: ``ClipFileError`` unless there is a Float32 matrix of that shape.
  func matrix(_ name: String, rows: Int, columns: Int) throws -> Matrix {
    guard let matrix = self[name].flatMap({ Matrix($0) }), matrix.rows == rows, matrix.columns == columns else {
      throw ClipFileError(problem: "no `\(name)` of [\(rows), \(columns)]")
    }
    return matrix
  }
}
