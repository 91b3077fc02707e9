import CKeepframeBLAS
import CKeepframeScan
import Glibc
import KeepframeNumerics

/// A sample against a memory of 1,000.
func compareSimilarity() {
  let (rows, columns) = (1_000, 1_280)
  var random = SeededGenerator(seed: 2)
  func vector() -> [Float] { normalized((0..<columns).map { _ in random.gaussian() })! }
  let memory = Matrix(stacking: (0..<rows).map { _ in vector() })
  let sample = vector()
  var (mine, theirs, single) = (sample, sample, sample)
  (mine, theirs, single) = (
    [Float](repeating: 0, count: rows), .init(repeating: 0, count: rows), .init(repeating: 0, count: rows)
  )

  let ours = {
    for row in 0..<rows { mine[row] = dot(memory.values.span.extracting(memory.range(ofRow: row)), sample.span) }
  }
  let sgemv = {
    ckeepframe_sgemv(false, Int32(rows), Int32(columns), 1, memory.values, Int32(columns), sample, 1, 0, &theirs, 1)
  }
  typealias Dot = @convention(c) (Int32, UnsafePointer<Float>?, Int32, UnsafePointer<Float>?, Int32) -> Float
  guard let library = dlopen("libopenblas.so.0", RTLD_NOW), let symbol = dlsym(library, "cblas_sdot") else {
    preconditionFailure("expected OpenBLAS")
  }
  let function = unsafeBitCast(symbol, to: Dot.self)
  let sdot = {
    memory.values.withUnsafeBufferPointer { memory in
      sample.withUnsafeBufferPointer { sample in
        for row in 0..<rows {
          single[row] = function(Int32(columns), memory.baseAddress! + row * columns, 1, sample.baseAddress!, 1)
        }
      }
    }
  }
  ours()
  sgemv()
  sdot()
  let differences = (greatestDifference(mine, theirs), greatestDifference(mine, single))
  compare(
    "similarity", repetitions: 1_000,
    [Way("ours", ours), Way("sgemv", difference: differences.0, sgemv), Way("sdot", difference: differences.1, sdot)])
}

/// The projection of a window: `[100, 1280]` by `[1280, 256]`.
func compareProducts() {
  var random = SeededGenerator(seed: 3)
  func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in random.gaussian() })
  }
  let (window, projection) = (matrix(100, 1_280), matrix(1_280, 256))
  let loops = {
    var result = [Float](repeating: 0, count: window.rows * projection.columns)
    ckeepframe_plain_sgemm(
      false, false, Int32(window.rows), Int32(projection.columns), Int32(window.columns), 1, window.values,
      Int32(window.columns), projection.values, Int32(projection.columns), 0, &result, Int32(projection.columns))
    return result
  }
  compare(
    "products", repetitions: 30,
    [
      Way("ours") { _ = matmul(window, projection) },
      Way("loop", difference: greatestDifference(matmul(window, projection).values, loops())) { _ = loops() },
    ])
}

/// Moments of a library against a picture and against the samples of a clip, as floats and in codes
/// of 8 bits.
func compareRows() {
  let (rows, columns, samples) = (4_000, 256, 40)
  var random = SeededGenerator(seed: 4)
  func unit(_ count: Int) -> [Float] { (0..<count).flatMap { _ in normalized((0..<columns).map { _ in random.gaussian() })! } }
  let (moments, queries) = (unit(rows), unit(samples))
  let best = ckeepframe_best_instructions()
  // The scale of both is nearly the greatest value, so a product of codes is off by little.
  let (momentScale, queryScale) = (moments.reduce(0) { max($0, $1.magnitude) } / 127, Float(1) / 60_000)
  let momentCodes = moments.map { Int8(($0 / momentScale).rounded()) }
  let queryCodes = queries.map { Int16(max(-32_767, min(32_767, ($0 / queryScale).rounded()))) }
  for (kernel, count) in [("rows", 1), ("rows_clip", samples)] {
    var (mine, theirs) = ([Float](repeating: 0, count: count * rows), [Float](repeating: 0, count: count * rows))
    var products = [Int32](repeating: 0, count: count * rows)
    let ours = { ckeepframe_row_products(best, moments, rows, columns, queries, count, &mine, rows) }
    let codes = { ckeepframe_code_products(best, momentCodes, rows, columns, queryCodes, count, &products, rows) }
    let library = {
      if count == 1 {
        ckeepframe_sgemv(false, Int32(rows), Int32(columns), 1, moments, Int32(columns), queries, 1, 0, &theirs, 1)
      } else {
        ckeepframe_sgemm(
          false, true, Int32(count), Int32(rows), Int32(columns), 1, queries, Int32(columns), moments, Int32(columns), 0, &theirs,
          Int32(rows))
      }
    }
    ours()
    codes()
    library()
    let scaled = products.map { Float($0) * momentScale * queryScale }
    let way = count == 1 ? "sgemv" : "sgemm_rows"
    compare(kernel, repetitions: 100, [Way("ours", ours), Way(way, difference: greatestDifference(mine, theirs), library)])
    compare(
      "\(kernel)_codes", repetitions: 100,
      [Way("ours", codes), Way(way, difference: greatestDifference(scaled, theirs), library)])
  }
}
