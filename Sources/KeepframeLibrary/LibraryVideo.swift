public import SystemPackage

/// A video of a library: what is known of it without reading its vectors.
public struct LibraryVideo: Hashable, Sendable {
  /// Counts up; the number of a video that was removed is not given again.
  public let id: Int64
  /// Where the video was when it was added, or when it was found to have moved; absolute.
  public let path: FilePath
  /// Where there were copies of it.
  public let otherPaths: [FilePath]
  /// What tells it from other videos: SHA-256 of its size and of its first and last mebibyte.
  public let contentID: String
  /// Size of the file in bytes.
  public let sizeBytes: Int64
  /// From the first frame's time to the end of the last.
  public let durationSeconds: Double
  /// Frames a second; nil where the file gives none.
  public let frameRate: Double?
  /// Width as shown, in pixels.
  public let width: Int
  /// Height as shown, in pixels.
  public let height: Int
  /// How many frames were retained of it.
  public let moments: Int
  /// How many context vectors it has.
  public let contexts: Int
  /// Whether something of the video was missing when it was indexed.
  public let isPartial: Bool
  /// When it was added, in seconds since 1970.
  public let added: Double
  /// When it was recorded, in seconds since 1970; nil where the bundle does not say.
  public let recorded: Double?

  package init(
    id: Int64, path: FilePath, otherPaths: [FilePath] = [], contentID: String, sizeBytes: Int64, durationSeconds: Double,
    frameRate: Double? = nil, width: Int, height: Int, moments: Int, contexts: Int, isPartial: Bool = false,
    added: Double, recorded: Double? = nil
  ) {
    self.id = id
    self.path = path
    self.otherPaths = otherPaths
    self.contentID = contentID
    self.sizeBytes = sizeBytes
    self.durationSeconds = durationSeconds
    self.frameRate = frameRate
    self.width = width
    self.height = height
    self.moments = moments
    self.contexts = contexts
    self.isPartial = isPartial
    self.added = added
    self.recorded = recorded
  }
}
