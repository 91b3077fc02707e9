import Keepframe
import SystemPackage

/// One video to work on, and where it lies below the folder that was named.
struct Input {
  let path: FilePath
  /// Folders between the named folder and the file; empty for a file that was named itself.
  let subfolder: FilePath
}

enum Inputs {
  /// The videos that the words name. A file stands for itself, a folder for the videos in and below
  /// it, sorted. Each file is taken once, under its first name.
  ///
  /// - Parameter takesBundles: whether a folder that is a bundle stands for itself.
  /// - Throws: ``UsageError`` if a folder has no videos.
  static func expand(_ words: [String], takesBundles: Bool = false) throws -> [Input] {
    var inputs: [Input] = []
    var owners: [FileIdentity: FilePath] = [:]
    for word in words {
      let path = RawArgument.path(word)
      guard FileSystem.isDirectory(path), !(takesBundles && Bundle.looksLikeOne(path)) else {
        if let identity = FileIdentity(of: path) {
          if let other = owners[identity] {
            Messages.warning("\(path): the same as \(other), taken once")
            continue
          }
          owners[identity] = path
        }
        inputs.append(Input(path: path, subfolder: ""))
        continue
      }
      let search = try VideoSearch(path)
      if search.videos.isEmpty { throw UsageError("\(path): \(search.nothingFound)") }
      if let note = search.note { Messages.warning(note) }
      for found in search.videos {
        if let identity = FileIdentity(of: found.path) {
          if let other = owners[identity] {
            Messages.warning("\(found.path): the same as \(other), taken once")
            continue
          }
          owners[identity] = found.path
        }
        inputs.append(Input(path: found.path, subfolder: found.subfolder))
      }
    }
    return inputs
  }

  /// Where each input's result goes.
  ///
  /// - Parameter suffix: what follows the video's stem.
  static func destinations(_ inputs: [Input], folder: FilePath, suffix: String, _ naming: OutputNaming) -> [FilePath] {
    let folder = folder == "." ? "" : folder
    return inputs.map { folder.pushing($0.subfolder).pushing(naming.named(after: $0.path, suffix: suffix)) }
  }
}

/// Several inputs whose results would have the same name. They are left out of the run.
struct NameClash: Reported {
  let inputs: [FilePath]
  let name: FilePath
  /// Whether the names would differ if they kept the inputs' extensions.
  let extensionHelps: Bool

  var exitStatus: ExitStatus { .usage }

  var line: String {
    "\(inputs.map(\.string).joined(separator: " and ")) would \(inputs.count == 2 ? "both" : "all") become \(name.string) and are left "
      + "out; " + (extensionHelps ? "--keep-extension keeps them apart" : "run them with different -o")
  }

  /// The clash that each input is in; nil for those in none.
  ///
  /// - Parameter names: what each input's results are called.
  static func find(_ inputs: [Input], names: [[FilePath]], _ naming: OutputNaming) -> [NameClash?] {
    var owners: [FilePath: [Int]] = [:]
    for (index, names) in names.enumerated() { for name in Set(names) { owners[name, default: []].append(index) } }
    return names.map { names in
      guard let name = names.first(where: { owners[$0]!.count > 1 }) else { return nil }
      let paths = owners[name]!.map { inputs[$0].path }
      let endings = Set(paths.map(\.extension))
      return NameClash(inputs: paths, name: name, extensionHelps: !naming.keepsExtension && endings.count == paths.count)
    }
  }
}

/// One machine's part of the work, such as `0/4`: every fourth input, from the first on.
struct Shard: Equatable {
  let index: Int
  let count: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (0..<count).contains(index) else {
      return nil
    }
    (self.index, self.count) = (index, count)
  }

  func part<Element>(of elements: [Element]) -> [Element] {
    elements.indices.filter { $0 % count == index }.map { elements[$0] }
  }
}
