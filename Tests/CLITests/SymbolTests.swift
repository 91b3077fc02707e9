import Testing

/// Names that other libraries have, and that a program with such a library beside this package must
/// be able to link.
@Suite struct `The symbols of the package` {
  private static let hasNM = Keepframe.shell("command -v nm", []).status == 0

  @Test(.enabled(if: hasNM, "needs binutils")) func `are no names of BLAS, OpenBLAS or OpenVINO`() {
    let outcome = Keepframe.shell(#"nm --defined-only --extern-only "$1""#, [Keepframe.binary])
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let names = outcome.standardOutput.split(separator: "\n").compactMap { $0.split(separator: " ").last }
    let isOfThisProgram = names.contains("ckeepframe_sgemm")  // the names themselves fill a megabyte
    #expect(isOfThisProgram)
    let foreign = ["cblas_", "openblas_", "ov_", "inference_", "sgemm", "dgemm", "sgemv", "dgemv"]
    for name in names where foreign.contains(where: { name.hasPrefix($0) }) { Issue.record("\(name)") }
  }
}
