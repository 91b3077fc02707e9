import Testing

@testable import Evaluation

@Suite struct `A bootstrap interval` {
  @Test func `holds the share, and narrows with more trials`() {
    let few = [[true, false, true, true], [false, true]]
    #expect(Bootstrap.share(few) == 0.625)
    let wide = Bootstrap.interval(few)
    #expect(wide.contains(0.625))
    let many = few.map { group in (0..<100).flatMap { _ in group } }
    let narrow = Bootstrap.interval(many)
    #expect(narrow.contains(0.625) && narrow.upperBound - narrow.lowerBound < 0.3 * (wide.upperBound - wide.lowerBound))
    #expect(Bootstrap.interval(many) == narrow, "the same twice")
    #expect(Bootstrap.interval([[true, true]]) == 1...1 && Bootstrap.interval([]) == 0...0)
  }

  @Test func `is as wide as the binomial distribution says`() {
    let trials = (0..<400).map { $0 % 4 == 0 }
    let interval = Bootstrap.interval([trials])
    let deviation = (0.25 * 0.75 / 400).squareRoot()
    #expect(abs(interval.upperBound - interval.lowerBound - 2 * 1.96 * deviation) < 0.3 * deviation)
  }
}
