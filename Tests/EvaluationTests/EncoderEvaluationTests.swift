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

@Suite struct `An interval over sources and libraries` {
  private func queries(_ sources: [String], libraries: Int = 8) -> [AskedQuery] {
    sources.enumerated().map { AskedQuery(sources: [$1], library: $0 % libraries) }
  }

  @Test func `is as wide as sources differ, however many queries each has`() {
    let asked = queries((0..<400).map { $0 < 200 ? "a" : "b" })
    let resamples = SourceResamples(asked)
    let apart = resamples.interval(of: (0..<400).map { $0 < 200 ? 1 : 0 })
    #expect(apart == 0...1, "one draw in four has one source alone")
    let alike = resamples.interval(of: (0..<400).map { Double($0 / 8 % 2) })
    #expect(alike.lowerBound > 0.4 && alike.upperBound < 0.6)
    #expect(resamples.interval(of: Array(repeating: 0, count: 400)) == 0...0)
    let mixed = (0..<400).map { Double($0 % 3) }
    #expect(SourceResamples(asked).interval(of: mixed) == resamples.interval(of: mixed), "the same twice")
  }

  @Test func `is as wide as libraries differ`() {
    let asked = queries(Array(repeating: "a", count: 80), libraries: 2)
    #expect(SourceResamples(asked).interval(of: (0..<80).map { Double($0 % 2) }) == 0...1)
  }

  @Test func `counts a query of two sources half for each`() {
    let query = AskedQuery(sources: ["b", "a", "b", "b"], library: 0)
    #expect(query.sources == [.init(name: "a", share: 0.25), .init(name: "b", share: 0.75)])
    // All queries show both alike, so it does not matter which source is drawn.
    let both = (0..<40).map { AskedQuery(sources: ["a", "b"], library: $0 % 40) }
    let one = (0..<40).map { AskedQuery(sources: [$0 < 20 ? "a" : "b"], library: $0 % 40) }
    let values = (0..<40).map { $0 < 20 ? 1.0 : 0 }
    func width(_ range: ClosedRange<Double>) -> Double { range.upperBound - range.lowerBound }
    #expect(width(SourceResamples(both).interval(of: values)) < 0.5 * width(SourceResamples(one).interval(of: values)))
  }

  @Test func `without queries is nothing`() { #expect(SourceResamples([]).interval(of: []) == 0...0) }
}

@Suite struct `Answers of several models` {
  private let answers: EncoderAnswers = {
    var answers = EncoderAnswers()
    for index in 0..<40 { answers.add(AskedQuery(sources: ["s\(index % 5)"], library: index % 4), chance: 0.25) }
    for seed in 0..<2 {
      answers.add((0..<40).map { $0 < 30 + 4 * seed }, of: "good", seed: seed)
      answers.add((0..<40).map { $0 < 20 }, of: "bad", seed: seed)
    }
    answers.add(Array(repeating: true, count: 20), of: "asked half", seed: 0)
    return answers
  }()

  @Test func `give a share and its spread over seeds`() throws {
    let figures = answers.figures(of: "good")
    let good = try #require(figures["good"]).share
    #expect(abs(good.mean - 0.8) < 1e-12, "of 30 and 34 among 40")
    #expect(abs(good.deviation - 0.1 / 2.0.squareRoot()) < 1e-12)
    #expect(good.interval.contains(0.8))
    #expect(try #require(figures["bad"]).share.deviation == 0 && answers.chance == 0.25)
    #expect(figures["asked half"] == nil)
  }

