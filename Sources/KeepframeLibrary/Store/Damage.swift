internal import KeepframeSystem
public import SystemPackage

/// Something of a library that is not as it was written.
public struct Damage: Hashable, Sendable {
  /// The file, by its path inside the library.
  public let file: String
  /// What is wrong with it, in words that follow the file's path.
  public let how: String
  /// The video that it is part of, where that is known.
  public internal(set) var video: FilePath?

  init(file: String, _ how: String) {
    self.file = file
    self.how = how
  }

  /// Of a block.
  init(_ segment: SegmentKey, at offset: Int64, _ how: String) {
    self.init(file: segment.place, "byte \(offset): the block \(how)")
  }

  func of(_ video: StoredVideo) -> Damage {
    var damage = self
    damage.video = video.paths[0].path
    return damage
  }
}

extension Damage: CustomStringConvertible {
  /// In one line: the video, the file, and what is wrong with it.
  public var description: String {
    (video.map { "\(PrintableText.escaping($0)): " } ?? "") + "\(oneLine(file)): \(oneLine(how))"
  }
}
