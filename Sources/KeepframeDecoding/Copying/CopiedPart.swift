internal import KeepframeSystem
package import SystemPackage

/// The frames that one copied part should hold, and why it may hold others.
package struct CopiedPart: Hashable, Sendable {
  /// The frames of the video that belong to the part.
  package let frames: Range<Int>
  /// Why players may show other frames than these; empty if the packets show that they will not.
  package let doubts: [Doubt]

  package enum Doubt: Hashable, Sendable {
    /// Packets that the video's edit list hides would be shown.
    case editList
    /// The part ends with the key frame that its last frames need, and nothing hides that key
    /// frame.
    case borrowedKeyFrame
    /// The part begins with a key frame that the codec does not promise to decode correctly at
    /// once.
    case recoveryPoint
    /// Packets and frames do not correspond one to one.
    case packets
  }
}

extension StreamCopier {
  /// The frames of each part in `container`, judged from packets.
  package func parts(in container: PartContainer) -> [CopiedPart] {
    let starts = [0] + cuts.map(\.frame)
    let revealing = PartRoutes(table, at: cuts, starts: [table.framePTS.first ?? 0] + cuts.map(\.pts), in: container).revealing
    var shown = [Int](repeating: 0, count: starts.count)
    var part = 0
    for frame in table.packets.compactMap(\.frame).sorted() {
      while part + 1 < starts.count, frame >= starts[part + 1] { part += 1 }
      shown[part] += 1
    }
    return starts.indices.map { index in
      let frames = starts[index]..<(index + 1 < starts.count ? starts[index + 1] : table.framePTS.count)
      var doubts: [CopiedPart.Doubt] = []
      if revealing.contains(index) { doubts.append(.editList) }
      if index < cuts.count, !cuts[index].isClean { doubts.append(.borrowedKeyFrame) }
      if index > 0, !cuts[index - 1].isPromised { doubts.append(.recoveryPoint) }
      if shown[index] != frames.count { doubts.append(.packets) }
      return CopiedPart(frames: frames, doubts: doubts)
    }
  }

  /// The number of frames that can be decoded of a part that was written.
  package func countFrames(of part: FilePath) throws(CopyError) -> Int {
    var options = DecodingOptions()
    options.threadCount = self.options.threadCount
    options.maxPixels = self.options.maxPixels
    do throws(DecodingError) {
      var reader = try VideoReader(opening: part, options: options, cancellation: cancellation)
      var count = 0
      while try reader.decodeNext() { count += 1 }
      return count
    } catch {
      if case .noFrames = error.kind { return 0 }
      throw .reading(error)
    }
  }
}
