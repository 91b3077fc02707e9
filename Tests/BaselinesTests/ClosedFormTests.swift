import KeepframeBaselines
import KeepframeContext
import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `Vectors of a clip by a rule` {
  private let a: [Float] = [1, 0, 0, 0]
  private let b: [Float] = [0, 1, 0, 0]

  @Test func `generalised max pooling counts what comes three times as what comes once`() {
    let clip = Matrix(stacking: [a, a, a, b])
    // (X X' + λ I) w = 1 has weights 1 / (3 + λ) for a and 1 / (1 + λ) for b, so the sum is [3 / (3
    // + λ), 1 / (1 + λ)].
    let pooled = GeneralizedMaxPooling(damping: 0.5).pool(clip)
    let expected = normalized([3 / 3.5, 1 / 1.5, 0, 0])!
    #expect(distance(pooled, expected) < 1e-6)
    let nearly = GeneralizedMaxPooling(damping: 1e-4).pool(clip)
    #expect(abs(nearly[0] - nearly[1]) < 1e-4)
    #expect(distance(GeneralizedMaxPooling(damping: 1e6).pool(clip), normalized([3, 1, 0, 0])!) < 1e-4, "the mean")
  }

  @Test func `generalised max pooling makes all equally like the sum, with fewer vectors than dimensions and with more`() {
    for count in [5, 40] {
      let clip = Matrix(stacking: randomMemory(count, dimension: 12).map(\.values))
      let weights = GeneralizedMaxPooling(damping: 0.1).weights(of: clip)
      for row in 0..<count {
        let products = (0..<count).reduce(0.0) { $0 + weights[$1] * Double(dot(clip[row: row], clip[row: $1])) }
        #expect(abs(products + 0.1 * weights[row] - 1) < 1e-4, "\(count) vectors, row \(row)")
      }
    }
  }

  @Test(arguments: [ClosedForm.kMeans, .slots]) func `two clusters are found, wherever their vectors stand`(form: ClosedForm) {
    let near: [Float] = normalized([1, 0.1, 0, 0])!
    let found = form.contextVectors(of: Matrix(stacking: [a, b, near, a, b, near]), contexts: 2)
    #expect(found.rows == 2)
    let ofA = normalized([2 + 2 * near[0], 2 * near[1], 0, 0])!
    for centre in [ofA, b] {
      #expect((0..<2).contains { dot(found[row: $0], centre) > 0.999 }, "\(centre) in \(found.values)")
    }
  }

  @Test func `pieces are summed up each on its own`() {
    let clip = Matrix(stacking: [a, a, a, b, b])
    // The second piece is a, b, b.
    for (form, second) in [(ClosedForm.mean, [1, 2]), (.gmp, [1 / 1.3, 2 / 2.3])] as [(ClosedForm, [Float])] {
      let found = form.contextVectors(of: clip, contexts: 2)
      #expect(found.rows == 2 && distance(found[row: 0], a) < 1e-6, "\(form)")
      #expect(distance(found[row: 1], normalized(second + [0, 0])!) < 1e-6, "\(form)")
    }
  }

  @Test(arguments: ClosedForm.allCases) func `never more vectors than were shown, all of unit length`(form: ClosedForm) {
    let clip = Matrix(stacking: randomMemory(3, dimension: 8).map(\.values))
    for (asked, made) in [(1, 1), (2, 2), (3, 3), (8, 3)] {
      let found = form.contextVectors(of: clip, contexts: asked)
      #expect(found.rows == made && found.columns == 8)
      for row in 0..<found.rows { #expect(abs(norm(found[row: row]) - 1) < 1e-5) }
    }
  }

  @Test func `one cluster, and one slot, is the mean`() {
    let clip = Matrix(stacking: randomMemory(30, dimension: 8).map(\.values))
    let mean = ClosedForm.mean.contextVectors(of: clip, contexts: 1).values
    for form in ClosedForm.allCases where form.kind.isMean(atContexts: 1) {
      #expect(distance(form.contextVectors(of: clip, contexts: 1).values, mean) < 1e-5, "\(form)")
    }
    #expect(EncoderKind.allCases.filter { $0.isMean(atContexts: 1) } == [.kMeans, .slots])
  }
}
