import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFeatures

/// Part of the other suite, since both count live C objects.
extension `Runtime backbone` {
  @Suite struct `with words` {
    private let folder = Folder()
    private static let least = #""backbone": "clip.onnx", "length": 12, "pad": 0"#
    private static let words = "A photo of a red car."

    private func load(_ made: MadeTextModel, sidecar: String = least, tokenizer: String? = "clip") throws -> TextTower {
      let path = folder.write(made.bytes, to: "clip-text.onnx")
      folder.write("{\(sidecar)}", to: "clip-text.keepframe.json")
      if let tokenizer { folder.write(Folder.contents(ReferenceTokenizers.file(tokenizer)), to: "tokenizer.json") }
      return try TextTower(model: path, precision: .f32)
    }

    private func failure(_ made: MadeTextModel, sidecar: String = least, tokenizer: String? = "clip") throws -> String {
      let error = try #require(throws: FeatureError.self) { _ = try load(made, sidecar: sidecar, tokenizer: tokenizer) }
      return error.description.replacing(folder.path.string + "/", with: "")
    }

    /// Ids by another library, filled up.
    private func ids(_ text: String, length: Int = 12, pad: Int = 0) throws -> [Int] {
      let ids = try ReferenceTokenizers.ids("clip", of: text)
      return ids + Array(repeating: pad, count: length - ids.count)
    }

    private func expect(_ embedding: Embedding, _ raw: [Float], _ comment: Comment? = nil) throws {
      #expect(try embedding.similarity(to: Embedding(normalizing: raw)) > 0.999_99, comment)
    }

    // MARK: Embeddings

    @Test(arguments: [7, 6]) func `embeds by a model that makes one vector`(idType: Int) throws {
      let tower = try load(MadeTextModel(idType: idType, isPooled: true))
      #expect(tower.backbone == "clip.onnx")
      #expect(tower.dimension == MadeTextModel.outputWidth)
      for text in ["a", "", "red car", "café"] {
        try expect(try tower.embed(text), MadeTextModel.projected(MadeTextModel.sum(try self.ids(text))), "\(text)")
      }
    }

    @Test(arguments: [7, 6]) func `masks what fills up the text`(idType: Int) throws {
      let tower = try load(MadeTextModel(idType: idType, hasMask: true, isPooled: true))
      let ids = try ReferenceTokenizers.ids("clip", of: "red car")
      try expect(try tower.embed("red car"), MadeTextModel.projected(MadeTextModel.sum(ids)))
    }

