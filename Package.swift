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

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
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
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CInference", linkerSettings: [.linkedLibrary("dl")]),

    stage("Tensors", ["COpenBLAS", systemPackage]),
    stage("Decoding", ["CFFmpeg", systemPackage]),
    stage("Features", ["CInference", "Decoding", "Tensors", systemPackage]),
    stage("Retention", ["Features", "Tensors"]),
    stage("Context", ["Tensors", systemPackage]),
    stage("Boundaries", ["Decoding"]),
    stage("Evaluation", ["Boundaries"]),
    stage("Archive", ["CLinux", "Features", "Tensors", systemPackage]),
    stage("Reporting", ["Archive", systemPackage]),
    stage(
      "Keepframe",
      ["Archive", "Boundaries", "Context", "Decoding", "Features", "Reporting", "Retention", "Tensors", systemPackage]),
    .executableTarget(
      name: "KeepframeCLI",
      dependencies: [
        "Evaluation", "Keepframe", systemPackage,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      resources: ["default", "exact", "fast", "film", "lecture", "surveillance"].map { .embedInCode("Pipelines/\($0).yaml") },
      swiftSettings: strict),

    .target(name: "TestSupport", dependencies: [systemPackage], path: "Tests/TestSupport", swiftSettings: strict),
    tests("TensorsTests", ["Tensors", systemPackage]),
    tests("DecodingTests", ["Decoding", systemPackage]),
    tests("FeaturesTests", ["Features", systemPackage]),
    tests("RetentionTests", ["Retention"]),
    tests("ContextTests", ["Context"]),
    tests("BoundariesTests", ["Boundaries", "Decoding", systemPackage]),
    tests("EvaluationTests", ["Evaluation"]),
    tests("ArchiveTests", ["Archive", systemPackage]),
    tests("ReportingTests", ["Reporting", "Archive", systemPackage]),
    tests("KeepframeTests", ["Keepframe", systemPackage]),
    tests("CLITests", ["KeepframeCLI", systemPackage]),
  ]
)
