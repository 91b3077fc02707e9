// swift-tools-version: 6.2
import PackageDescription

// A package of somebody else, which depends on this one. It sees only what is public.
let package = Package(
  name: "using-keepframe",
  dependencies: [
    .package(name: "keepframe", path: "../.."), .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .executableTarget(
      name: "UsingKeepframe",
      dependencies: [
        .product(name: "Keepframe", package: "keepframe"), .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")])
  ]
)
