import Foundation
import KeepframeAutograd
import KeepframeBoundaries
import KeepframeDecoding
import KeepframeFootage
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeTraining

@Suite struct `The boundary trainer` {
  /// A real strip with labels, and one of noise: a made clip of two pictures.
  func twoPatterns() throws -> FilePath {
    try clip(
      "two-patterns.mp4",
      "-f lavfi -i testsrc=s=160x90:r=25:d=2 -f lavfi -i mandelbrot=s=160x90:r=25 -filter_complex [1]trim=end=2[b];[0][b]concat -pix_fmt yuv420p -c:v libx264"
    )
  }

  func sequence(_ labels: BoundaryLabels = BoundaryLabels(cuts: [50])) throws -> BoundarySequence {
    let video = try twoPatterns()
    return BoundarySequence(LabelledStrip(try ThumbnailStrip(of: video), labels))
  }

  @Test func `learns jumps apart from cuts`() throws {
    var labels = BoundaryLabels(jumps: [50])
    labels.knowsJumps = true
    let sequence = try sequence(labels)
    #expect(sequence.isCut.allSatisfy { $0 == 0 } && sequence.isJump.indices.filter { sequence.isJump[$0] == 1 } == [50])
    var trainer = BoundaryTrainer()
    trainer.settings.steps = 60
    trainer.settings.channels = 12
    trainer.settings.members = 1
    trainer.settings.pieces = 1
    trainer.settings.dropout = 0
    let answers = try trainer.train(edits: [sequence], real: [], heldOut: [], progress: { _ in }).answers(sequence.features)
    let jumps = answers.map { $0[BoundaryNetwork.jumpOutput] }
    #expect(jumps.indices.max { jumps[$0] < jumps[$1] } == 50 && jumps[50] > 0)
    #expect(answers.filter { $0[0] > 0 }.isEmpty, "no cut was shown")
  }

  @Test func `looks at a slow video as often as the detector does`() throws {
    let strip = try ThumbnailStrip(of: try twoPatterns())
    let slow = BoundarySequence(LabelledStrip(strip.taking(0..<100, frameRate: 2), BoundaryLabels(cuts: [50])))
    #expect(slow.frameCount == 100 && slow.count == 400)
    #expect(slow.isCut.indices.filter { slow.isCut[$0] == 1 } == [200])
  }

  @Test func `puts a label on its frame`() throws {
    let sequence = try sequence()
    #expect(sequence.count == 100 && sequence.frameCount == 100)
    #expect(sequence.isCut.indices.filter { sequence.isCut[$0] == 1 } == [50])
    #expect(sequence.features.allSatisfy { $0.count == BoundaryFeatures.count && $0.allSatisfy(\.isFinite) })
  }

  @Test func `learns a clip, and the network it gives answers as the tape did`() throws {
    let sequence = try sequence()
    var trainer = BoundaryTrainer()
    trainer.settings.steps = 60
    trainer.settings.channels = 12
    trainer.settings.members = 1
    trainer.settings.pieces = 1
    trainer.settings.dropout = 0
    var losses: [Double] = []
    let network = try trainer.train(edits: [sequence], real: [], heldOut: [], progress: { losses.append($0.loss) })
    #expect(losses.count == 60 && losses.last! < 0.2 * losses[0], "\(losses[0]) to \(losses.last!)")
    let answers = network.answers(sequence.features)
    #expect(answers.indices.max { answers[$0][0] < answers[$1][0] } == 50)

    var again = BoundaryTrainer()
    again.settings = trainer.settings
    #expect(try again.train(edits: [sequence], real: [], heldOut: [], progress: { _ in }) == network, "the same bytes again")

    let member = network.members[0]
    var parameters = Parameters<Float>()
    for (name, layer) in [("input", member.input)] + member.layers.enumerated().map({ ("layer.\($0.offset)", $0.element) })
      + [("output", member.output)]
    {
      parameters[name] = Values(rows: layer.inputs, columns: layer.outputs, values: layer.weights)
      parameters["\(name)_bias"] = Values(row: layer.bias)
    }
    let normalization = FeatureNormalization([sequence])
    let features = Values(
      rows: sequence.count, columns: BoundaryFeatures.count, values: sequence.features.flatMap { normalization.apply($0) })
    let onTape = BoundaryTrainer.answers(features, Tape(parameters, isRecording: false)).value
    for frame in 0..<sequence.count {
      for output in 0..<BoundaryNetwork.outputs {
        #expect(abs(answers[frame][output] - onTape[frame, output]) < 1e-3 * max(1, abs(onTape[frame, output])))
      }
    }
  }
}

