import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

/// A folder of six origins: each of two clips of ten seconds, of five scenes that are unlike each
/// other.
private enum MadeFootage {
  static let folder: FilePath = {
    do {
      let clips = try (0..<12).map { number in
        let origin = number / 2
        let scenes = (0..<5).map { scene in
          let look = "nb_colors=8:seed=\(number * 5 + scene + 1):type=\((origin + scene) % 4):speed=0.03"
          return "-f lavfi -i gradients=s=96x64:r=8:d=2:\(look)"
        }.joined(separator: " ")
        return try clip(
          "made\(number).mp4",
          "\(scenes) -filter_complex concat=n=5:v=1,noise=alls=20:allf=t:all_seed=\(number) "
            + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p")
      }
      let folder = try scratchFolder("footage")
      for (number, clip) in clips.enumerated() {
        let place = folder.appending("origin\(number / 2)")
        #expect(Keepframe.shell(#"mkdir -p "$1" && ln -s "$2" "$1/""#, [place, clip]).status == 0)
      }
      return folder
    } catch { preconditionFailure("no footage could be made: \(error)") }
  }()

  /// Of embeddings, for all tests.
  static let cache: FilePath = folder.removingLastComponent().appending("\(folder.lastComponent!.string)-cache")

  static func run(_ verb: [Word], _ options: [Word]) -> Outcome {
    Keepframe.run(
      verb + ["--footage", Word(folder), "--cache", Word(cache), "--backbone", "thumbnail", "--progress", "none"] + options)
  }
}

@Suite(.serialized) struct `Training and evaluating from the command line` {
  private let folder = Folder()

  private func path(_ name: String) -> Word { Word(folder.path.appending(name)) }
  private func bytes(_ name: String) -> [UInt8] { Folder.contents(folder.path.appending(name)) }

  @Test func `trains a gate, the same twice, that index and eval take`() throws {
    for name in ["a", "b"] {
      let outcome = MadeFootage.run(
        ["train", "gate"], ["--transitions", "30", "--steps", "5", "-o", path("\(name).safetensors")])
      #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
      #expect(outcome.standardOutput.contains("trained on 12 clips"), "\(outcome.testDescription)")
    }
    #expect(!bytes("a.safetensors").isEmpty && bytes("a.safetensors") == bytes("b.safetensors"))
    let again = MadeFootage.run(["train", "gate"], ["--transitions", "0", "-o", path("a.safetensors")])
    #expect(again.status == 73 && again.errorLines.count == 1, "\(again.testDescription)")

    let index = Keepframe.index(
      Samples.clip("cuts.mp4"), into: folder.path, "--gate", "learned", "--gate-weights", path("a.safetensors"))
    #expect(index.status == 0, "\(index.testDescription)")
    #expect(try BundleOnDisk(path: folder.path.appending("cuts.keepframe")).manifest().gate.name == "learned")

    let eval = MadeFootage.run(
      ["eval", "gate"], ["--weights", path("a.safetensors"), "--programmes", "1", "--json", path("gate.json")])
    #expect(eval.status == 0, "\(eval.testDescription)")
    for gate in ["uniform", "threshold-memory", "coverage", "learned, the rule alone", "learned, with clarity", "offline bound"] {
      #expect(eval.standardOutput.contains("\n  \(gate) "), "\(gate) in \(eval.testDescription)")
    }
    #expect(String(decoding: bytes("gate.json"), as: UTF8.self).contains(#""schema": "keepframe.eval.gate/1""#))
  }

