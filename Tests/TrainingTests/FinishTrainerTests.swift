import KeepframeDecoding
import KeepframeNumerics
import KeepframeRetention
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeTraining

@Suite struct `A gate that learns when slides are complete` {
  /// Slides of three lines, four seconds each, sampled once a second.
  ///
  /// - Parameters:
  ///   - line: how far a line takes the picture off, so that two states of a slide have a cosine of
  ///     1 / sqrt(1 + line squared).
  ///   - gain: by which a line raises the detail.
  private func deck(line: Float, gain: Float, kinds: String = "") throws -> DeckTrial {
    let (slides, lines, seconds) = (4, 3, 4)
    var (rows, quality): ([Float], [FrameQuality]) = ([], [])
    for slide in 0..<slides {
      for state in 0..<lines {
        // A template that all slides share, what a slide has of its own, and what a line adds.
        var row = [Float](repeating: 0, count: 1 + slides + lines)
        row[0] = 1
        row[1 + slide] = 0.9
        row[1 + slides + state] = line
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for _ in 0..<seconds {
          rows += row.map { $0 / length }
          quality.append(
            FrameQuality(meanLuma: 200, lumaDeviation: 40, sharpness: 10 * (1 + gain * Float(state)), motion: 0))
        }
      }
    }
    let count = slides * lines * seconds
    let entries = (0..<slides).map { slide in
      let start = slide * lines * seconds
      return
        #"{"start_s": \#(start), "complete_s": \#(start + 2 * seconds), "end_s": \#(start + 3 * seconds), "lines": 3}"#
    }
    let path = try scratchFolder("truth").appending("deck.mkv.json")
    try write(
      Array(
        #"{"fps": 10, "frames": \#(count * 10), "kinds": [\#(kinds)], "slides": [\#(entries.joined(separator: ","))]}"#.utf8),
      to: path)
    return DeckTrial(
      truth: try DeckTruth(contentsOf: path),
      trial: GateTrial(
        embeddings: Matrix(rows: count, columns: 1 + slides + lines, values: rows), seconds: (0..<count).map(Double.init),
        quality: quality))
  }

  private let weights = GateWeights(backbone: "test", dimension: 8)

  @Test func `takes a cosine that lines do not fall below and slides do`() throws {
    // Between slides the cosine is 1 / 1.81 = .55 and less; between states of one 1.81 / (1.81 +
    // .49) = .79.
    var trainer = FinishTrainer()
    trainer.cosines = [0.3, 0.6, 0.65, 0.7, 0.9, 0.95]
    trainer.details = [0.05]
    let result = try trainer.train([try deck(line: 0.7, gain: 0.2)], weights: weights)
    #expect((0.6...0.7).contains(result.finish.cosine), "\(result.finish)")
    #expect(result.outcome.completeCount == 4 && result.outcome.keptCount == 4, "\(result.outcome)")
    #expect(result.usual.agreement < 1, "by the usual numbers each line begins a slide: \(result.usual)")
    #expect(result.unfinished.agreement < 1)
  }

  @Test func `takes a detail that lines exceed`() throws {
    var trainer = FinishTrainer()
    trainer.cosines = [0.9]
    trainer.details = [0.01, 0.02, 0.03, 0.2, 0.4]
    // A line more raises the detail by log(10.5 / 10) = .05 and, then, log(11 / 10.5) = .05.
    let result = try trainer.train([try deck(line: 0.2, gain: 0.05)], weights: weights)
    #expect(result.finish.detail < 0.04, "\(result.finish)")
    #expect(result.outcome.completeCount == 4 && result.outcome.keptCount == 4, "\(result.outcome)")
  }

  @Test func `judges each kind by what the others teach`() throws {
    var trainer = FinishTrainer()
    trainer.cosines = [0.3, 0.6, 0.65, 0.7, 0.9, 0.95]
    trainer.details = [0.05]
    let (easy, hard) = (try deck(line: 0.2, gain: 0.2), try deck(line: 0.7, gain: 0.2, kinds: #""photo""#))
    let result = try trainer.train([easy, hard], weights: weights)
    #expect(result.heldOut.map(\.kind) == [.photo], "all decks are of no other kind")
    let alone = try trainer.train([easy], weights: weights)
    #expect(result.heldOut[0].finish == alone.finish)
    #expect(result.heldOut[0].outcome.slideCount == 4 && result.outcome.slideCount == 8)
    #expect(alone.heldOut.isEmpty)
  }

  @Test func `counts a slide once, and what is kept too much`() throws {
    let truth = try deck(line: 0.2, gain: 0.2).truth
    // Slides end each 12 s and are complete for the last four of them.
    let outcome = DeckOutcome(truth, kept: [1, 9, 10, 20, 24])
    #expect(outcome.completeCount == 2 && outcome.slideCount == 4 && outcome.keptCount == 5)
    #expect(outcome.completeShare == 0.5 && outcome.keptPerSlide == 1.25)
    #expect(abs(outcome.agreement - 4.0 / 9) < 1e-12)
    #expect((outcome + outcome).keptCount == 10)
  }
}
