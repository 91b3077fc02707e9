import Keepframe
import SystemPackage

/// Teaches a gate from example pictures of what is wanted, without training.
enum ExamplePictures {
  /// Returns the same gate, leaning towards frames that are similar to the pictures.
  ///
  /// - Parameters:
  ///   - path: a picture, JPEG or PNG, or a folder of them. Other files in the folder are skipped
  ///     with a warning.
  ///   - backbone: must be the one that the weights are for.
  /// - Throws: ``UsageError``, ``WeightsError``, ``FeatureError``, ``ArchiveError``,
  ///   ``DecodingError`` or `CancellationError`.
  static func teach(_ weights: GateWeights, like path: FilePath, by backbone: any Backbone) throws -> GateWeights {
    let made = backbone.description
    try weights.check(backbone: made.name, dimension: made.dimension)
    guard let background = weights.background else {
      throw UsageError(
        "--want-like: these weights hold no background to compare examples with; train them again with `keepframe train gate`")
    }
    let examples = try embeddings(path, backbone)
    guard let worth = Worth(like: examples, background: background) else {
      throw UsageError("\(PrintableText.escaping(path)): the examples do not differ from ordinary footage; choose others")
    }
    var taught = weights
    taught.worth = worth
    return taught
  }

  private static func embeddings(_ path: FilePath, _ backbone: any Backbone) throws -> [Embedding] {
    guard FileSystem.isDirectory(path) else { return [try embedding(of: path, backbone)] }
    let names: [FilePath.Component]
    do throws(Errno) { names = try FileSystem.names(in: path) } catch { throw ArchiveError(.cannotRead(error), at: path) }
    var examples: [Embedding] = []
    for name in names where !name.string.hasPrefix(".") && FileSystem.isRegularFile(path.appending(name)) {
      try Interruption.cancellation.check()
      do { examples.append(try embedding(of: path.appending(name), backbone)) } catch let error as DecodingError
        where error.kind != .outOfMemory
      {
        Messages.warning("\(error.sentence(advising: "skipped"))")
      }
    }
    guard !examples.isEmpty else { throw UsageError("\(PrintableText.escaping(path)): no picture in this folder") }
    return examples
  }

  /// Decodes a picture at the backbone's size and embeds it.
  private static func embedding(of file: FilePath, _ backbone: any Backbone) throws -> Embedding {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileSystem.read(file) } catch { throw ArchiveError(.cannotRead(error), at: file) }
    let (width, height) = (backbone.description.inputWidth, backbone.description.inputHeight)
    return try backbone.embed(try Picture(still: bytes, at: file, width: width, height: height))
  }
}
