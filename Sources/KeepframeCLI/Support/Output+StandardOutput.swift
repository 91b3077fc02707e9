import Keepframe
import SystemPackage

extension Output {
  /// - Parameter destination: nil for standard output.
  convenience init(_ destination: FilePath?, replace: Bool, sparing inputs: InputFiles) throws(ArchiveError) {
    try self.init(destination, replace: replace, sparing: inputs, stream: Messages.resultBytes)
  }
}
