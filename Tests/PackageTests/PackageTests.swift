import Foundation
import KeepframeTestSupport
import SystemPackage
import Testing

/// What holds of the package as a house: read from Package.swift as SwiftPM understands it, and
/// from the sources.
@Suite struct `The package` {
  let package: Manifest

  init() throws { package = try Manifest.ofThisPackage.get() }

  @Test func `gives its modules names that no other package has`() {
    for target in package.sources {
      #expect(target.name.hasPrefix("Keepframe") || target.name.hasPrefix("CKeepframe"), "\(target.name)")
    }
  }

  @Test func `names no type like a module, which would hide the module`() throws {
    let names = Set(package.targets.map(\.name))
    let declaration = /\b(?:struct|class|enum|protocol|actor|typealias|macro)\s+(\w+)/
    for target in package.sources {
      for (file, text) in try target.files() {
        for match in text.matches(of: declaration) { #expect(!names.contains(String(match.1)), "\(file)") }
      }
    }
  }

  @Test func `lets data and imports flow down the list`() {
    var above: Set<String> = []
    for target in package.sources {
      #expect(target.needs.isSubset(of: above), "\(target.name) needs \(target.needs.subtracting(above))")
      above.insert(target.name)
    }
  }

  /// System is given to every module, and some need nothing of it.
  @Test func `imports what it says it needs, and needs what it imports`() throws {
    let ours = Set(package.targets.map(\.name))
    for target in package.sources where target.name.hasPrefix("Keepframe") {
      let line = /(?m)^(?:\w+ |@\w+ )*import (\w+)/
      let imported = try target.files().reduce(into: Set<String>()) { names, file in
        for match in file.text.matches(of: line) { names.insert(String(match.1)) }
      }
      #expect(imported.intersection(ours).union(["KeepframeSystem"]) == target.needs.union(["KeepframeSystem"]), "\(target.name)")
    }
  }

  /// Everything of the list after the last library product but the program.
  @Test func `keeps the lab out of its library products`() throws {
    let last = try #require(package.sources.lastIndex { target in package.libraries.contains { $0.targets == [target.name] } })
    let lab = package.sources[(last + 1)...].map(\.name)
    #expect(lab.contains("KeepframeTraining") && lab.contains("KeepframeEvaluation"))
    for library in package.libraries {
      let reached = package.reached(from: library.targets)
      #expect(reached.isDisjoint(with: lab), "\(library.name) brings \(reached.intersection(lab))")
    }
  }

  @Test func `sets no unsafe flags, with which nobody could depend on it`() throws {
    #expect(!(try String(contentsOf: Manifest.root.appending(path: "Package.swift"), encoding: .utf8).contains("unsafeFlags")))
  }

  /// The folder list that a stranger reads first says the same as Package.swift.
  @Test func `is described module by module, in its order`() throws {
    let text = try String(contentsOf: Manifest.root.appending(path: "docs/architecture.md"), encoding: .utf8)
    let described = text.matches(of: /(?m)^\| `(\w+)` \|/).map { String($0.1) }
    #expect(described == package.sources.map(\.name).filter { $0.hasPrefix("Keepframe") })
  }
}

/// The parts of `swift package dump-package` that are looked at.
struct Manifest: Decodable {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
  static let ofThisPackage = Result { try read() }

  var targets: [Target]
  var products: [Product]

  struct Product: Decodable {
    var name: String
    var type: [String: [String]?]
    var targets: [String]
  }

  struct Target: Decodable {
    var name: String
    var type: String
    var path: String?
    var dependencies: [[String: [String?]]]

    /// Modules of this package that it depends on.
    var needs: Set<String> {
      Set(
        dependencies.flatMap { dependency in
          dependency.filter { $0.key != "product" }.compactMap { $0.value.first ?? nil }
        })
    }

    /// Its Swift files.
    func files() throws -> [(name: String, text: String)] {
      let folder = Manifest.root.appending(path: "Sources/\(name)")
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
      return try names.map { ("\(name)/\($0)", try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }
  }

  /// In the order of Package.swift, without tests and their helpers.
  var sources: [Target] { targets.filter { $0.type != "test" && $0.path == nil } }

  var libraries: [Product] { products.filter { $0.type.keys.contains("library") } }

  func reached(from names: [String]) -> Set<String> {
    var reached: Set<String> = []
    var waiting = names
    while let name = waiting.popLast() {
      guard reached.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else { continue }
      waiting += target.needs
    }
    return reached
  }

  /// In a scratch folder of its own: the package's is locked while its tests run.
  private static func read() throws -> Manifest {
    let scratch = try scratchFolder("manifest")
    defer { try? FileManager.default.removeItem(atPath: scratch.string) }
    let dump = try runOrThrow(
      "swift", ["package", "--package-path", root.path, "--scratch-path", scratch.string, "dump-package"])
    return try JSONDecoder().decode(Manifest.self, from: Data(dump.stdout))
  }
}
