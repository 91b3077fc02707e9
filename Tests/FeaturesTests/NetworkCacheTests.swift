import Glibc
import KeepframeDecoding
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFeatures

/// Part of the other suite, since both count live C objects.
extension `Runtime backbone` {
  @Suite struct `with networks that were compiled before` {
    private let folder = Folder()
    private let model: FilePath
    private let sidecar: FilePath
    private static let picture = Picture.made(width: 6, height: 4)

    init() {
      model = folder.write(MadeOnnx(operators: ["Relu", "GlobalAveragePool"]).bytes, to: "made.onnx")
      sidecar = folder.write(#"{"width": 6, "height": 4, "mean": [0, 0, 0], "std": [1, 1, 1]}"#, to: "made.keepframe.json")
    }

    private var networks: FilePath { folder.path.appending("networks") }

    private func load(threads: Int = 1, from place: FilePath? = nil) throws -> RuntimeBackbone {
      try RuntimeBackbone(
        BackboneChoice(model.string, precision: .f32), model: model, threads: threads,
        installation: .current(networks: place ?? networks))
    }

    private func cached() throws -> FilePath {
      let names = Folder.names(in: networks)
      #expect(names.count == 1 && names.first?.extension == "network", "\(names)")
      return networks.appending(try #require(names.first))
    }

    /// Loads twice: what is there is not believed, and what is written in its place is.
    private func expectMadeAnew(_ embedding: Embedding, _ comment: Comment) throws {
      let anew = try load()
      #expect(!anew.isImported, comment)
      #expect(try anew.embed(Self.picture) == embedding, comment)
      #expect(try load().isImported, comment)
    }

    // MARK: What it is for

    @Test(arguments: [Precision.f32, .auto]) func `gives the same embeddings, bit by bit`(precision: Precision) throws {
      func load(_ place: FilePath) throws -> RuntimeBackbone {
        try RuntimeBackbone(
          BackboneChoice(precision: precision), model: nil, threads: 1, installation: .current(networks: place))
      }
      let (without, first, second) = (try load("off"), try load(networks), try load(networks))
      #expect([without.isImported, first.isImported, second.isImported] == [false, false, true])
      #expect(without.description == second.description)
      for shift in 0..<3 {
        let picture = Picture.drawn(width: 224, height: 224) { x, y, c in (x + shift * 31) * (3 + c) + y * 2 + x * y / 50 }
        let embedding = try without.embed(picture)
        #expect(try first.embed(picture) == embedding)
        #expect(try second.embed(picture) == embedding)
      }
    }

    @Test func `is written once, for this user alone, and read after that`() throws {
      #expect(try !load().isImported)
      let path = try cached()
      let status = try path.stat()
      #expect(status.permissions == .ownerReadWrite && status.type == .regular)
      let state = try FileState(of: path)
      #expect(try load().isImported)
      #expect(state.isStill(at: path))
    }

    @Test func `keeps no C object of a network that was imported`() throws {
      _ = try load()
      let before = liveInferenceObjects()
      do {
        let backbone = try load()
        #expect(backbone.isImported && liveInferenceObjects() == before + 1)
        _ = try backbone.embed(Self.picture)
      }
      #expect(liveInferenceObjects() == before)
    }

    @Test func `is another for another model, sidecar, count of threads, runtime, processor or precision`() throws {
      _ = try load()
      #expect(try !load(threads: 2).isImported)
      folder.write(#"{"width": 6, "height": 4, "mean": [1, 0, 0], "std": [1, 1, 1]}"#, to: "made.keepframe.json")
      #expect(try !load().isImported)
      folder.write(MadeOnnx().bytes, to: "made.onnx")
      #expect(try !load().isImported)
      #expect(Folder.names(in: networks).count == 4)

      func key(
        digest: String = "d", version: String = "2026", precision: String = "f32", threads: Int = 1,
        shape: [Int64] = [1, 3, 4, 6],
        features: [String] = ["a", "b"]
      ) -> String? {
        NetworkCache(
          "/c", modelDigest: digest, version: version, precision: precision, threads: threads, shape: shape, features: features)?
          .key
      }
      let keys = [
        key(), key(digest: "e"), key(version: "2025"), key(precision: "bf16"), key(threads: 2), key(shape: [1, 3, 6, 4]),
        key(features: ["a"]),
      ]
      #expect(Set(keys.compactMap(\.self)).count == keys.count)
      #expect(key(features: []) == nil)
    }

    @Test func `says the same of a model that no longer fits`() throws {
      _ = try load()
      folder.write(#"{"width": 6, "height": 5, "mean": [0, 0, 0], "std": [1, 1, 1]}"#, to: "made.keepframe.json")
      let error = try #require(throws: FeatureError.self) { try load() }
      #expect(error.description.hasSuffix("; set width to 6 and height to 4 in made.keepframe.json"))
      try FileSystem.remove(model)
      #expect(
        throws: FeatureError.modelMissing(
          model: model, problem: "no such file", remedy: "pass the path of an .xml or .onnx model")
      ) { try load() }
    }

    // MARK: What may lie there

    @Test func `believes no file of which a byte was changed`() throws {
      _ = try load()
      let path = try cached()
      let whole = Folder.contents(path)
      let key = try #require(path.stem)
      func read() throws -> NetworkFacts? {
        let file = try FileBytes(path)
        return StoredNetwork(file, key: key)?.facts
      }
      #expect(try read() == NetworkFacts(input: 0, output: 0, outputShape: [1, 3, 1, 1], precision: "f32"))
      for offset in Array(0..<StoredNetwork.headerBytes) + stride(from: StoredNetwork.headerBytes, to: whole.count, by: 97) {
        var bytes = whole
        bytes[offset] ^= 1 << (offset % 8)
        Folder.write(bytes, to: path)
        #expect(try read() == nil, "byte \(offset)")
      }
      for count in [0, 1, 23, 255, 256, whole.count - 1] {
        Folder.write(whole.prefix(count), to: path)
        #expect(try read() == nil, "\(count) bytes")
      }
      Folder.write(whole + [0], to: path)
      #expect(try read() == nil)
    }

    /// A byte of each field, and lengths.
    @Test func `compiles and writes anew what is damaged`() throws {
      let embedding = try load().embed(Self.picture)
      let path = try cached()
      for offset in [0, 19, 24, 88, 152, 160, 168, 176, 184, 192, 300] {
        var bytes = Folder.contents(path)
        bytes[offset] ^= 4
        Folder.write(bytes, to: path)
        try expectMadeAnew(embedding, "byte \(offset)")
      }
      for count in [0, 100, 256, 400] {
        Folder.write(Folder.contents(path).prefix(count), to: path)
        try expectMadeAnew(embedding, "\(count) bytes")
      }
    }

    @Test func `believes no link, and no file that others can have written`() throws {
      let embedding = try load().embed(Self.picture)
      let path = try cached()
      let elsewhere = folder.path.appending("elsewhere")
      try FileSystem.rename(path, to: elsewhere)
      try #require(symlink(elsewhere.string, path.string) == 0)
      try expectMadeAnew(embedding, "a link")
      #expect(!FileSystem.isLink(path) && FileSystem.exists(elsewhere))
      for mode: mode_t in [0o620, 0o602] {
        chmod(path.string, mode)
        try expectMadeAnew(embedding, "mode \(mode)")
      }
      if geteuid() == 0 {
        chown(path.string, 65_534, 0)
        try expectMadeAnew(embedding, "another's")
      }
    }

    @Test func `believes no file of another key under its name`() throws {
      _ = try load()
      let one = try cached()
      let bytes = Folder.contents(one)
      try FileSystem.remove(one)
      #expect(try !load(threads: 2).isImported)
      let other = try cached()
      Folder.write(bytes, to: other)
      #expect(try !load(threads: 2).isImported)
      #expect(Folder.contents(other) != bytes)
    }

    /// With a digest that agrees: written by a runtime that says the same version and takes it no
    /// more.
    @Test func `compiles and writes anew what the runtime does not take`() throws {
      let embedding = try load().embed(Self.picture)
      let path = try cached()
      let facts = NetworkFacts(input: 0, output: 0, outputShape: [1, 3, 1, 1], precision: "f32")
      let key = try #require(path.stem)
      Folder.write(try #require(StoredNetwork.file(facts, blob: Array("no network".utf8), key: key)), to: path)
      #expect(try FileBytes(path).status.type == .regular)
      try expectMadeAnew(embedding, "no network")
    }

    @Test(arguments: ["shape", "input", "precision"]) func `compiles where the file says something else`(what: String) throws {
      let embedding = try load().embed(Self.picture)
      let path = try cached()
      var facts = NetworkFacts(input: 0, output: 0, outputShape: [1, 3, 1, 1], precision: "f32")
      switch what {
      case "shape": facts.outputShape = [1, 4, 1, 1]
      case "input": facts.input = 7
      default: facts.precision = "bf16"
      }
      let blob = Array(Folder.contents(path).dropFirst(StoredNetwork.headerBytes))
      let key = try #require(path.stem)
      Folder.write(try #require(StoredNetwork.file(facts, blob: blob, key: key)), to: path)
      try expectMadeAnew(embedding, "\(what)")
    }

    @Test func `does without a place to write`() throws {
      let file = folder.write("", to: "file")
      for place in [file, file.appending("below"), "/proc/none", "off"] {
        #expect(try !load(from: place).isImported)
        #expect(try !load(from: place).isImported)
      }
      _ = try load()
      let path = try cached()
      try FileSystem.remove(path)
      try FileSystem.makeDirectory(path)
      #expect(try !load().isImported)
      #expect(try cached() == path, "no draft is left")
      #expect(FileSystem.isDirectory(path))
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere")) func `does without a folder that it may not write`() throws {
      folder.makeFolder("networks", mode: 0o500)
      #expect(try !load().isImported)
      #expect(Folder.names(in: networks).isEmpty)
    }

    // MARK: What stays

    @Test func `keeps the eight that were written last`() throws {
      for index in 0..<9 {
        let path = folder.makeFolder("networks").appending("\(index).network")
        Folder.write([UInt8(index)], to: path)
        // An hour apart, the highest number first.
        let time = timeval(tv_sec: 1_000_000 - index * 3600, tv_usec: 0)
        utimes(path.string, [time, time])
      }
      Folder.write([0], to: networks.appending("note"))
      _ = try load()
      let names = Folder.names(in: networks).map(\.string)
      #expect(names.count == 9 && names.contains("note"))
      #expect((0..<7).allSatisfy { names.contains("\($0).network") })
      #expect(try load().isImported)
    }

    @Test func `is one whole file when many write it at once`() async throws {
      let (place, model) = (networks, model)
      @Sendable func embedding() throws -> Embedding {
        let choice = BackboneChoice(model.string, precision: .f32)
        let installation = Installation.current(networks: place)
        return try RuntimeBackbone(choice, model: model, threads: 1, installation: installation).embed(Self.picture)
      }
      async let first = embedding()
      async let second = embedding()
      async let third = embedding()
      let embeddings = Set([try await first, try await second, try await third])
      #expect(embeddings.count == 1)
      _ = try cached()
      #expect(try load().isImported)
    }
  }
}

extension Installation {
  /// This process's, with compiled networks in a folder of a test, or `off`.
  static func current(networks: FilePath) -> Installation {
    var installation = current()
    installation.environment["KEEPFRAME_NETWORKS"] = networks
    return installation
  }
}
