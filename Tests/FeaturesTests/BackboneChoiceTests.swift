import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFeatures

@Suite struct `A backbone whose parts are missing` {
  private func failure(_ installation: Installation) throws -> FeatureError {
    try #require(throws: FeatureError.self) {
      _ = try RuntimeBackbone(
        BackboneChoice(RuntimeBackbone.defaultName), model: nil, threads: 1, installation: installation)
    }
  }

  @Test func `says where the runtime belongs`() throws {
    let error = try failure(Installation(environment: ["HOME": "/home/ada"]))
    #expect(error.isMissingComponent)
    #expect(
      error.description == """
        no inference runtime: found no libopenvino_c.so in /home/ada/.local/share/keepframe/openvino or in Python's packages; put \
        OpenVINO's C library into /home/ada/.local/share/keepframe/openvino, or set KEEPFRAME_OPENVINO to its folder
        """)
  }

  @Test func `says where the model belongs`() throws {
    let error = FeatureError(Installation(environment: ["HOME": "/home/ada"]).missing(.model("efficientnet-lite0")))
    #expect(error.isMissingComponent)
    #expect(
      error.description == """
        efficientnet-lite0.xml: not found in /home/ada/.local/share/keepframe/models; put efficientnet-lite0.xml, \
        efficientnet-lite0.bin and efficientnet-lite0.keepframe.json into /home/ada/.local/share/keepframe/models, or set \
        KEEPFRAME_MODELS to its folder
        """)
  }

  @Test func `names the file that its variable promises`() throws {
    let missing = Installation(environment: ["HOME": "/home/ada", "KEEPFRAME_MODELS": "/nowhere"])
      .missing(.model("efficientnet-lite0"))
    #expect(
      FeatureError(missing).description == """
        /nowhere/efficientnet-lite0.xml: no such file; correct KEEPFRAME_MODELS, or unset it and put efficientnet-lite0.xml, \
        efficientnet-lite0.bin and efficientnet-lite0.keepframe.json into /home/ada/.local/share/keepframe/models
        """)
  }

  @Test func `reports a library that does not load`() throws {
    let folder = Folder()
    let fake = folder.write("not a library", to: "libopenvino_c.so")
    let error = try failure(Installation(environment: ["KEEPFRAME_OPENVINO": fake, "KEEPFRAME_MODELS": "/nowhere"]))
    #expect(error.isMissingComponent)
    #expect(error.description.contains("/nowhere/efficientnet-lite0.xml"))  // the model is looked for first
    let missing = Installation().missing(.runtime)
    let loaded = try #require(throws: FeatureError.self) { _ = try InferenceRuntime(library: fake, otherwise: missing) }
    #expect(loaded.isMissingComponent)
    #expect(loaded.description.hasPrefix("no inference runtime: \(fake) does not load: "))
    #expect(loaded.description.hasSuffix("; set KEEPFRAME_OPENVINO to its folder"))
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
    #expect(Precision.hasBF16(Processor.features(cpuInfo: Array(cpuInfo.utf8))) == expected)
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