  @Test func `trains a projection, the same twice, of footage and pictures, that eval takes`() throws {
    let pictures = try scratchFolder("pictures")
    for number in 0..<3 {
      let path = pictures.appending("\(number).png").string
      try runOrThrow("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "gradients=s=80x60:seed=\(number)", "-frames:v", "1", path])
    }
    let looks: [Word] = ["--pictures", Word(pictures), "--views", "1"]
    for name in ["a", "b"] {
      let outcome = MadeFootage.run(["train", "projection"], looks + ["--steps", "3", "-o", path("\(name).safetensors")])
      #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
      #expect(
        outcome.standardOutput.hasSuffix("trained on 120 frames of 12 clips and 3 pictures\n"), "\(outcome.testDescription)")
    }
    #expect(!bytes("a.safetensors").isEmpty && bytes("a.safetensors") == bytes("b.safetensors"))
    #expect(folder.tree().count == 2, "no checkpoint is left")
    let eval = MadeFootage.run(
      ["eval", "projection"],
      ["--views", "1", "--weights", path("a.safetensors"), "--fold", "0/2", "--queries", "40", "--json", path("p.json")])
    #expect(eval.status == 0 && eval.errorLines.isEmpty, "\(eval.testDescription)")
    for model in ["embedding, cosine", "whitened axes", "trained"] {
      #expect(eval.standardOutput.contains("\n  \(model) "), "\(model) in \(eval.testDescription)")
    }
    #expect(String(decoding: bytes("p.json"), as: UTF8.self).contains(#""schema": "keepframe.eval.projection/1""#))
    let unknown = MadeFootage.run(["train", "projection"], ["--hold-out", "blur,fog", "-o", path("c")])
    #expect(unknown.status == 64 && unknown.standardError.contains("fog"), "\(unknown.testDescription)")
  }

  @Test func `trains an encoder, the same twice, that index takes`() throws {
    for name in ["a", "b"] {
      let outcome = MadeFootage.run(["train", "encoder"], ["--steps", "2", "-o", path("\(name).safetensors")])
      #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
      #expect(outcome.standardOutput.hasSuffix("hierarchical, trained on 12 clips\n"), "\(outcome.testDescription)")
    }
    #expect(!bytes("a.safetensors").isEmpty && bytes("a.safetensors") == bytes("b.safetensors"))
    #expect(folder.tree().count == 2, "no checkpoint is left")
    let index = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--encoder", path("a.safetensors"))
    #expect(index.status == 0, "\(index.testDescription)")
  }

  @Test func `measures an encoder beside its opponents, part by part`() {
    #expect(MadeFootage.run(["train", "encoder"], ["--steps", "2", "-o", path("w")]).status == 0)
    func eval(_ part: Word, _ others: [Word], _ options: Word...) -> Outcome {
      MadeFootage.run(
        ["eval", "encoder"],
        ["--weights", path("w"), "--folds", "2", "--seeds", "1", "--network-steps", "1", "--only", part] + options
          + others.flatMap { ["--without", $0] })
    }
    let recall = eval("recall", ["rnn", "lstm", "tcn"], "--recall", "30", "--recall-steps", "1", "--json", path("recall.json"))
    #expect(recall.status == 0 && recall.errorLines.isEmpty, "\(recall.testDescription)")
    #expect(recall.standardOutput.hasPrefix("What followed a cue"), "\(recall.testDescription)")
    for name in ["exact", "reader", "gru"] {
      #expect(recall.standardOutput.contains("\n  \(name) "), "\(recall.testDescription)")
    }
    #expect(!recall.standardOutput.contains("\n  lstm "), "\(recall.testDescription)")
    #expect(String(decoding: bytes("recall.json"), as: UTF8.self).contains(#""recall_training": {"#))

    let networks: [Word] = ["rnn", "lstm", "gru", "tcn", "flat-attention"]
    let finding = eval("finding", networks, "--only", "re-edits", "--longest", "30", "--json", path("finding.json"))
    #expect(finding.status == 0 && finding.errorLines.isEmpty, "\(finding.testDescription)")
    #expect(finding.standardOutput.hasPrefix("Finding the programme: programmes of 5 to 8 pieces"), "\(finding.testDescription)")
    #expect(!finding.standardOutput.contains("followed a cue") && !finding.standardOutput.contains("300 vectors"))
    for name in ["gmp", "k-means", "slots"] {
      #expect(finding.standardOutput.contains("\n  \(name) "), "\(finding.testDescription)")
    }
    #expect(String(decoding: bytes("finding.json"), as: UTF8.self).contains(#""schema": "keepframe.eval.encoder/2""#))

    #expect(finding.standardOutput.contains("\nTelling re-edits apart"), "\(finding.testDescription)")
  }

