package import KeepframeContext
internal import KeepframeNumerics

/// A retained frame, as a library keeps it.
package struct MomentRecord: Hashable, Sendable {
  /// 0-based index of the frame, in the order of presentation.
  package let frame: Int
  /// When it is shown, in ticks of the video's time base.
  package let pts: Int64
  /// Seconds since the first frame.
  package let seconds: Double
  /// From the first sample that it stands for to the end of the last.
  package let covers: Range<Double>
}

/// What a context vector sums up.
package struct ContextSpan: Hashable, Sendable {
  /// Half-open, since the first frame.
  package let seconds: Range<Double>
  package let kind: ContextVector.Kind
  /// 1 for a window of retained frames, 2 for a window of those, and so on.
  package let level: Int
}

/// From here on, until the next run, one moment stands for all samples.
package struct CoverRun: Hashable, Sendable {
  package let seconds: Double
  package let row: Int

  package init(seconds: Double, row: Int) {
    self.seconds = seconds
    self.row = row
  }
}

/// What a block of vectors is made of.
struct VectorsBlock {
  /// `[M * d]`
  var moments: [Float]
  /// `[C * dc]`
  var contexts: [Float]
  /// Of the same length as a moment's; nil of a video whose bundle has none.
  var samples: QuantizedRows?
  /// When each sample is shown, in seconds since the first frame.
  var sampleSeconds: [Double] = []
  var momentRecords: [MomentRecord]
  var runs: [CoverRun]
  var contextRecords: [ContextSpan]
  /// JSON Lines.
  var texts: [UInt8] = []

  /// - Parameter facts: what ``VideoFacts`` writes.
  /// - Returns: nil if there is more than a block can count.
  func bytes(facts: [UInt8], _ space: VectorSpace) -> (block: [UInt8], digest: [UInt8])? {
    bytes(facts: facts, dimension: space.momentDimension, contextDimension: space.contextDimension)
  }

  func bytes(facts: [UInt8], dimension: Int, contextDimension: Int) -> (block: [UInt8], digest: [UInt8])? {
    var counts = VectorsLayout.Counts()
    (counts.moments, counts.contexts, counts.runs) = (momentRecords.count, contextRecords.count, runs.count)
    (counts.dimension, counts.contextDimension) = (dimension, contextDimension)
    (counts.samples, counts.textBytes, counts.factsBytes) = (samples?.rows ?? 0, texts.count, facts.count)
    counts.codes = RowCodes.maximumDimension >= counts.dimension ? counts.moments : 0
    guard let layout = VectorsLayout(counts) else { return nil }
    precondition(
      moments.count == counts.moments * counts.dimension && contexts.count == counts.contexts * counts.contextDimension
        && samples?.columns ?? counts.dimension == counts.dimension && counts.samples == sampleSeconds.count,
      "expected vectors of \(dimension) and \(contextDimension) numbers, got \(moments.count) and \(contexts.count)")
    var block = LittleEndian()
    block.append(layout.header)
    block.append(moments)
    if counts.codes > 0 {
      let codes = moments.withUnsafeBufferPointer { RowCodes(of: $0, dimension: counts.dimension) }
      block.pad(to: layout.codes)
      block.append(codes.codes)
      block.pad(to: layout.codeScales)
      block.append(codes.scales)
      block.pad(to: layout.codeErrors)
      block.append(codes.errors)
    }
    block.pad(to: layout.contexts)
    block.append(contexts)
    block.pad(to: layout.samples)
    if let samples {
      block.append(samples.codes)
      block.pad(to: layout.sampleSeconds)
      for seconds in sampleSeconds { block.append(seconds) }
    }
    block.pad(to: layout.momentRecords)
    for moment in momentRecords {
      for seconds in [moment.seconds, moment.covers.lowerBound, moment.covers.upperBound] { block.append(seconds) }
      block.append(Int64(moment.frame))
      block.append(moment.pts)
    }
    block.pad(to: layout.runs)
    for run in runs {
      block.append(run.seconds)
      block.append(UInt32(run.row))
      block.append(UInt32(0))
    }
    block.pad(to: layout.contextRecords)
    for context in contextRecords {
      block.append(context.seconds.lowerBound)
      block.append(context.seconds.upperBound)
      block.append(context.kind.number)
      block.append(UInt32(clamping: context.level))
      block.append(UInt64(0))
    }
    block.pad(to: layout.texts)
    block.append(texts)
    block.pad(to: layout.facts)
    block.append(facts)
    block.pad(to: layout.byteCount)
    var bytes = block.bytes
    let digest = Block.close(&bytes)
    return (bytes, digest)
  }

  /// The same block with other facts.
  ///
  /// - Parameter block: a sound one.
  static func replacingFacts(of block: UnsafeRawBufferPointer, with facts: [UInt8]) -> (block: [UInt8], digest: [UInt8])? {
    guard var counts = VectorsLayout(block)?.counts else { return nil }
    counts.factsBytes = facts.count
    guard let new = VectorsLayout(counts) else { return nil }
    var bytes = LittleEndian()
    bytes.append(new.header)
    bytes.append(block[VectorsLayout.headerBytes..<new.facts])
    bytes.append(facts)
    bytes.pad(to: new.byteCount)
    var closed = bytes.bytes
    let digest = Block.close(&closed)
    return (closed, digest)
  }
}

extension ContextVector.Kind {
  fileprivate static let numbered: [ContextVector.Kind] = [.video, .window, .part, .shot]

  fileprivate var number: UInt32 { UInt32(Self.numbered.firstIndex(of: self)!) }

  /// Nil for a number that none has.
  init?(number: UInt32) {
    guard Self.numbered.indices.contains(Int(number)) else { return nil }
    self = Self.numbered[Int(number)]
  }
}
