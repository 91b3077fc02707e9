package import SystemPackage

/// Where a result goes: a file that appears whole, or a stream such as standard output.
package final class Output {
  package typealias Stream = ([UInt8]) throws(ArchiveError) -> Void

  private var file: StagedFile?
  private let stream: Stream

  /// Claims the place at once, so that a run that cannot write fails before its work.
  ///
  /// - Parameters:
  ///   - destination: nil for the stream.
  ///   - inputs: the files that the run reads, and so must not write.
  package init(
    _ destination: FilePath?, replace: Bool, sparing inputs: InputFiles, stream: @escaping Stream
  ) throws(ArchiveError) {
    self.stream = stream
    file = if let destination { try StagedFile(destination, replace: replace, sparing: inputs) } else { nil }
  }

  /// Writes more of the result.
  package func append(_ bytes: [UInt8]) throws(ArchiveError) {
    if file != nil { try file!.append(bytes) } else { try stream(bytes) }
  }

  /// Gives the file its name; nothing can be written after.
  package func publish() throws(ArchiveError) {
    if let file = file.take() { try file.publish() }
  }

  /// Writes the whole result.
  package func write(_ bytes: [UInt8]) throws(ArchiveError) {
    try append(bytes)
    try publish()
  }
}
