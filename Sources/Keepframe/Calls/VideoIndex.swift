public import KeepframeBundle
public import KeepframeNumerics
internal import KeepframeSystem
public import KeepframeText
public import SystemPackage

/// The index of a video, read into memory.
///
/// Its files, with a JPEG of each retained frame, are in the bundle.
public struct VideoIndex: Sendable, CustomStringConvertible {
  /// The finished bundle on disk, from which all of this was read.
  public let bundle: Bundle
  /// The retained frames. Record *k* belongs to row *k* of ``retainedVectors``.
  public let retained: [RetainedRecord]
  /// Embeddings of the retained frames: `[K, D]`, rows of length 1.
  public let retainedVectors: Matrix
  /// The contexts. Record *c* belongs to row *c* of ``contextVectors``.
  public let contexts: [ContextRecord]
  /// Context vectors: `[C, D]`, rows of length 1.
  public let contextVectors: Matrix
  /// One record for each sampled frame: what was decided about it, and why.
  public let ledger: [LedgerRecord]
  /// What the video says in words: titles, chapters, subtitles and what was read in its pictures.
  public let text: [TextPiece]
  /// The shots of the index. A shot shorter than the settings allow is part of the one before.
  public let shots: Shots

  /// Reads a finished bundle.
  ///
  /// - Throws: ``ArchiveError`` if it is unfinished, damaged or of another version.
  public init(_ path: FilePath) throws(ArchiveError) {
    bundle = try Bundle(path)
    retained = try bundle.retained()
    retainedVectors = try bundle.retainedVectors()
    contexts = try bundle.contexts()
    contextVectors = try bundle.contextVectors()
    ledger = try bundle.ledger()
    text = try bundle.text()
    shots = Shots(try bundle.scenes())
  }

  /// What was indexed, by what, with which settings, and how faithful the index is.
  public var manifest: Manifest { bundle.manifest }
  /// Whether something of the video is missing.
  public var isPartial: Bool { manifest.partial }

  /// One line: the bundle's path, and what was kept.
  public var description: String { "\(PrintableText.escaping(bundle.path)): \(manifest.summary)" }
}

extension Manifest {
  /// What was kept, in a line.
  public var summary: String {
    "kept \(counts.retained) of \(counts.sampled) sampled frames (\(counts.decoded) decoded), \(counts.scenes) "
      + "\(counts.scenes == 1 ? "scene" : "scenes"), coverage \(fixed(gate.coverage, digits: 3))"
  }
}
