import Foundation
import KeepframeTestSupport
import SystemPackage
import Testing

/// What Package.swift says, as `swift package dump-package` reads it.
private struct PackageGraph {
  private struct Manifest: Decodable {
    struct Product: Decodable {
      let name: String
      let targets: [String]
      let type: [String: [String]?]
    }
    struct Target: Decodable {
      let name: String
      let type: String
      let dependencies: [[String: [Part?]]]
    }
    /// A name, or conditions, which we have none of.
    struct Part: Decodable {
      let name: String?
      init(from decoder: any Decoder) throws { name = try? decoder.singleValueContainer().decode(String.self) }
    }
    let products: [Product]
    let targets: [Target]
  }

  /// In the order of the file.
  let targets: [String]
  /// Of our own, by target.
  let dependencies: [String: [String]]
  let libraries: [(product: String, targets: [String])]

  init() throws {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    let scratch = try scratchFolder("package-graph")
    let result = try runOrThrow(
      "swift", ["package", "--package-path", root.string, "--scratch-path", scratch.string, "dump-package"])
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(result.stdout))
    targets = manifest.targets.map(\.name)
    let own = Set(targets)
    dependencies = Dictionary(
      uniqueKeysWithValues: manifest.targets.map { target in
        (target.name, target.dependencies.flatMap(\.values).compactMap { $0.first??.name }.filter(own.contains))
      })
    libraries = manifest.products.filter { $0.type.keys.contains("library") }.map { ($0.name, $0.targets) }
  }

  /// A target and all that it needs.
  func reach(_ target: String) -> Set<String> {
    (dependencies[target] ?? []).reduce(into: [target]) { $0.formUnion(reach($1)) }
  }
}

@Suite struct `The package` {
  private static let lab = ["Autograd", "Baselines", "CLI", "Evaluation", "Footage", "Training"].map { "Keepframe\($0)" }

  @Test func `has no library that depends on the lab`() throws {
    let graph = try PackageGraph()
    #expect(graph.libraries.map(\.product).sorted() == ["Keepframe", "KeepframeBoundaries", "KeepframeDecoding"])
    #expect(Set(Self.lab).isSubset(of: graph.targets), "the lab is there under these names")
    for (product, targets) in graph.libraries {
      let needed = targets.reduce(into: Set<String>()) { $0.formUnion(graph.reach($1)) }
      #expect(needed.isDisjoint(with: Self.lab), "\(product) needs \(needed.intersection(Self.lab))")
    }
  }

  @Test func `lists each target below those that it needs`() throws {
    let graph = try PackageGraph()
    for (place, target) in graph.targets.enumerated() {
      for needed in graph.dependencies[target] ?? [] {
        let above = try #require(graph.targets.firstIndex(of: needed))
        #expect(above < place, "\(target) needs \(needed), which is listed below it")
      }
    }
  }
}
