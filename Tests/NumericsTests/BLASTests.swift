import CKeepframeBLAS
import Testing

@testable import KeepframeNumerics

/// Stands for the BLAS of a program that brings its own: with a `cblas_sgemm` of the package beside
/// it, the tests would not link.
@_cdecl("cblas_sgemm")
func blasOfTheProgram() { Issue.record("the package called a BLAS that is not its own") }

@Suite struct `OpenBLAS` {
  @Test func `is called though the program has a BLAS of its own`() {
    let a = Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])
    #expect(matmul(a, a).values == [7, 10, 15, 22])
  }

  @Test(arguments: ["libno-such-openblas.so.0", "/etc/hostname"])
  func `is missing where nothing loads, which is an error that says so`(library: String) {
    let error = #expect(throws: TensorError.self) { try tryMatmul(library: library) }
    guard case .noLibrary(let problem) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problem.contains(library))
  }

  @Test func `is missing where a library lacks its functions`() {
    #expect(throws: TensorError.noLibrary("libm.so.6 is not OpenBLAS")) { try tryMatmul(library: "libm.so.6") }
  }

  @Test func `is the library that is there`() throws {
    try tryMatmul(library: "libopenblas.so.0")
    try prepareMatmul()
  }

  // What is worked out where it is missing: whole numbers, so that the order of a sum plays no
  // part.

  @Test(arguments: [(1, 1, 1), (2, 3, 4), (5, 1, 7), (9, 16, 6)], [(false, false), (false, true), (true, false), (true, true)])
  func `multiplies matrices as plain loops do`(sizes: (Int32, Int32, Int32), transposed: (Bool, Bool)) {
    let (m, n, k) = sizes
    let (strideA, strideB) = (transposed.0 ? m : k, transposed.1 ? k : n)
    func numbers(_ count: Int32, _ step: Int32) -> [Double] { (0..<count).map { Double($0 * step % 11 - 5) } }
    let (a, b) = (numbers(m * k, 7), numbers(k * n, 3))
    for beta in [0.0, 1, 2] {
      var (plain, fast) = (numbers(m * n, 5), numbers(m * n, 5))
      var (plainFloats, fastFloats) = (plain.map { Float($0) }, fast.map { Float($0) })
      ckeepframe_plain_dgemm(transposed.0, transposed.1, m, n, k, 3, a, strideA, b, strideB, beta, &plain, n)
      ckeepframe_dgemm(transposed.0, transposed.1, m, n, k, 3, a, strideA, b, strideB, beta, &fast, n)
      #expect(plain == fast)
      let (x, y) = (a.map { Float($0) }, b.map { Float($0) })
      ckeepframe_plain_sgemm(transposed.0, transposed.1, m, n, k, 3, x, strideA, y, strideB, Float(beta), &plainFloats, n)
      ckeepframe_sgemm(transposed.0, transposed.1, m, n, k, 3, x, strideA, y, strideB, Float(beta), &fastFloats, n)
      #expect(plainFloats == fastFloats && plain == plainFloats.map { Double($0) })
    }
  }

  @Test(arguments: [(1, 1), (3, 5), (8, 2)], [false, true])
  func `multiplies a matrix and a vector as plain loops do`(sizes: (Int32, Int32), transposed: Bool) {
    let (m, n) = sizes
    let a = (0..<m * n).map { Double($0 * 7 % 11 - 5) }
    let x = (0..<2 * max(m, n)).map { Double($0 % 5 - 2) }
    var (plain, fast) = ([Double](repeating: .nan, count: Int(max(m, n))), [Double](repeating: .nan, count: Int(max(m, n))))
    ckeepframe_plain_dgemv(transposed, m, n, 2, a, n, x, 2, 0, &plain, 1)
    ckeepframe_dgemv(transposed, m, n, 2, a, n, x, 2, 0, &fast, 1)
    let count = Int(transposed ? n : m)
    #expect(plain.prefix(count).elementsEqual(fast.prefix(count)) && plain.prefix(count).allSatisfy(\.isFinite))
    var (plainFloats, fastFloats) = (plain.map { Float($0) }, fast.map { Float($0) })
    ckeepframe_plain_sgemv(transposed, m, n, 2, a.map { Float($0) }, n, x.map { Float($0) }, 2, 1, &plainFloats, 1)
    ckeepframe_sgemv(transposed, m, n, 2, a.map { Float($0) }, n, x.map { Float($0) }, 2, 1, &fastFloats, 1)
    #expect(plainFloats.prefix(count).elementsEqual(fastFloats.prefix(count)))
  }
}
