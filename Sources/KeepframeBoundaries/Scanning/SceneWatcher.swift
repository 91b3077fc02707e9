public import KeepframeDecoding

/// Looks at every frame while the scenes of a video are being found, so that one decode serves all
/// that is asked for.
public protocol SceneWatcher: AnyObject {
  /// Whether it reads the frame before the current one too.
  var needsPreviousFrame: Bool { get }

  /// Called once a frame, in order.
  ///
  /// - Parameters:
  ///   - isCutCandidate: whether a cut may be found before this frame.
  ///   - certain: boundaries now certain, ascending, some way back; short scenes are not dropped
  ///     yet.
  func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws

  /// Called after the last frame with the boundaries that its end made certain.
  func end(certain: [Boundary]) throws
}

extension SceneWatcher {
  /// False, unless the watcher says otherwise.
  public var needsPreviousFrame: Bool { false }
}

/// Remembers when every frame is shown, 8 bytes a frame, and which the decoder calls key frames.
public final class FrameTimeWatcher: SceneWatcher {
  /// In ticks of the stream's time base.
  public private(set) var pts: [Int64] = []
  /// 0-based indices of the key frames, counted in the order of presentation.
  public private(set) var keyFrames: Set<Int> = []

  /// No frame seen yet.
  public init() {}

  /// Notes the time of the current frame, and whether it is a key frame.
  public func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) {
    pts.append(reader.frame.pts)
    if reader.isKeyFrame { keyFrames.insert(reader.frame.index) }
  }

  /// Does nothing: every frame has been noted.
  public func end(certain: [Boundary]) {}
}