  @Test func `measures cost without footage`() {
    let outcome = Keepframe.run(
      "eval", "cost", "--longest", "100", "--repetitions", "1", "--json", path("cost.json"), "--without", "rnn", "--without",
      "gru", "--without", "tcn")
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    #expect(outcome.standardOutput.contains("\n  hierarchical        327936  "), "\(outcome.testDescription)")
    #expect(outcome.standardOutput.contains("\n  lstm                327936  "), "the projection is counted on both sides")
    #expect(String(decoding: bytes("cost.json"), as: UTF8.self).contains(#""body_step": {"#))
  }

  struct TooLittle: Sendable, CustomTestStringConvertible {
    let verb: [String]
    let says: String
    var testDescription: String { verb.joined(separator: " ") }
  }

  @Test(arguments: [
    TooLittle(verb: ["train", "gate", "-o", "w"], says: "footage: 5 sources are needed, 2 found; add videos of other origin"),
    TooLittle(
      verb: ["train", "encoder", "-o", "w"],
      says: "footage: 64 sampled frames with views are needed, 40 found; add more or longer videos"),
    TooLittle(verb: ["eval", "gate"], says: "footage: 3 sources are needed, 2 found; add videos of other origin"),
    TooLittle(
      verb: ["eval", "encoder", "--folds", "4"], says: "footage: 4 sources are needed, 2 found; add videos of other origin"),
  ])
  func `says how much footage it needs`(little: TooLittle) {
    let verb = little.verb.map { $0 == "w" ? path("w.safetensors") : Word($0) }
    let outcome = Keepframe.run(
      verb + [
        "--footage", Word(MadeFootage.folder.appending("origin0")), "--cache", Word(MadeFootage.cache), "--backbone", "thumbnail",
      ])
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains(little.says), "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty, "nothing is written")
  }

  @Test func `says that a folder has no videos`() {
    let outcome = Keepframe.run("train", "gate", "--footage", Word(folder.path), "--backbone", "thumbnail", "-o", path("w"))
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("no video"), "\(outcome.testDescription)")
  }
}

/// Weights that cannot be used, each made from good ones.
@Suite struct `Bad weights` {
  private let folder = Folder()

  private func path(_ name: String) -> FilePath { folder.path.appending(name) }

  private static let options = ["--gate-weights", "--encoder", "--detector-weights"]

  /// What `keepframe train` would have made, of a backbone of `dimension`, without learning
  /// anything.
  private func weights(_ option: String, dimension: Int = 338) -> SafetensorsFile {
    func zeros(_ name: String, _ shape: [Int]) -> SafetensorsFile.Tensor {
      .init(name: name, shape: shape, elements: .float32([Float](repeating: 0, count: shape.reduce(1, *))))
    }
    switch option {
    case "--gate-weights":
      return SafetensorsFile(
        tensors: [("live_clarity", 9, 8, 1), ("ahead_clarity", 9, 8, 1)].flatMap {
          name, inputs, hidden, outputs in
          [
            zeros("\(name).hidden", [hidden, inputs]), zeros("\(name).hidden_bias", [hidden]),
            zeros("\(name).output", [outputs, hidden]), zeros("\(name).output_bias", [outputs]),
          ]
        }, metadata: ["format": "keepframe-gate-2", "backbone": "thumbnail", "dimension": "\(dimension)"])
    case "--encoder":
      return SafetensorsFile(
        tensors: [zeros("front.weight", [dimension, 4]), zeros("front.bias", [1, 4]), zeros("axes", [4, 3])]
          + ["before", "itself"].flatMap { [zeros("order.\($0).weight", [4, 2]), zeros("order.\($0).bias", [1, 2])] },
        metadata: [
          "format": "keepframe-encoder-4", "kind": "hierarchical", "input_dimension": "\(dimension)", "dimension": "4",
          "ridge": "0.3", "upper_ridge": "3", "shot_similarity": "0.4", "order_ridge": "0.3", "axes": "3", "keys": "2",
          "values": "2",
          "order_share": "0.5", "part_axes": "3", "part_keys": "2", "part_values": "2", "part_order_share": "0.2",
        ])
    default:
      let layers = [("input", 96, 2), ("output", 2, 8)] + (0..<5).map { ("layer.\($0)", 6, 2) }
      return SafetensorsFile(
        tensors: [zeros("mean", [96]), zeros("scale", [96]), zeros("judge.cut", [5]), zeros("judge.transition", [5])]
          + layers.flatMap { name, inputs, outputs in
            [zeros("0.\(name)", [inputs, outputs]), zeros("0.\(name)_bias", [outputs])]
          }, metadata: ["format": "keepframe-boundaries-3", "members": "1"])
    }
  }

