// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// One stage of the pipeline. Data flows down this list, so a target may depend only on those above it.
func stage(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "keepframe",
  products: [
    .library(name: "Keepframe", targets: ["Keepframe"]),
    .executable(name: "keepframe", targets: ["KeepframeCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat",
      providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
    .target(name: "CLinux"),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CWeights", exclude: ["boundaries.safetensors", "encoder.safetensors", "gate.safetensors"]),
    .target(name: "CInference", linkerSettings: [.linkedLibrary("dl")]),

    stage("Tensors", ["COpenBLAS", systemPackage]),
    stage("Gradients", ["CLinux", "COpenBLAS", "Tensors", systemPackage]),
    stage("Decoding", ["CFFmpeg", systemPackage]),
    stage("Features", ["CInference", "Decoding", "Tensors", systemPackage]),
    stage("Retention", ["CWeights", "Decoding", "Features", "Tensors", systemPackage]),
    stage("Context", ["CWeights", "Features", "Gradients", "Tensors", systemPackage]),
    stage("Boundaries", ["CWeights", "Decoding", "Tensors", systemPackage]),
    stage("Archive", ["CLinux", "Features", "Tensors", systemPackage]),
    stage("Footage", ["Archive", "Boundaries", "Decoding", "Features", "Tensors", systemPackage]),
    stage(
      "Training",
      [
        "Archive", "Boundaries", "Context", "Decoding", "Features", "Footage", "Gradients", "Retention", "Tensors", systemPackage,
      ]),
    stage(
      "Evaluation",
      [
        "Archive", "Boundaries", "Context", "Features", "Footage", "Gradients", "Retention", "Tensors", "Training", systemPackage,
      ]),
    stage("Reporting", ["Archive", systemPackage]),
    stage(
      "Keepframe",
      ["Archive", "Boundaries", "Context", "Decoding", "Features", "Reporting", "Retention", "Tensors", systemPackage]),
    .executableTarget(
      name: "KeepframeCLI",
      dependencies: [
        "Evaluation", "Footage", "Gradients", "Keepframe", "Tensors", "Training", systemPackage,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      resources: ["default", "exact", "fast", "film", "lecture", "surveillance"].map { .embedInCode("Pipelines/\($0).yaml") },
      swiftSettings: strict),

    .target(name: "TestSupport", dependencies: [systemPackage], path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "FootageSupport", dependencies: ["Decoding", "Footage", "Tensors", systemPackage], path: "Tests/FootageSupport",
      swiftSettings: strict),
    tests("TensorsTests", ["Tensors", systemPackage]),
    tests("GradientsTests", ["Gradients", "Tensors", systemPackage], exclude: ["References"]),
    tests("DecodingTests", ["Decoding", systemPackage]),
    tests("FeaturesTests", ["Decoding", "Features", "Tensors", systemPackage]),
    tests("RetentionTests", ["Decoding", "Features", "Retention", "Tensors", systemPackage]),
    tests("ContextTests", ["Context", "Features", "Gradients", "Tensors", systemPackage], exclude: ["References"]),
    tests("BoundariesTests", ["Boundaries", "Decoding", "Tensors", systemPackage]),
    tests("ArchiveTests", ["Archive", "Tensors", systemPackage]),
    tests("FootageTests", ["Archive", "Boundaries", "Decoding", "Features", "Footage", "Tensors", systemPackage]),
    tests(
      "TrainingTests",
      [
        "Boundaries", "Context", "Decoding", "Features", "Footage", "FootageSupport", "Gradients", "Retention", "Tensors",
        "Training", systemPackage,
      ]),
    tests(
      "EvaluationTests",
      [
        "Boundaries", "Context", "Decoding", "Evaluation", "Features", "Footage", "FootageSupport", "Gradients", "Retention",
        "Tensors", "Training", systemPackage,
      ]),
    tests("ReportingTests", ["Reporting", "Archive", systemPackage]),
    tests(
      "KeepframeTests",
      [
        "Archive", "Boundaries", "Context", "Decoding", "Features", "Gradients", "Keepframe", "Retention", "Tensors",
        systemPackage,
      ]),
    tests("CLITests", ["KeepframeCLI", "Tensors", systemPackage]),
  ]
)
