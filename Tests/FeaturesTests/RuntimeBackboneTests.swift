import KeepframeDecoding
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFeatures

private let runtimeIsInstalled = (try? Installation.current().runtimeLibrary()) != nil

/// Serial, so that the count of live C objects belongs to the test that looks at it.
@Suite(.serialized, .enabled(if: runtimeIsInstalled, "no inference runtime; run `make setup`"))
struct `Runtime backbone` {
  private let folder = Folder()

  /// 6x4 pixels, bytes as they are; the made model averages each channel.
  private static let plain = #""width": 6, "height": 4, "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]"#
  private static let picture = Picture.made(width: 6, height: 4)

  private func load(_ onnx: MadeOnnx, sidecar: String = plain) throws -> RuntimeBackbone {
    let path = folder.write(onnx.bytes, to: "made.onnx")
    folder.write("{\(sidecar)}", to: "made.keepframe.json")
    return try RuntimeBackbone(
      BackboneChoice(path.string, precision: .f32), model: path, threads: 1,
      installation: .current(networks: folder.path.appending("networks")))
  }

  private func failure(_ onnx: MadeOnnx, sidecar: String = plain) throws -> String {
    let error = try #require(throws: FeatureError.self) { _ = try load(onnx, sidecar: sidecar) }
    #expect(!error.isMissingComponent)
    return error.description
  }

  /// Channel means of ``picture``, scaled to unit length.
  private func expectedMeans() throws -> Embedding {
    let rgb = Self.picture.rgb
    let sums = (0..<3).map { c in stride(from: c, to: rgb.count, by: 3).reduce(0) { $0 + Float(rgb[$1]) } }
    return try Embedding(normalizing: sums)
  }

  // MARK: The default model

  @Test func `gives the reference embedding`() throws {
    let backbone = try RuntimeBackbone(precision: .f32)
    #expect(backbone.description.name == "efficientnet-lite0")
    #expect(backbone.description.precision == "f32")
    #expect(backbone.description.dimension == 1280)
    #expect(backbone.description.modelDigest?.count == 64)
    let embedding = try backbone.embed(.made(width: 224, height: 224))
    let actual = stride(from: 0, to: 1280, by: referenceStep).map { embedding.values[$0] }
    for (index, (got, expected)) in zip(actual, referenceEmbedding).enumerated() {
      #expect(abs(got - expected) < 1e-4, "number \(index * referenceStep)")
    }
  }

  @Test func `gives one picture one embedding, in any instance`() throws {
    let first = try RuntimeBackbone(precision: .f32)
    let second = try RuntimeBackbone(precision: .f32)
    let picture = Picture.made(width: 224, height: 224)
    let embedding = try first.embed(picture)
    #expect(try first.embed(picture) == embedding)
    #expect(try second.embed(picture) == embedding)
    #expect(first.description == second.description)
  }

  /// 0.9962 was the least of ten frames of film; a wrong conversion gives 0.9 and less.
  @Test(.enabled(if: Precision.auto.resolved == .bf16, "this CPU has no bf16"))
  func `says that bf16 was used, and stays near f32`() throws {
    let (f32, bf16) = (try RuntimeBackbone(precision: .f32), try RuntimeBackbone(precision: .auto))
    #expect(bf16.description.precision == "bf16")
    let picture = Picture.made(width: 224, height: 224)
    let similarity = try f32.embed(picture).similarity(to: bf16.embed(picture))
    #expect(similarity > 0.99 && similarity < 1)
  }