  /// What `keepframe train` says instead of the option's words.
  private func verb(_ option: String) -> String {
    let word = ["--gate-weights": "gate", "--encoder": "encoder", "--detector-weights": "boundaries"][option]!
    return "`keepframe train \(word)`"
  }

  private func index(_ option: String, _ file: String) -> Outcome {
    let gate: [Word] = option == "--gate-weights" ? ["--gate", "learned"] : []
    return Keepframe.run(
      [
        "index", Word(Samples.clip("cuts.mp4")), "-o", Word(folder.path), "--backbone", "thumbnail", Word(option),
        Word(path(file)),
      ]
        + gate)
  }

  private func expectRefusal(_ outcome: Outcome, status: Int32, says words: String...) {
    #expect(outcome.status == status && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    for word in words { #expect(outcome.standardError.contains(word), "\(word) in \(outcome.testDescription)") }
    #expect(outcome.standardOutput.isEmpty && !folder.tree().keys.contains("cuts.keepframe"), "\(outcome.testDescription)")
  }

  @Test(arguments: options) func `are taken as long as nothing is wrong`(option: String) throws {
    try weights(option).write(to: path("good"))
    let outcome = index(option, "good")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
  }

  @Test(arguments: ["--gate-weights", "--encoder"]) func `of another backbone: both shapes, and what to do`(option: String) throws
  {
    try weights(option, dimension: 1280).write(to: path("other"))
    expectRefusal(index(option, "other"), status: 64, says: "[1280]", "[338]", verb(option))
  }

  @Test(arguments: options) func `of a wrong shape: the tensor, both shapes, and what to do`(
    option: String
  ) throws {
    var file = weights(option)
    let (name, expected) = [
      "--gate-weights": ("live_clarity.hidden", "[8, 9]"), "--encoder": ("front.bias", "[1, 4]"),
      "--detector-weights": ("0.layer.3", "[6, 2]"),
    ][option]!
    let tensors = file.tensors.map { tensor in
      tensor.name == name ? SafetensorsFile.Tensor(name: name, shape: [1, 3], elements: .float32([0, 0, 0])) : tensor
    }
    file = SafetensorsFile(tensors: tensors, metadata: file.metadata)
    try file.write(to: path("wrong"))
    expectRefusal(index(option, "wrong"), status: 65, says: name, "expected", expected, "[1, 3]", verb(option))
  }

  @Test(arguments: options) func `of a later version: both versions, and what to do`(
    option: String
  ) throws {
    let file = weights(option)
    let own = file.metadata["format"]!
    try SafetensorsFile(tensors: file.tensors, metadata: file.metadata.merging(["format": "keepframe-9"]) { $1 })
      .write(to: path("later"))
    expectRefusal(index(option, "later"), status: 65, says: "`\(own)`", "`keepframe-9`", verb(option))
  }

  @Test(arguments: options) func `that are cut short, are no weights, or are not there`(
    option: String
  ) throws {
    let whole = weights(option).encode()
    Folder.write(whole.prefix(whole.count / 2), to: path("cut"))
    expectRefusal(index(option, "cut"), status: 65, says: "cut")
    Folder.write("no weights".utf8, to: path("text"))
    expectRefusal(index(option, "text"), status: 65, says: "text")
    expectRefusal(index(option, "missing"), status: 66, says: "missing")
  }

  @Test(arguments: options) func `that are not finite`(option: String) throws {
    let file = weights(option)
    let first = file.tensors[0]
    let bad = SafetensorsFile.Tensor(
      name: first.name, shape: first.shape, elements: .float32([Float](repeating: .nan, count: first.shape.reduce(1, *))))
    try SafetensorsFile(tensors: [bad] + file.tensors.dropFirst(), metadata: file.metadata).write(to: path("nan"))
    expectRefusal(index(option, "nan"), status: 65, says: first.name, "NaN", verb(option))
  }
}
