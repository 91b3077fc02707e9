import KeepframeBaselines
import KeepframeBoundaries
import KeepframeContext
import KeepframeFeatures
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeTraining
import Testing

@testable import KeepframeEvaluation

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

@Suite struct `Evaluating encoders` {
  private func evaluation() -> EncoderEvaluation {
    var evaluation = EncoderEvaluation(FootageSet(clips: madeClips()))
    evaluation.settings.libraries = 2
    evaluation.settings.queriesPerProgramme = 1
    evaluation.settings.folds = 2
    evaluation.settings.cues = 20
    evaluation.settings.cost.lengths = [200, 400]
    evaluation.settings.cost.batch = 200
    evaluation.settings.cost.repetitions = 1
    evaluation.settings.recallCounts = [20, 200]
    evaluation.settings.front.steps = 3
    evaluation.settings.front.dimension = 12
    evaluation.settings.network.steps = 2
    evaluation.settings.recall.steps = 2
    return evaluation
  }

  @Test func `says of every model what the protocol asks, the same twice`() throws {
    let result = try evaluation().run()
    let again = try evaluation().run()
    #expect(result.retrieval.mapValues(\.foreign) == again.retrieval.mapValues(\.foreign))
    #expect(result.recall.hits == again.recall.hits)
    guard case .object(let members) = result.json else {
      Issue.record("expected an object")
      return
    }
    let json = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let kinds = Set(EncoderKind.allCases.map(\.rawValue))
    #expect(names(json["retrieval"]) == kinds.union([EncoderResult.untrained]))
    #expect(names(json["retrieval_windowed"]) == kinds.union([EncoderResult.untrained]))
    #expect(names(json["recall"]) == kinds.union(["exact", EncoderResult.untrained]))
    #expect(names(json["cost"]) == kinds && names(json["prediction"]) == kinds)
    for name in ["seeds", "intervals", "chance", "sources", "read_share", "real_vectors", "append_us_by_length"] {
      #expect(json[name] != nil, "\(name)")
    }
    #expect(result.charts.allSatisfy { $0.svg.hasPrefix("<svg") && $0.svg.hasSuffix("</svg>\n") && !$0.svg.contains("nan") })
    for kind in kinds { #expect(result.text.contains("\n  \(kind)"), "\(kind)") }
  }

  @Test func `takes weights as they are`() throws {
    // A projection to one direction whatever the frame: nothing can be found.
    let blind = Projection(weight: Matrix(rows: 24, columns: 4), bias: [1, 0, 0, 0])
    var evaluation = EncoderEvaluation(FootageSet(clips: madeClips()), given: [.hierarchy(EncoderModel(front: blind))])
    evaluation.settings = self.evaluation().settings
    evaluation.settings.models = [.hierarchical]
    evaluation.settings.recallCounts = [20]
    let result = try evaluation.run()
    #expect(try #require(result.recall.hits["exact"]?[20]).count { $0 } <= 2, "one in each of two memories")
    #expect(result.cost?["hierarchical"]?.parameters == 24 * 4 + 4)
  }

  @Test func `needs footage of as many sources as there are folds`() {
    var evaluation = EncoderEvaluation(FootageSet(clips: madeClips(sources: 1)))
    evaluation.settings.folds = 2
    #expect(throws: FootageError.tooFewSources(found: 1, needed: 2)) { try evaluation.run() }
  }

  @Test func `finds what is there: an exact reader of distinct vectors is nearly always right`() throws {
    var evaluation = evaluation()
    evaluation.settings.models = [.hierarchical, .mean]
    evaluation.settings.recallCounts = [20]
    let result = try evaluation.run()
    let exact = try #require(result.recall.hits["exact"]?[20])
    #expect(exact.count { $0 } > exact.count / 2)
    #expect(result.recall.hits["hierarchical"]?[20] == exact, "all of 20 vectors is read")
    #expect(result.chances.allSatisfy { $0 > 0 && $0 <= 0.5 })
  }

  private func names(_ value: JSONText?) -> Set<String> {
    guard case .object(let members) = value else { return [] }
    return Set(members.map(\.name))
  }
}
