package import KeepframeBundle
package import KeepframeNumerics
package import SystemPackage

/// Writes vectors, and the facts about each, in one of the formats.
package struct EmbeddingWriter {
  private let format: EmbeddingFormat
  private let output: Output
  /// Outputs for seconds and ticks of the rows, beside an NPY that goes to a file.
  private let sidecars: [(name: String, output: Output)]

  /// Claims all places at once.
  ///
  /// - Parameters:
  ///   - destination: nil for the stream.
  ///   - inputs: the files that the run reads, and so must not write.
  package init(
    _ format: EmbeddingFormat, to destination: FilePath?, replace: Bool, sparing inputs: InputFiles,
    stream: @escaping Output.Stream = { _ in preconditionFailure("there is a file") }
  ) throws(ArchiveError) {
    self.format = format
    let beside =
      if format == .npy, let destination {
        ["timestamps", "pts"].map { name in
          let folder = destination.removingLastComponent()
          return (name: name, path: folder.pushing(OutputName.named(after: destination, suffix: ".\(name).npy")))
        }
      } else { [(name: String, path: FilePath)]() }
    for path in [destination].compactMap(\.self) + beside.map(\.path) { try inputs.check(path) }
    output = try Output(destination, replace: replace, sparing: inputs, stream: stream)
    sidecars = try beside.map { file throws(ArchiveError) in
      (file.name, try Output(file.path, replace: replace, sparing: inputs, stream: stream))
    }
  }

  /// - Parameter vectors: `[N, D]`
  package func write(_ table: SampleTable, vectors: Matrix) throws {
    switch format {
    case .npy: try output.write(NpyArray(vectors).encode())
    case .npz: try output.write(try encodeNpz([(name: "features", array: NpyArray(vectors))] + table.arrays))
    case .jsonl: try output.write(try table.lines(first: 0, block: vectors))
    }
    try writeSidecars(table)
  }

  /// Writes vectors from disk, a block at a time, so that memory does not grow with the video. Only
  /// NPZ is put together in memory.
  package func write(_ table: SampleTable, spool: inout SampleSpool) throws {
    switch format {
    case .npy:
      try output.append(NpyArray.header(float32Shape: [spool.count, spool.dimension]))
      try spool.forEachBlock { _, block throws(ArchiveError) in try output.append(block.littleEndianBytes) }
    case .jsonl:
      try spool.forEachBlock { first, block throws(ArchiveError) in try output.append(try table.lines(first: first, block: block))
      }
    case .npz:
      var values: [Float] = []
      try spool.forEachBlock { _, block in values += block.values }
      let vectors = NpyArray(shape: [spool.count, spool.dimension], elements: .float32(values))
      try output.append(try encodeNpz([(name: "features", array: vectors)] + table.arrays))
    }
    try output.publish()
    try writeSidecars(table)
  }

  private func writeSidecars(_ table: SampleTable) throws {
    for sidecar in sidecars {
      guard let array = table.arrays.first(where: { $0.name == sidecar.name })?.array else { continue }
      try sidecar.output.write(array.encode())
    }
  }
}
