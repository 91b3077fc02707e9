import Keepframe
import SystemPackage

/// Where a result goes: a file that appears whole, or standard output.
final class Output {
  private var file: StagedFile?

  /// Claims the place at once, so that a run learns before its work that it cannot write.
  ///
  /// - Parameters:
  ///   - destination: nil for standard output.
  ///   - inputs: what the run reads, and so must not write.
  init(_ destination: FilePath?, replace: Bool, sparing inputs: InputFiles) throws(ArchiveError) {
    file = if let destination { try StagedFile(destination, replace: replace, sparing: inputs) } else { nil }
  }

  /// Writes more of the result.
  func append(_ bytes: [UInt8]) throws(ArchiveError) {
    if file != nil { try file!.append(bytes) } else { try Talk.resultBytes(bytes) }
  }

  /// Gives the file its name; nothing can be written after.
  func publish() throws(ArchiveError) {
    if let file = file.take() { try file.publish() }
  }

  /// Writes the whole result.
  func write(_ bytes: [UInt8]) throws(ArchiveError) {
    try append(bytes)
    try publish()
  }
}