  @Test func `give the difference query by query, which of a model to itself is none`() throws {
    let figures = answers.figures(of: "good")
    let itself = try #require(figures["good"]).behind
    #expect(itself.mean == 0 && itself.deviation == 0 && itself.interval == 0...0)
    let bad = try #require(figures["bad"])
    #expect(abs(bad.behind.mean - 0.3) < 1e-12 && bad.behind.interval.contains(0.3))
    #expect(bad.behind.interval.lowerBound > 0, "the better one is right wherever the other is")
    let turned = try #require(answers.figures(of: "bad")["good"]).behind
    #expect(abs(turned.mean + 0.3) < 1e-12 && turned.interval.upperBound < 0)
  }
}

@Suite struct `What a step costs, by shape` {
  @Test func `for a window is its share of all that the window takes`() {
    // 10 vectors of 3: 100 products of 3, 220 + 100 to solve, one sum of 10 by 3. All of that once
    // in 10 steps, in which the 10 vectors are read.
    let weights = EncoderWeights(dimension: 3)
    let cost = StepCost.windows(weights, parts: 1, windowSize: 10, levels: 1)
    let work: Double = 300 + 220 + 100 + 30
    #expect(abs(cost.multiplyAdds - work / 10) < 1e-9)
    #expect(abs(cost.bytes - 4 * 30.0 / 10) < 1e-9)
    // Above, 10 windows of 2 parts each once in 100 steps: 400 products of 3, 1540 + 400 to solve,
    // two sums of 10 each.
    let two = StepCost.windows(weights, parts: 2, windowSize: 10, levels: 2)
    let leaf: Double = 300 + 220 + 100 + 30
    let above: Double = 1_200 + 1_540 + 400 + 60
    #expect(abs(two.multiplyAdds - leaf / 10 - above / 100) < 1e-9)
    #expect(abs(two.bytes - cost.bytes - 4 * 60.0 / 100) < 1e-9)
  }

  @Test func `for order is its maps, once a shot`() {
    let map = Projection(weight: Matrix(rows: 3, columns: 2), bias: [0, 0])
    let makeup = ContextMakeup(axes: 3, keys: 2, values: 2, orderShare: 0.4)
    let ordered = EncoderWeights(
      axes: Matrix(rows: 3, columns: 3), order: OrderHead(before: map, itself: map, shotSimilarity: 0.5), whole: makeup,
      part: makeup)
    let bare = StepCost.windows(EncoderWeights(dimension: 3), parts: 1, windowSize: 10, levels: 1)
    let cost = StepCost.windows(ordered, parts: 1, windowSize: 10, levels: 1)
    // Two maps of 3 by 2 with bias, three outer products of 2 by 2, and 12 more numbers summed for
    // each vector.
    #expect(abs(cost.multiplyAdds - bare.multiplyAdds - Double(16 + 12 + 12)) < 1e-9)
    #expect(abs(cost.bytes - bare.bytes - 4 * 16) < 1e-9)
  }

  @Test func `for a projection is its weights`() {
    let projection = Projection(weight: Matrix(rows: 24, columns: 4), bias: [1, 0, 0, 0])
    #expect(StepCost.projection(projection) == StepCost(multiplyAdds: 96, bytes: 4 * (96 + 4 + 24)))
  }

  @Test func `counts the projection for all models, and parameters that run`() throws {
    let projection = Projection(weight: Matrix(rows: 24, columns: 4), bias: [1, 0, 0, 0])
    var measurement = CostMeasurement(
      EncoderKind.allCases,
      hierarchy: EncoderModel(projection: projection, weights: EncoderWeights(dimension: projection.outputDimension)))
    measurement.settings.lengths = [100]
    measurement.settings.batch = 50
    measurement.settings.repetitions = 1
    let result = try measurement.run()
    for kind in CostMeasurement.kinds {
      let cost = try #require(result[kind.rawValue])
      #expect(cost.projectionParameters == 100 && cost.parameters == 100 + cost.bodyParameters)
      #expect((cost.bodyParameters > 50) == kind.isNetwork, "\(kind)")
      #expect(result.text.contains("\n  \(kind.rawValue) "))
      if let step = cost.step { #expect(step.bytes >= 4 * 124 && step.multiplyAdds >= 96) }
    }
    #expect(CostMeasurement.kinds.count == 7 && result["k-means"] == nil)
  }
}

@Suite struct `Evaluating encoders` {
  private func evaluation(_ parts: EncoderEvaluation.Part...) -> EncoderEvaluation {
    var evaluation = EncoderEvaluation(FootageSet(clips: madeClips(sources: 6, clipsPerSource: 3)))
    if !parts.isEmpty { evaluation.settings.parts = Set(parts) }
    evaluation.settings.libraries = 1
    evaluation.settings.queriesPerProgramme = 1
    evaluation.settings.programmes = 8
    evaluation.settings.lengths = [40, 300]
    evaluation.settings.contexts = [1, 2]
    evaluation.settings.folds = 2
    evaluation.settings.seeds = 2
    evaluation.settings.threads = 2
    evaluation.settings.cues = 10
    evaluation.settings.cost.lengths = [200, 400]
    evaluation.settings.cost.batch = 200
    evaluation.settings.cost.repetitions = 1
    evaluation.settings.recallCounts = [20]
    evaluation.settings.projection.steps = 3
    evaluation.settings.projection.dimension = 12
    evaluation.settings.network.steps = 1
    evaluation.settings.network.rateLibraries = 1
    evaluation.settings.network.reeditVectors = 24...32
    evaluation.settings.recall.steps = 1
    evaluation.settings.recall.batch = 8
    evaluation.settings.recall.checkedLengths = [3]
    return evaluation
  }

