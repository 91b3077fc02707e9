/// A frame shrunk by area averaging over all its rows, for boundary detection.
///
/// It is upright (the display matrix is applied) and full range, whatever the frame's own format:
/// limited-range luma 16...235 is stretched to 0...255, and so is chroma 16...240. Neutral chroma
/// is 128, which grey sources have everywhere.
public struct Thumbnail: Hashable, Sendable {
  /// Columns of ``luma``.
  public static let width = 64
  /// Rows of ``luma``.
  public static let height = 36
  /// Columns of ``cb`` and ``cr``.
  public static let chromaWidth = 16
  /// Rows of ``cb`` and ``cr``.
  public static let chromaHeight = 9

  /// `[height * width]`, row-major.
  public var luma: [UInt8]
  /// `[chromaHeight * chromaWidth]`, row-major: blue difference.
  public var cb: [UInt8]
  /// `[chromaHeight * chromaWidth]`, row-major: red difference.
  public var cr: [UInt8]

  /// A mid-grey thumbnail.
  public init() {
    luma = Array(repeating: 128, count: Self.width * Self.height)
    cb = Array(repeating: 128, count: Self.chromaWidth * Self.chromaHeight)
    cr = cb
  }
}
