public import KeepframeNumerics
internal import KeepframeSystem
public import SystemPackage

/// Keeps the embeddings of all sampled frames of one video on disk. They are read again once the
/// memory is complete.
///
/// The file has no name, so it is gone with the process, however that ends.
public struct SampleSpool: ~Copyable {
  /// D, the length of each row.
  public let dimension: Int
  /// Rows appended so far.
  public private(set) var count = 0
  private let file: ScratchFile
  /// Rows not yet on disk.
  private var pending: [Float] = []
  private static let pendingRows = 64

  init(in directory: FilePath, dimension: Int, reportedAs reportedPath: FilePath) throws(ArchiveError) {
    self.dimension = dimension
    file = try ScratchFile(in: directory, reportedAs: reportedPath)
  }

  /// - Parameter output: the file that the rows are for, whose disk they use. Nil, for standard
  ///   output, uses the temporary folder.
  public init(beside output: FilePath?, dimension: Int) throws(ArchiveError) {
    let directory = output?.removingLastComponent() ?? Installation.current().temporaryFolder
    try self.init(in: directory, dimension: dimension, reportedAs: output ?? directory)
  }

  /// - Parameter row: `[dimension]`.
  public mutating func append(_ row: [Float]) throws(ArchiveError) {
    precondition(row.count == dimension, "spool holds [\(dimension)], got [\(row.count)]")
    pending.append(contentsOf: row)
    count += 1
    if pending.count >= Self.pendingRows * dimension { try flush() }
  }

  private mutating func flush() throws(ArchiveError) {
    try file.append(Matrix(rows: 1, columns: pending.count, values: pending).littleEndianBytes)
    pending.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with all rows in order, a block at a time.
  ///
  /// - Parameter body: takes the ordinal of the block's first row and the block, `[<= 256,
  ///   dimension]`.
  public mutating func forEachBlock(_ body: (Int, Matrix) throws(ArchiveError) -> Void) throws(ArchiveError) {
    try flush()
    var row = 0
    while row < count {
      let rows = min(256, count - row)
      var values = [Float](repeating: 0, count: rows * dimension)
      try file.read(at: Int64(row) * Int64(dimension) * 4, into: &values)
      try body(row, Matrix(rows: rows, columns: dimension, values: values))
      row += rows
    }
  }
}

/// Keeps pictures of one video on disk until it is known which are kept. Like that of
/// ``SampleSpool``, the file has no name.
public struct JPEGSpool: ~Copyable {
  private let file: ScratchFile
  private var ends: [Int64] = []

  package var count: Int { ends.count }

  package init(in directory: FilePath, reportedAs reportedPath: FilePath) throws(ArchiveError) {
    file = try ScratchFile(in: directory, reportedAs: reportedPath)
  }

  /// - Returns: the number that ``read(_:)`` takes.
  @discardableResult public mutating func append(_ jpeg: [UInt8]) throws(ArchiveError) -> Int {
    try file.append(jpeg)
    ends.append((ends.last ?? 0) + Int64(jpeg.count))
    return ends.count - 1
  }

  /// - Parameter index: counted from 0 in the order of appending.
  public func read(_ index: Int) throws(ArchiveError) -> [UInt8] {
    let start = index == 0 ? 0 : ends[index - 1]
    return try file.read(at: start, count: Int(ends[index] - start))
  }
}
