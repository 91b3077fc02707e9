import SystemPackage
import Testing

@testable import KeepframeFeatures

@Suite struct `Looking for the runtime` {
  private let folder = TemporaryFolder()

  private func installation(_ environment: [String: String] = [:], from start: String? = nil) -> Installation {
    Installation(environment: environment, starts: start.map { [folder.path.appending($0)] } ?? [])
  }

  /// Makes `.deps/python/openvino/libs/libopenvino_c.so.2641` below `root`, and returns its path.
  private func makeRuntime(in root: FilePath, mode: UInt32 = 0o755) throws -> FilePath {
    var path = folder.makeFolder(relative(root.appending(".deps")), mode: mode)
    for name in ["python", "openvino", "libs"] {
      path.append(name)
      _ = folder.makeFolder(relative(path))
    }
    return try folder.write("", to: relative(path.appending("libopenvino_c.so.2641")))
  }

  private func relative(_ path: FilePath) -> String { String(path.string.dropFirst(folder.path.string.count + 1)) }

  @Test func `says in one line what to run when there is none`() throws {
    let error = try #require(throws: FeatureError.self) { try installation().runtimeLibrary() }
    #expect(error.isMissingComponent)
    #expect(
      error.description == """
        no inference runtime: found no libopenvino_c.so in .deps or in Python's packages; run `make setup`, \
        or set KEEPFRAME_OPENVINO, or use --backbone thumbnail
        """)
  }

  @Test func `believes the variable, and says so when it leads nowhere`() throws {
    let root = folder.makeFolder("repo")
    _ = try makeRuntime(in: root)
    let error = try #require(throws: FeatureError.self) {
      try installation(["KEEPFRAME_OPENVINO": "/nowhere"], from: "repo").runtimeLibrary()
    }
    #expect(
      error.description == """
        no inference runtime: KEEPFRAME_OPENVINO is `/nowhere`, which has no libopenvino_c.so; run `make setup`, \
        or set KEEPFRAME_OPENVINO, or use --backbone thumbnail
        """)
  }

  @Test func `takes the library itself, its folder, or the folder of the wheel`() throws {
    let root = folder.makeFolder("repo")
    let library = try makeRuntime(in: root)
    let wheel = root.appending(".deps/python/openvino")
    for place in [library, library.removingLastComponent(), wheel, wheel.removingLastComponent()] {
      #expect(try installation(["KEEPFRAME_OPENVINO": place.string]).runtimeLibrary() == library)
    }
  }

  @Test func `looks in every .deps on the way up`() throws {
    let root = folder.makeFolder("repo")
    let library = try makeRuntime(in: root)
    for name in ["repo/.build", "repo/.build/release"] { _ = folder.makeFolder(name) }
    #expect(try installation(from: "repo/.build/release").runtimeLibrary() == library)
  }

  @Test func `does not load what anybody may have put there`() throws {
    let root = folder.makeFolder("repo")
    _ = try makeRuntime(in: root, mode: 0o777)
    let open = try #require(throws: FeatureError.self) { try installation(from: "repo").runtimeLibrary() }
    #expect(open.description.contains("; ignored \(root)/.deps, which somebody else may have filled; run `make setup`"))

    let other = folder.makeFolder("other")
    _ = try makeRuntime(in: other)
    var stranger = installation(from: "other")
    stranger.trustedOwners = []
    #expect(throws: FeatureError.self) { try stranger.runtimeLibrary() }
  }

  @Test func `names the model that is missing`() throws {
    let unset = try #require(throws: FeatureError.self) { try installation().model(named: "efficientnet-lite0") }
    #expect(unset.isMissingComponent)
    #expect(
      unset.description == """
        efficientnet-lite0.xml: found in no .deps/models; run `make setup`, or set KEEPFRAME_MODELS, or use --backbone thumbnail
        """)
    let wrong = try #require(throws: FeatureError.self) {
      try installation(["KEEPFRAME_MODELS": "/nowhere"]).model(named: "efficientnet-lite0")
    }
    #expect(wrong.isMissingComponent)
    #expect(
      wrong.description == """
        /nowhere/efficientnet-lite0.xml: no such file; correct KEEPFRAME_MODELS, or unset it and run `make setup`
        """)
  }

  @Test func `reports a library that does not load`() throws {
    let fake = try folder.write("not a library", to: "libopenvino_c.so")
    let error = try #require(throws: FeatureError.self) { _ = try InferenceRuntime(library: fake) }
    #expect(error.isMissingComponent)
    #expect(error.description.hasPrefix("no inference runtime: \(fake) does not load: "))
  }

  @Test func `reports a library that loads but is not OpenVINO`() throws {
    let error = try #require(throws: FeatureError.self) { _ = try InferenceRuntime(library: "libm.so.6") }
    #expect(error.isMissingComponent)
    #expect(error.description.contains("libm.so.6 has no ov_") && error.description.contains("is not OpenVINO"))
  }
}

@Suite struct `A precision` {
  @Test(arguments: [
    ("processor : 0\nflags\t\t: fpu avx512f avx512_bf16 vme\n", true),
    ("processor : 0\nflags\t\t: fpu amx_bf16\n", true),
    ("processor : 0\nflags\t\t: fpu avx2 avx512f avx_vnni\n", false),
    ("Features\t: fp asimd bf16\n", true),
    ("", false),
  ])
  func `asks the CPU for bf16`(cpuInfo: String, expected: Bool) {
    #expect(Precision.hasBF16(cpuInfo: Array(cpuInfo.utf8)) == expected)
  }

  @Test func `resolves to something one can record`() {
    #expect(Precision.allCases.map(\.resolved).allSatisfy { $0 != .auto })
    #expect(Precision.f32.resolved == .f32)
    #expect(Precision.bf16.resolved == .bf16)
  }
}

@Suite struct `Choosing a backbone` {
  @Test func `knows the built-in one`() throws {
    #expect(try makeBackbone(named: "thumbnail").description == ThumbnailBackbone().description)
  }

  @Test(arguments: [
    (
      "resnet",
      "backbone `resnet`: not a built-in one; pass efficientnet-lite0, thumbnail, or the path of an .xml or .onnx model"
    ),
    ("./net.pth", "./net.pth: no such file; pass the path of an .xml or .onnx model"),
    ("gone.onnx", "gone.onnx: no such file; pass the path of an .xml or .onnx model"),
  ])
  func `says what could be meant`(name: String, expected: String) throws {
    let error = try #require(throws: FeatureError.self) { _ = try makeBackbone(named: name) }
    #expect(error.description == expected)
  }
}