@Suite struct `A judge of candidates` {
  @Test func `is fitted as logistic regression says`() throws {
    // One number tells; the other is noise. Newton's method ends where the penalised loss is level.
    var random = SeededGenerator(seed: 1)
    let examples = (0..<400).map { index in
      let isTrue = index % 2 == 0
      return JudgeFit.Example(
        evidence: [Double(random.gaussian()) + (isTrue ? 1.5 : -1.5), Double(random.gaussian())], isTrue: isTrue)
    }
    let weights = try #require(JudgeFit.fit(examples, weight: 1))
    #expect(weights.count == 3 && weights[0] > 1 && abs(weights[1]) < 0.5 && abs(weights[2]) < 0.5)
    let right = examples.count { (weights[0] * $0.evidence[0] + weights[1] * $0.evidence[1] + weights[2] > 0) == $0.isTrue }
    #expect(right > 350)
    func loss(_ weights: [Double]) -> Double {
      let n = Double(examples.count)
      var sum = 0.0
      for column in 0..<2 {
        let mean = examples.reduce(0) { $0 + $1.evidence[column] } / n
        let variance = examples.reduce(0) { $0 + ($1.evidence[column] - mean) * ($1.evidence[column] - mean) } / n
        sum += weights[column] * weights[column] * variance / 2
      }
      return examples.reduce(sum) { sum, example in
        let odds = weights[0] * example.evidence[0] + weights[1] * example.evidence[1] + weights[2]
        return sum + log1p(exp(example.isTrue ? -odds : odds))
      }
    }
    for index in 0..<3 {
      for step in [-0.02, 0.02] {
        var moved = weights
        moved[index] += step
        #expect(loss(moved) > loss(weights), "weight \(index)")
      }
    }
  }

  @Test func `needs ten of either kind`() {
    let few = (0..<30).map { JudgeFit.Example(evidence: [Double($0)], isTrue: $0 < 9) }
    #expect(JudgeFit.fit(few, weight: 1) == nil)
    #expect(JudgeFit().judge() == nil)
  }
}

@Suite struct `A labelled strip` {
  @Test func `keeps its labels on what they are about, backwards and hastened`() throws {
    // Frame i is of level 16 + 2 i, by which it is known again.
    let video = try clip(
      "ramp.mkv", "-f lavfi -i color=black:s=64x36:r=25:d=4,format=gray,geq=lum=16+2*N -c:v ffv1")
    let strip = try ThumbnailStrip(of: video)
    let levels = (0..<strip.count).map { strip[$0].luma[0] }
    #expect(strip.count == 100 && Set(levels).count == 100)
    let labels = BoundaryLabels(
      cuts: [31, 50], transitions: [EditTruth.Span(frames: 60...67, kind: "wipe")], unknown: [80...83, 98...100])
    let variants = LabelledStrip(strip, labels).variants
    #expect(variants.map(\.strip.count) == [100, 100, 50, 50])
    #expect(variants.map(\.strip.frameRate) == [25, 25, 12.5, 12.5])
    for variant in variants {
      let original = try (0..<variant.strip.count).map { frame in
        try #require(levels.firstIndex(of: variant.strip[frame].luma[0]))
      }
      #expect(variant.labels.cuts.count == 2 && variant.labels.transitions.count == 1)
      for cut in variant.labels.cuts {
        let sides = [original[cut - 1], original[cut]].sorted()
        #expect(labels.cuts.contains { sides[0] < $0 && $0 <= sides[1] })
      }
      for (span, frames) in zip(variant.labels.transitions, [60...67]) {
        #expect(span.kind == "wipe")
        #expect(original.indices.filter { frames.contains(original[$0]) } == Array(span.frames))
      }
      let unknown = original.indices.filter { frame in variant.labels.unknown.contains { $0.contains(frame) } }
        .map { original[$0] }
      #expect(unknown.contains { $0 == 82 } && unknown.contains { $0 >= 98 })
      #expect(unknown.allSatisfy { (79...84).contains($0) || $0 >= 97 }, "\(unknown)")
    }
  }
}

@Suite struct `Labels of a teacher` {
  func labels(_ lines: [(Double, Double)]) throws -> BoundaryLabels {
    let path = try file("teacher.txt", Array(lines.map { "\($0.0) \($0.1)\n" }.joined().utf8))
    let video = try clip(
      "two-patterns.mp4",
      "-f lavfi -i testsrc=s=160x90:r=25:d=2 -f lavfi -i mandelbrot=s=160x90:r=25 -filter_complex [1]trim=end=2[b];[0][b]concat -pix_fmt yuv420p -c:v libx264"
    )
    return try TeacherLabels(contentsOf: path).labels(try ThumbnailStrip(of: video))
  }

  @Test func `a sure peak is a cut, put on the frame that changes`() throws {
    var lines = [(Double, Double)](repeating: (0.001, 0.002), count: 100)
    lines[49] = (0.9, 0.8)
    #expect(try labels(lines).cuts == [50])
  }

  @Test func `what is unsure teaches nothing, and neither does a peak where nothing changes`() throws {
    var lines = [(Double, Double)](repeating: (0.001, 0.002), count: 100)
    lines[20] = (0.2, 0.1)
    lines[70] = (0.9, 0.4)
    let found = try labels(lines)
    #expect(found.cuts.isEmpty)
    #expect(found.unknown.contains { $0.contains(20) } && found.unknown.contains { $0.contains(70) })
  }

  @Test func `a long inside is a transition`() throws {
    var lines = [(Double, Double)](repeating: (0.001, 0.002), count: 100)
    for frame in 60..<75 { lines[frame] = (frame == 67 ? 0.9 : 0.2, 0.8) }
    let found = try labels(lines)
    #expect(found.cuts.isEmpty && found.transitions.map(\.frames) == [61...74])
  }

  @Test func `a file of something else is refused, with its line`() throws {
    let path = try file("teacher-bad.txt", Array("0.1 0.2\nhello\n".utf8))
    #expect(throws: TrainingError.badLabels(file: path.string, problem: "line 2: expected two numbers")) {
      try TeacherLabels(contentsOf: path)
    }
  }
}