    @Test func `pools the tokens of the text`() throws {
      let ids = try ReferenceTokenizers.ids("clip", of: "red car")
      let mean = try load(MadeTextModel(), sidecar: Self.least + #", "pooling": "mean""#)
      #expect(mean.dimension == MadeTextModel.width)
      try expect(try mean.embed("red car"), MadeTextModel.sum(ids))
      let first = try load(MadeTextModel(), sidecar: Self.least + #", "pooling": "cls""#)
      try expect(try first.embed("red car"), MadeTextModel.sum([ids[0]]))
    }

    @Test func `takes a model of fixed length`() throws {
      let tower = try load(MadeTextModel(shape: [1, 12], isPooled: true))
      try expect(try tower.embed("red car"), MadeTextModel.projected(MadeTextModel.sum(try ids("red car"))))
    }

    @Test func `puts words into the prompt, and in lower case where told`() throws {
      let sidecar = Self.least.replacing("12", with: "40")
      let prompt = #", "prompt": "A photo of a {}.", "lowercase": true"#
      let tower = try load(MadeTextModel(isPooled: true), sidecar: sidecar + prompt)
      let expected = MadeTextModel.projected(MadeTextModel.sum(try ids(Self.words, length: 40)))
      try expect(try tower.embed("RED car"), expected)
    }

    @Test func `fills up with what the tokenizer says`() throws {
      let sidecar = #""backbone": "siglip.onnx", "length": 20"#
      let tower = try load(MadeTextModel(isPooled: true), sidecar: sidecar, tokenizer: "siglip")
      let ids = try ReferenceTokenizers.ids("siglip", of: "red car")
      let filled = ids + Array(repeating: 1, count: 20 - ids.count)
      try expect(try tower.embed("red car"), MadeTextModel.projected(MadeTextModel.sum(filled)))
    }

    @Test func `embeds any text`() throws {
      let tower = try load(MadeTextModel(hasMask: true, isPooled: true))
      for text in ["", " ", "\0", String(repeating: "\u{301}", count: 50_000), String(repeating: "red ", count: 50_000)] {
        #expect(try tower.embed(text).dimension == MadeTextModel.outputWidth)
        let tokens = try tower.tokens(of: text)
        #expect(tokens.count <= 12)
        #expect(try tokens.last == tower.tokens(of: "").last, "the last token says that the text ends")
      }
    }

    /// The runtime's Gather gives zeros there, and reads no memory that is not the table's.
    @Test func `survives ids that the model does not have`() throws {
      let tower = try load(MadeTextModel(isPooled: true), sidecar: #""backbone": "clip.onnx", "length": 12, "pad": 4194303"#)
      try expect(
        try tower.embed("red car"), MadeTextModel.projected(MadeTextModel.sum(ReferenceTokenizers.ids("clip", of: "red car"))))
    }

    @Test func `may be shared between threads`() async throws {
      let tower = try load(MadeTextModel(isPooled: true))
      let texts = ["a", "red car", "a red car", "cafe"]
      let alone = try texts.map { try tower.embed($0) }
      let together = try await withThrowingTaskGroup(of: (Int, Embedding).self) { group in
        for (index, text) in texts.enumerated() { group.addTask { (index, try tower.embed(text)) } }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for index in texts.indices { #expect(together[index] == alone[index]) }
    }

    // MARK: Errors

    @Test func `says which files are missing`() throws {
      #expect(
        try failure(MadeTextModel(), tokenizer: nil)
          == "clip-text.onnx: no tokenizer tokenizer.json; copy the tokenizer.json of the model there")
      let model = folder.write(MadeTextModel().bytes, to: "alone.onnx")
      let error = try #require(throws: FeatureError.self) { _ = try TextTower(model: model) }
      #expect(error.isMissingComponent)
      #expect(
        error.description
          == #"\#(model): no sidecar alone.keepframe.json; write one such as {"backbone": "clip.onnx", "length": 77, "pad": 49407}"#
      )
    }

    @Test func `says what is wrong with sidecar and tokenizer`() throws {
      #expect(
        try failure(MadeTextModel(), sidecar: #""backbone": "clip.onnx", "length": 12"#)
          == "clip-text.onnx: what fills up a short text is not known; set pad in clip-text.keepframe.json")
      #expect(
        try failure(MadeTextModel(), sidecar: #""backbone": "clip.onnx", "length": 2, "pad": 0"#)
          == "clip-text.onnx: expected a length above the 2 tokens of every text; raise length in clip-text.keepframe.json")
      #expect(
        try failure(MadeTextModel(), sidecar: Self.least + #", "words": 1"#)
          .hasPrefix("clip-text.keepframe.json: unknown key `words`"))
      folder.write(#"{"model":{"type":"WordLevel","vocab":{}}}"#, to: "tokenizer.json")
      #expect(try failure(MadeTextModel(), tokenizer: nil) == "tokenizer.json: model: type `WordLevel` is not supported")
    }

    @Test func `says what is wrong with inputs`() throws {
      #expect(
        try failure(MadeTextModel(shape: [1, 16], isPooled: true)) == """
          clip-text.onnx: expects int64 [1,16] as `ids`, the tokens are int64 [1,12]; \
          set length to 16 in clip-text.keepframe.json
          """)
      #expect(
        try failure(MadeTextModel(shape: [2, 12], isPooled: true)).hasSuffix("; export it for one text, as int64 [1,length]"))
      let two = MadeTextModel(isPooled: true, extraInput: "position_ids")
      #expect(
        try failure(two) == """
          clip-text.onnx: has 2 inputs, `ids`, `position_ids`; name one as `input` in clip-text.keepframe.json
          """)
      #expect(
        try failure(two, sidecar: Self.least + #", "input": "ids""#) == """
          clip-text.onnx: has an input `position_ids`, which words do not fill; \
          export the text model with ids and attention_mask alone
          """)
      #expect(
        try failure(MadeTextModel(), sidecar: Self.least + #", "input": "x""#).hasSuffix(
          "has no input `x`, only `ids`; correct `input` in clip-text.keepframe.json"))
    }

    @Test func `refuses an image model`() throws {
      let path = folder.write(MadeOnnx().bytes, to: "image.onnx")
      folder.write("{\(Self.least)}", to: "image.keepframe.json")
      folder.write(Folder.contents(ReferenceTokenizers.file("clip")), to: "tokenizer.json")
      let error = try #require(throws: FeatureError.self) { _ = try TextTower(model: path) }
      #expect(
        error.description.hasSuffix(
          "expects float32 [1,3,4,6] as `pixels`, the tokens are int64 [1,12]; export it for one text, as int64 [1,length]"))
    }

    @Test func `says which pooling to set`() throws {
      #expect(
        try failure(MadeTextModel()).hasSuffix(
          "got float32 [1,12,4]; set pooling to mean or cls (clip-text.keepframe.json)"))
    }

    @Test func `does not pass zeros on`() throws {
      let tower = try load(MadeTextModel(isPooled: true, isZero: true))
      let error = try #require(throws: FeatureError.self) { try tower.embed("red car") }
      #expect(error.description.contains("cannot run the model: embedding [3]: expected a finite, non-zero length, got 0.0"))
    }

    @Test func `frees every C object`() throws {
      let before = liveInferenceObjects()
      do {
        let tower = try load(MadeTextModel(hasMask: true, isPooled: true))
        #expect(liveInferenceObjects() == before + 1, "only the session outlives loading")
        _ = try tower.embed("red car")
      }
      #expect(liveInferenceObjects() == before)
      _ = try failure(MadeTextModel())
      #expect(liveInferenceObjects() == before)
    }
  }
}