  @Test func `may be shared between threads`() async throws {
    let backbone = try RuntimeBackbone(precision: .f32)
    let pictures = (0..<4).map { shift in
      Picture.drawn(width: 224, height: 224) { x, y, c in (x + shift * 31) * (3 + c) + y * 2 }
    }
    let alone = try pictures.map { try backbone.embed($0) }
    let together = try await withThrowingTaskGroup(of: (Int, Embedding).self) { group in
      for (index, picture) in pictures.enumerated() { group.addTask { (index, try backbone.embed(picture)) } }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for index in pictures.indices { #expect(together[index] == alone[index]) }
  }

  // MARK: Other models

  @Test func `reads a made ONNX model and pools as told`() throws {
    let backbone = try load(MadeOnnx())
    #expect(backbone.description.name == "made.onnx")
    #expect(backbone.description.inputWidth == 6 && backbone.description.inputHeight == 4)
    #expect(try backbone.embed(Self.picture).similarity(to: expectedMeans()) > 0.999_99)

    let map = MadeOnnx(operators: ["Relu"], outputs: [("map", [1, 3, 4, 6])])
    let pooled = try load(map, sidecar: Self.plain + #", "pooling": "mean""#)
    #expect(try pooled.embed(Self.picture).similarity(to: expectedMeans()) > 0.999_99)
  }

  @Test func `fixes dimensions that the model leaves free`() throws {
    let free = MadeOnnx(input: ("pixels", 1, [-1, 3, -1, -1]), outputs: [("vector", [-1, 3, 1, 1])])
    #expect(try load(free).embed(Self.picture).similarity(to: expectedMeans()) > 0.999_99)
  }

  @Test func `digests the model and its sidecar, as cat and sha256sum do`() throws {
    let model = MadeOnnx()
    let digest = try load(model).description.modelDigest
    #expect(digest == Digest.hex(of: model.bytes + Array("{\(Self.plain)}".utf8)))
  }

  @Test func `says which size to set`() throws {
    let square = MadeOnnx(input: ("pixels", 1, [1, 3, 8, 8]))
    #expect(
      try failure(square) == """
        \(folder.path)/made.onnx: expects float32 [1,3,8,8], the pipeline makes float32 [1,3,4,6]; \
        set width and height to 8 in made.keepframe.json
        """)
    let oblong = MadeOnnx(input: ("pixels", 1, [1, 3, 4, 8]))
    #expect(try failure(oblong).hasSuffix("; set width to 8 and height to 4 in made.keepframe.json"))
  }

  @Test func `says which layout to set`() throws {
    let last = MadeOnnx(input: ("pixels", 1, [1, 4, 6, 3]), operators: ["Relu"], outputs: [("map", [1, 4, 6, 3])])
    #expect(
      try failure(last).hasSuffix(
        "expects float32 [1,4,6,3], the pipeline makes float32 [1,3,4,6]; set layout to NHWC in made.keepframe.json"))
    let pooled = try load(last, sidecar: Self.plain + #", "layout": "NHWC", "pooling": "mean""#)
    #expect(try pooled.embed(Self.picture).similarity(to: expectedMeans()) > 0.999_99)
  }

  @Test func `says which output to name, and which pooling to set`() throws {
    let two = MadeOnnx(operators: ["Relu"], outputs: [("map", [1, 3, 4, 6]), ("again", [1, 3, 4, 6])])
    #expect(try failure(two).hasSuffix("has 2 outputs, `map`, `again`; name one as `output` in made.keepframe.json"))
    #expect(
      try failure(two, sidecar: Self.plain + #", "output": "tokens""#).hasSuffix(
        "has no output `tokens`, only `map`, `again`; correct `output` in made.keepframe.json"))
    #expect(
      try failure(two, sidecar: Self.plain + #", "output": "map""#).hasSuffix(
        "expected one float32 vector with pooling none, got float32 [1,3,4,6]; set pooling to mean (made.keepframe.json)"))
  }

  @Test func `refuses inputs that are not float32`() throws {
    let halves = MadeOnnx(input: ("pixels", 10, [1, 3, 4, 6]))
    #expect(
      try failure(halves).hasSuffix(
        "expects float16 [1,3,4,6], the pipeline makes float32 [1,3,4,6]; export it with a float32 input"))
  }

  @Test func `refuses weights kept in another file`() throws {
    let outside = MadeOnnx(initializers: [field(8, "w") + number(14, 1)])
    #expect(
      try failure(outside)
        == "\(folder.path)/made.onnx: keeps weights in another file, which is refused; save it again as one file")
  }

  @Test func `passes the runtime's own words on, in one line`() throws {
    let message = try failure(MadeOnnx(operators: ["NoSuchOperator"]))
    #expect(message.contains("cannot read the model: ") && message.contains("NoSuchOperator"))
    #expect(!message.contains("\n"))
  }

  @Test func `does not pass NaN on`() throws {
    let negative = Self.plain.replacing("\"mean\": [0, 0, 0]", with: "\"mean\": [999, 999, 999]")
    let backbone = try load(MadeOnnx(operators: ["Sqrt", "GlobalAveragePool"]), sidecar: negative)
    let error = try #require(throws: FeatureError.self) { try backbone.embed(Self.picture) }
    #expect(error.description.hasPrefix("made.onnx in f32: embedding [3]: expected a finite, non-zero length, got "))
    #expect(error.description.hasSuffix("; the model or its sidecar's mean and std are at fault"))
  }

  @Test func `frees every C object, on success and on failure`() throws {
    let before = liveInferenceObjects()
    do {
      let backbone = try load(MadeOnnx())
      #expect(liveInferenceObjects() == before + 1, "only the session outlives loading")
      _ = try backbone.embed(Self.picture)
    }
    #expect(liveInferenceObjects() == before)
    _ = try failure(MadeOnnx(input: ("pixels", 1, [1, 3, 8, 8])))
    _ = try failure(MadeOnnx(operators: ["NoSuchOperator"]))
    #expect(liveInferenceObjects() == before)
  }

  // MARK: The C declarations

  /// We declare OpenVINO's API ourselves; the header in the wheel says whether the enumerators are
  /// still the same.
  @Test func `agrees with OpenVINO's header on element types`() throws {
    let header = try Installation.current().runtimeLibrary().removingLastComponent().removingLastComponent()
      .appending("include/openvino/c/ov_common.h")
    let text = String(decoding: try FileSystem.read(header, limit: 1 << 20), as: UTF8.self)
    let start = try #require(text.firstRange(of: "DYNAMIC = 0U"))
    let end = try #require(text.firstRange(of: "} ov_element_type_e;"))
    let lines = text[start.lowerBound..<end.lowerBound].split(separator: "\n")
    let names = lines.compactMap { $0.split(whereSeparator: { " ,".contains($0) }).first?.lowercased() }.map { name in
      for (short, long) in [("bf", "bfloat"), ("f", "float"), ("i", "int"), ("u", "uint")] where name.hasPrefix(short) {
        return long + name.dropFirst(short.count)
      }
      return name
    }
    #expect(names.starts(with: InferenceModel.Port.elementTypeNames))
    #expect(text.contains("OK = 0,"))
  }
}
