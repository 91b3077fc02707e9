import Boundaries
import Decoding
import Footage
import Gradients
import SystemPackage
import TestSupport
import Testing

@testable import Training

@Suite struct `The boundary trainer` {
  /// A real strip with labels, and one of noise: a made clip of two pictures.
  func sequence() throws -> BoundarySequence {
    let video = try clip(
      "two-patterns.mp4",
      "-f lavfi -i testsrc=s=160x90:r=25:d=2 -f lavfi -i mandelbrot=s=160x90:r=25 -filter_complex [1]trim=end=2[b];[0][b]concat -pix_fmt yuv420p -c:v libx264"
    )
    return BoundarySequence(try ThumbnailStrip(of: video), BoundaryLabels(cuts: [50]))
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
