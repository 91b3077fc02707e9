package import SystemPackage

/// Pictures of one video, on disk until it is known which are kept. Like ``SampleSpool`` without a name.
public struct JPEGSpool: ~Copyable {
  private let file: ScratchFile
  private var ends: [Int64] = []

  package var count: Int { ends.count }

  package init(in directory: FilePath, reportedAs reportedPath: FilePath) throws(ArchiveError) {
    file = try ScratchFile(in: directory, reportedAs: reportedPath)
  }

  public mutating func append(_ jpeg: [UInt8]) throws(ArchiveError) {
    try file.append(jpeg)
    ends.append((ends.last ?? 0) + Int64(jpeg.count))
  }

  /// - Parameter index: counted from 0 in the order of appending.
  public func read(_ index: Int) throws(ArchiveError) -> [UInt8] {
    let start = index == 0 ? 0 : ends[index - 1]
    return try file.read(at: start, count: Int(ends[index] - start))
  }
}
