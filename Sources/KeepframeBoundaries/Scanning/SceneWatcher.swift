public import KeepframeDecoding

/// Sees every frame while the scenes of a video are being found, so that the video is decoded only
/// once.
public protocol SceneWatcher: AnyObject {
  /// Whether it also reads the previous frame.
  var needsPreviousFrame: Bool { get }

  /// Called for each frame, in order.
  ///
  /// - Parameters:
  ///   - isCutCandidate: Whether a cut may be found before this frame.
  ///   - certain: Boundaries that are now certain, ascending, some frames back. Short scenes are
  ///     not dropped yet.
  func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws

  /// Called after the last frame, with the boundaries that the end made certain.
  func end(certain: [Boundary]) throws
}

extension SceneWatcher {
  /// False by default.
  public var needsPreviousFrame: Bool { false }
}

/// Records the time of every frame, 8 bytes a frame, and which frames the decoder marks as key
/// frames.
public final class FrameTimeWatcher: SceneWatcher {
  /// The times of the frames, in ticks of the stream's time base.
  public private(set) var pts: [Int64] = []
  /// The indices of the key frames, from 0 in presentation order.
  public private(set) var keyFrames: Set<Int> = []

  /// No frame has been seen yet.
  public init() {}

  /// Records the time of the current frame, and whether it is a key frame.
  public func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) {
    pts.append(reader.frame.pts)
    if reader.isKeyFrame { keyFrames.insert(reader.frame.index) }
  }

  /// Does nothing: every frame has been recorded.
  public func end(certain: [Boundary]) {}
}
