import Keepframe
import SystemPackage

/// One video to work on, and where it lies below the folder that was named.
struct Input {
  let path: FilePath
  /// Folders between the named folder and the file; empty for a file that was named itself.
  let subfolder: FilePath
}

enum Inputs {
  /// The videos that the words name: files as they are, folders by the videos in and below them, sorted.
  ///
  /// - Parameter takesBundles: whether a folder that is a bundle stands for itself.
  /// - Throws: ``UsageError`` if a folder has none.
  static func expand(_ words: [String], takesBundles: Bool = false) throws -> [Input] {
    try words.flatMap { word throws -> [Input] in
      let path = RawArgument.path(word)
      if takesBundles, Bundle.looksLikeOne(path) { return [Input(path: path, subfolder: "")] }
      guard FileSystem.isDirectory(path) else { return [Input(path: path, subfolder: "")] }
      let found = try VideoSearch.videos(in: path)
      if found.isEmpty { throw UsageError("\(path): \(VideoSearch.nothingFound)") }
      return found.map { Input(path: $0.path, subfolder: $0.subfolder) }
    }
  }

  /// Where each input's result goes.
  ///
  /// - Parameters:
  ///   - suffix: what follows the video's stem.
  /// - Throws: ``UsageError`` if two inputs would share a result.
  static func destinations(_ inputs: [Input], folder: FilePath, suffix: String) throws -> [FilePath] {
    let folder = folder == "." ? "" : folder
    var owners: [FilePath: FilePath] = [:]
    return try inputs.map { input in
      let destination = folder.pushing(input.subfolder).pushing(OutputName.named(after: input.path, suffix: suffix))
      if let other = owners.updateValue(input.path, forKey: destination) {
        throw UsageError(
          "\(other.string) and \(input.path.string) would both become \(destination.string); run them with different -o")
      }
      return destination
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
