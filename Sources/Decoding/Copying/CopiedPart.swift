public import SystemPackage

/// What one copied part should hold, and why it may hold something else.
public struct CopiedPart: Hashable, Sendable {
  /// The frames of the video that are its own.
  public let frames: Range<Int>
  /// Why players may show other frames than these; empty where the packets tell that they will not.
  public let doubts: [Doubt]

  public enum Doubt: Hashable, Sendable {
    /// Packets that the video's edit list hides would be shown.
    case editList
    /// It ends with the key frame that its last frames need, and nothing hides it.
    case borrowedKeyFrame
    /// It begins with a key frame that the codec does not promise to be right at once.
    case recoveryPoint
    /// Packets and frames do not match one to one.
    case packets
  }
}

extension StreamCopier {
  /// What each part holds in `container`, told by packets.
  public func parts(in container: PartContainer) -> [CopiedPart] {
    let starts = [0] + cuts.map(\.frame)
    let groups = [0] + cuts.map(\.group.lowerBound)
    var shown = [Int](repeating: 0, count: starts.count)
    var part = 0
    for frame in table.packets.compactMap(\.frame).sorted() {
      while part + 1 < starts.count, frame >= starts[part + 1] { part += 1 }
      shown[part] += 1
    }
    return starts.indices.map { index in
      let frames = starts[index]..<(index + 1 < starts.count ? starts[index + 1] : table.framePTS.count)
      var doubts: [CopiedPart.Doubt] = []
      let packets = table.packets[groups[index]..<(index + 1 < groups.count ? groups[index + 1] : table.packets.count)]
      let start = frames.isEmpty ? 0 : table.framePTS[frames.lowerBound]
      if showsHidden(packets, from: start, container) { doubts.append(.editList) }
      if index < cuts.count, !cuts[index].isClean { doubts.append(.borrowedKeyFrame) }
      if index > 0, !cuts[index - 1].isPromised { doubts.append(.recoveryPoint) }
      if shown[index] != frames.count { doubts.append(.packets) }
      return CopiedPart(frames: frames, doubts: doubts)
    }
  }

  /// Whether hidden packets lie where the part's own edit list cannot hide them: it hides what is shown before `start`, or after the
  /// part's last frame.
  private func showsHidden(_ packets: ArraySlice<CopiedPacket>, from start: Int64, _ container: PartContainer) -> Bool {
    guard let last = packets.lastIndex(where: { !$0.isHidden }) else { return false }
    let end = packets.lazy.filter { !$0.isHidden }.map(\.pts).max() ?? start
    return packets[...last].contains { $0.isHidden && !(container.canHide && ($0.pts < start || $0.pts > end)) }
  }

  /// How many frames of a part that was written can be decoded.
  public func countFrames(of part: FilePath) throws(CopyError) -> Int {
    var options = DecodingOptions()
    options.threadCount = self.options.threadCount
    options.maxPixels = self.options.maxPixels
    do throws(DecodingError) {
      var reader = try VideoReader(part, options: options, cancellation: cancellation)
      var count = 0
      while try reader.advance() { count += 1 }
      return count
    } catch {
      if case .noFrames = error.kind { return 0 }
      throw .reading(error)
    }
  }
}
