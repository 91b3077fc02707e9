// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// The targets that `names` stands for: "Numerics" is KeepframeNumerics, and "C/BLAS" is
/// CKeepframeBLAS.
func ours(_ names: String) -> [Target.Dependency] {
  names.split(separator: " ").map { name in
    .target(name: name.hasPrefix("C/") ? "CKeepframe\(name.dropFirst(2))" : "Keepframe\(name)")
  }
}

/// A module of the pipeline or of the lab. Data flows down the list, so a module may need only
/// those above it. Any module may use System.
func module(_ name: String, needs names: String) -> Target {
  .target(name: "Keepframe\(name)", dependencies: ours("System \(names)") + [systemPackage], swiftSettings: strict)
}

func tests(_ name: String, need names: String, exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ours("System TestSupport \(names)") + [systemPackage], exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "keepframe",
  products: [
    .library(name: "Keepframe", targets: ["Keepframe"]),
    .library(name: "KeepframeDecoding", targets: ["KeepframeDecoding"]),
    .library(name: "KeepframeBoundaries", targets: ["KeepframeBoundaries"]),
    .library(name: "KeepframeLibrary", targets: ["KeepframeLibrary"]),
    .library(name: "KeepframePostgres", targets: ["KeepframePostgres"]),
    .executable(name: "keepframe", targets: ["KeepframeCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // What Swift cannot express: C macros, dlopen, embedded weights, vector instructions by
    // processor and some calls of Linux.
    .systemLibrary(
      name: "CKeepframeFFmpeg", pkgConfig: "libavformat",
      providers: [
        .apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"]), .brew(["ffmpeg"]),
      ]),
    .systemLibrary(
      name: "CKeepframeCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(name: "CKeepframeSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .target(name: "CKeepframeLinux"),
    .target(name: "CKeepframeBLAS", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "CKeepframeWeights",
      exclude: ["boundaries", "encoder", "film", "gate", "lecture", "surveillance"].map { "\($0).safetensors" }),
    .target(name: "CKeepframeInference", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CKeepframeTesseract", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CKeepframePostgres", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CKeepframeScan"),

    // Files, text, cancellation and where things are found: below all other modules.
    .target(name: "KeepframeSystem", dependencies: ours("C/Linux") + [systemPackage], swiftSettings: strict),

    // From a file to its index.
    module("Numerics", needs: "C/BLAS C/Crypto"),
    module("Decoding", needs: "C/FFmpeg"),
    module("Boundaries", needs: "C/Weights Decoding Numerics"),
    module("Tokens", needs: ""),
    module("Features", needs: "C/Inference Decoding Numerics Tokens"),
    module("Text", needs: "C/Tesseract Decoding Numerics"),
    module("Retention", needs: "C/Weights Decoding Features Numerics"),
    module("Context", needs: "C/Weights Boundaries Features Numerics"),
    module("Bundle", needs: "Boundaries Context Decoding Features Numerics Retention Text"),
    module("Reporting", needs: "Boundaries Bundle Decoding"),
    module("SceneFiles", needs: "Boundaries Bundle Decoding"),
    .target(
      name: "Keepframe",
      dependencies: ours("Boundaries Bundle Context Decoding Features Numerics Reporting Retention System Text")
        + [systemPackage],
      swiftSettings: strict),

    // Many videos, found by what they show.
    .target(
      name: "KeepframeLibrary",
      dependencies: ours("Bundle C/SQLite C/Scan Context Decoding Features Numerics System Text") + [
        "Keepframe", systemPackage, .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    module("Postgres", needs: "Bundle C/Postgres Context Features Library Numerics Text"),
    module("LibraryPages", needs: "Library Reporting"),

    // The lab, which no library product depends on.
    module("Autograd", needs: "C/BLAS Numerics"),
    module("Baselines", needs: "Autograd Context Features Numerics Retention"),
    module("Footage", needs: "Boundaries Bundle Decoding Features Numerics"),
    module(
      "Training", needs: "Autograd Baselines Boundaries Bundle Context Decoding Features Footage Numerics Retention"),
    module(
      "Evaluation",
      needs: "Autograd Baselines Boundaries Context Decoding Features Footage Library Numerics Retention Training"),

    .executableTarget(
      name: "KeepframeCLI",
      dependencies: ours(
        "Autograd Baselines Evaluation Footage Library LibraryPages Numerics Postgres SceneFiles System Training") + [
          "Keepframe", systemPackage,
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
          .product(name: "Yams", package: "Yams"),
        ],
      exclude: ["Pipelines/ray"],
      resources: ["default", "exact", "fast", "film", "lecture", "surveillance"].map {
        .embedInCode("Pipelines/\($0).yaml")
      },
      swiftSettings: strict),

    .executableTarget(
      name: "KeepframeGradientSpeed", dependencies: ours("Autograd Numerics"), path: "Benchmarks/GradientSpeed",
      swiftSettings: strict),
    .executableTarget(
      name: "KeepframeKernelSpeed", dependencies: ours("Boundaries C/BLAS C/FFmpeg C/Scan Decoding Numerics"),
      path: "Benchmarks/KernelSpeed", swiftSettings: strict),
    .executableTarget(
      name: "KeepframeSearchSpeed", dependencies: ours("Library Numerics") + [systemPackage], path: "Benchmarks/SearchSpeed",
      swiftSettings: strict),

    .target(
      name: "KeepframeTestSupport", dependencies: ours("Decoding System") + [systemPackage], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "KeepframeFootageSupport", dependencies: ours("Decoding Footage Numerics") + [systemPackage],
      path: "Tests/FootageSupport", swiftSettings: strict),
    .target(
      name: "KeepframeMemorySupport", dependencies: ours("Context Features Numerics Retention TestSupport") + [systemPackage],
      path: "Tests/MemorySupport", swiftSettings: strict),
    tests("System", need: ""),
    tests("Numerics", need: "C/BLAS Numerics"),
    tests("Autograd", need: "Autograd Numerics", exclude: ["References"]),
    tests("Decoding", need: "Decoding"),
    tests("Tokens", need: "Tokens", exclude: ["References"]),
    tests("Features", need: "Decoding Features Numerics"),
    tests("Text", need: "Decoding Numerics Text"),
    tests("Retention", need: "Decoding Features MemorySupport Numerics Retention"),
    tests("Context", need: "Context Features MemorySupport Numerics"),
    tests(
      "Baselines",
      need: "Autograd Baselines Context Decoding Features MemorySupport Numerics Retention Training", exclude: ["References"]),
    tests("Boundaries", need: "Boundaries Decoding Numerics"),
    tests("Bundle", need: "Boundaries Bundle Decoding Numerics"),
    tests("Footage", need: "Boundaries Bundle Decoding Features Footage Numerics"),
    tests(
      "Training",
      need: "Autograd Baselines Boundaries Context Decoding Features Footage FootageSupport Numerics Retention Training"),
    tests(
      "Evaluation",
      need:
        "Autograd Baselines Boundaries Context Decoding Evaluation Features Footage FootageSupport Numerics Retention Training"),
    tests("Reporting", need: "Boundaries Bundle Decoding Footage Reporting"),
    tests("SceneFiles", need: "Bundle Decoding SceneFiles"),
    .testTarget(
      name: "KeepframeTests",
      dependencies: ours("Boundaries Bundle Context Decoding Features Numerics Retention SceneFiles System TestSupport") + [
        "Keepframe", systemPackage,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LibraryTests",
      dependencies: ours("Bundle C/Scan Context Decoding Features Library Numerics System TestSupport Text") + [
        "Keepframe", systemPackage,
      ],
      swiftSettings: strict),
    tests("Postgres", need: "Bundle C/Postgres Library Numerics Postgres Text"),
    tests("Package", need: ""),
    .testTarget(
      name: "CLITests",
      dependencies: ours(
        """
        Autograd Boundaries Bundle CLI Decoding Evaluation Features Footage Library Numerics Postgres SceneFiles System \
        TestSupport Training
        """
      )
        + ["Keepframe", systemPackage],
      swiftSettings: strict),
  ]
)