  @Test func `asks every model what the protocol asks, the same twice and on any number of threads`() throws {
    let result = try evaluation().run()
    var again = evaluation(.finding, .reedits)
    again.settings.threads = 1
    again.settings.seeds = 1
    let repeated = try again.run().answers
    #expect(!repeated.isEmpty)
    for (question, answers) in repeated {
      for (model, hits) in answers.hits {
        #expect(result.answers[question]?.hits[model]?.first == hits[0], "\(question), \(model)")
      }
    }
    let kinds = EncoderKind.allCases.map(\.rawValue) + [EncoderResult.untrained]
    for task in [EncoderQuestion.Task.finding, .findingForeign, .unseen, .unseenForeign] {
      for length in task == .finding || task == .findingForeign ? [0, 300] : [0] {
        #expect(Set(result.figures(EncoderQuestion(task, length: length, contexts: 2)).keys) == Set(kinds), "\(task) \(length)")
        let one = Set(result.figures(EncoderQuestion(task, length: length, contexts: 1)).keys)
        #expect(one == Set(kinds).subtracting(["k-means", "slots"]), "\(task) \(length)")
      }
    }
    for length in [40, 300] {
      let figures = result.figures(EncoderQuestion(.reedits, length: length))
      #expect(Set(figures.keys) == Set(kinds).subtracting(["k-means", "slots"]))
      // 8 programmes in each of 2 folds: what sums up frames without their order guesses.
      #expect(try #require(figures["mean"]).share.mean < 0.5)
    }
    let recall = Set(result.figures(EncoderQuestion(.recall, length: 20)).keys)
    #expect(recall == ["exact", "reader", "mean", "rnn", "lstm", "gru", "tcn", "flat-attention"])
    for kind in CostMeasurement.kinds { #expect(result.cost?[kind.rawValue] != nil) }
    #expect(result.rates.keys.sorted() == [0, 1] && result.rates[0]?.count == 5)

    guard case .object(let members) = result.json else {
      Issue.record("expected an object")
      return
    }
    for name in ["schema", "answers", "cost", "seeds", "sources", "read_share", "real_vectors", "recall_training", "rates"] {
      #expect(members.contains { $0.name == name }, "\(name)")
    }
    #expect(result.charts.map(\.name) == ["finding", "re-edits", "recall"])
    #expect(result.charts.allSatisfy { $0.svg.hasPrefix("<svg") && $0.svg.hasSuffix("</svg>\n") && !$0.svg.contains("nan") })
    for name in kinds + ["reader", "exact"] { #expect(result.text.contains("\n  \(name) "), "\(name)") }
  }

  @Test func `trains on some degradations, and asks about the others`() throws {
    func evaluation(_ views: Set<View>) -> EncoderEvaluation {
      var evaluation = EncoderEvaluation(
        FootageSet(clips: madeClips(sources: 6, clipsPerSource: 3).map { $0.keeping(views) }))
      evaluation.settings = self.evaluation(.unseen).settings
      evaluation.settings.models = [.hierarchical, .mean]
      return evaluation
    }
    #expect(try evaluation([.crop, .colour]).run().answers.isEmpty, "nothing to ask about")
    let error = TrainingError.tooLittleFootage(what: "degraded views of each frame", needed: 2, found: 0)
    #expect(throws: error) { _ = try evaluation([.overlay, .lowQuality]).run() }
    let answers = try evaluation([.crop, .colour, .overlay, .lowQuality]).run().answers
    #expect(Set(answers.keys.map(\.task)) == [.unseen, .unseenForeign])
  }

  @Test func `learns the projection from pictures besides, but from none of a kind that is asked about apart`() throws {
    let clips = madeClips(sources: 6, clipsPerSource: 3)
    let (training, others) = (clips.filter { $0.source != "source5" }, clips.filter { $0.source == "source5" })
    let renderings = Renderings(frames: rendered(training, strength: 1), pictures: rendered(others, strength: 1))
    func projection(_ renderings: Renderings?, of clips: [FootageClip], excluding kinds: Set<Alteration>) throws -> Projection {
      var settings = evaluation().settings.projection
      settings.pictures.excluded = kinds
      let trainer = ProjectionTrainer(clips, renderings: renderings, settings: settings)
      let start = trainer.start()
      var state = trainer.initialState(from: start, seed: 4)
      return try trainer.train(from: start, &state)
    }
    var models = EncoderModels(
      settings: evaluation().settings, given: [:], training: training, renderings: renderings, cancellation: nil)
    let (with, without) = try (
      projection(renderings, of: training, excluding: []), projection(nil, of: training, excluding: [])
    )
    #expect(with != without)
    #expect(try models.hierarchy(seed: 4).projection == with)
    var fewer = models.seeing([.crop, .colour])
    let some = training.map { $0.keeping([.crop, .colour]) }
    let apart = try projection(renderings, of: some, excluding: [.bars, .stickers, .text, .lowQuality, .blur, .mirror])
    #expect(try fewer.hierarchy(seed: 4).projection == apart)
    #expect(try apart != projection(renderings, of: some, excluding: []))
  }

  @Test func `takes weights as they are`() throws {
    // A projection to one direction whatever the frame: nothing can be found.
    let blind = Projection(weight: Matrix(rows: 24, columns: 4), bias: [1, 0, 0, 0])
    var evaluation = EncoderEvaluation(
      FootageSet(clips: madeClips()), given: [.hierarchy(EncoderModel(projection: blind, weights: EncoderWeights(dimension: 4)))])
    evaluation.settings = self.evaluation(.recall, .cost).settings
    evaluation.settings.models = [.hierarchical]
    evaluation.settings.recallCounts = [20]
    let result = try evaluation.run()
    let exact = try #require(result.answers[EncoderQuestion(.recall, length: 20)]?.hits["exact"])
    #expect(exact.count == 2 && exact[0].count { $0 } <= 2, "one in each of two memories")
    #expect(result.cost?["hierarchical"]?.projectionParameters == 24 * 4 + 4)
  }

  @Test func `needs footage of as many sources as there are folds`() {
    var evaluation = EncoderEvaluation(FootageSet(clips: madeClips(sources: 1)))
    evaluation.settings.folds = 2
    #expect(throws: FootageError.tooFewSources(found: 1, needed: 2)) { try evaluation.run() }
  }

  @Test func `finds what is there: exact search among distinct vectors is nearly always right about what followed`() throws {
    var evaluation = evaluation(.recall)
    evaluation.settings.models = [.hierarchical, .mean, .flatAttention]
    evaluation.settings.recallCounts = [20]
    let answers = try #require(try evaluation.run().answers[EncoderQuestion(.recall, length: 20)])
    let exact = try #require(answers.hits["exact"]?[0])
    #expect(exact.count { $0 } > exact.count / 2)
    #expect(answers.hits["reader"]?[0] == exact, "all of 20 vectors is read")
    #expect(try #require(answers.hits["flat-attention"]?[0]).count { $0 } > exact.count / 2)
    #expect(try #require(answers.hits["mean"]?[0]).count { $0 } <= 2, "one vector whatever the cue")
    #expect(abs(answers.chance - 0.05) < 1e-9 && answers.queries.count == exact.count)
  }
}
