internal import KeepframeContext
package import KeepframeNumerics

/// An opponent without weights: makes K vectors of a clip by a fixed rule.
package enum ClosedForm: String, Hashable, Sendable, CaseIterable {
  /// The mean of each of K pieces of the clip.
  case mean
  /// The ``GeneralizedMaxPooling`` of each of K pieces of the clip.
  case gmp
  /// K clusters of the whole clip.
  case kMeans = "k-means"
  /// K slots of the whole clip.
  case slots

  /// - Returns: nil for a model with weights.
  package init?(_ kind: EncoderKind) { self.init(rawValue: kind.rawValue) }

  package var kind: EncoderKind { EncoderKind(rawValue: rawValue)! }

  /// - Parameters:
  ///   - vectors: `[N, d]`, of unit length, at least one.
  ///   - count: K, 1 or more.
  /// - Returns: `[K, d]`, rows of unit length; fewer rows where there are fewer vectors.
  package func contextVectors(of vectors: Matrix, contexts count: Int) -> Matrix {
    switch self {
    case .mean: piecewise(vectors, count) { unitMean($0) }
    case .gmp: piecewise(vectors, count) { GeneralizedMaxPooling().pool($0) }
    case .kMeans: SphericalKMeans().centres(of: vectors, count: count)
    case .slots: SlotPooling().pool(vectors, slots: min(count, vectors.rows)).vectors
    }
  }

  private func piecewise(_ vectors: Matrix, _ count: Int, _ pool: (Matrix) -> [Float]) -> Matrix {
    Matrix(stacking: equalRuns(of: vectors.rows, count).map { pool(rows(vectors, $0)) })
  }
}

/// The mean of rows, scaled to unit length.
func unitMean(_ vectors: Matrix) -> [Float] {
  let ones = Matrix(rows: 1, columns: vectors.rows, values: Array(repeating: 1, count: vectors.rows))
  let sum = matmul(ones, vectors).values
  return normalized(sum) ?? sum
}

func rows(_ matrix: Matrix, _ range: Range<Int>) -> Matrix {
  let columns = matrix.columns
  return Matrix(
    rows: range.count, columns: columns, values: Array(matrix.values[range.lowerBound * columns..<range.upperBound * columns]))
}

/// A ``ClosedForm`` that takes its vectors one by one. All but the mean keep every vector.
struct ClosedFormEncoder: SequenceEncoder {
  let form: ClosedForm
  private(set) var count = 0
  private var sum: [Float]
  private var kept: [Float] = []

  init(_ form: ClosedForm, dimension: Int) {
    self.form = form
    sum = [Float](repeating: 0, count: dimension)
  }

  mutating func append(_ vector: MemoryVector) {
    precondition(vector.values.count == sum.count, "expected [\(sum.count)], got [\(vector.values.count)]")
    count += 1
    if form == .mean {
      for index in sum.indices { sum[index] += vector.values[index] }
    } else {
      kept += vector.values
    }
  }

  func contextVectors() -> Matrix {
    guard count > 0 else { return Matrix(rows: 0, columns: sum.count) }
    if form == .mean { return Matrix(rows: 1, columns: sum.count, values: normalized(sum) ?? sum) }
    return form.contextVectors(of: Matrix(rows: count, columns: sum.count, values: kept), contexts: 1)
  }
}
