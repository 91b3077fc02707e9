public import Boundaries
public import Decoding

/// Looks at every frame while the scenes of a video are being found, so that one decode serves all that is asked for.
public protocol SceneWatcher: AnyObject {
  /// Whether it reads the frame before the current one too.
  var needsPreviousFrame: Bool { get }

  /// Called once a frame, in order.
  ///
  /// - Parameters:
  ///   - isCutCandidate: whether a cut may be found before this frame.
  ///   - certain: boundaries now certain, ascending, some way back; short scenes are not dropped yet.
  func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws

  /// Called after the last frame with the boundaries that its end made certain.
  func end(certain: [Boundary]) throws
}

extension SceneWatcher {
  public var needsPreviousFrame: Bool { false }
}

/// Remembers where a video may be cut without being encoded again.
public final class KeyFrameWatcher: SceneWatcher {
  /// The frames that the codec can start at.
  public private(set) var keyFrames: [FrameTime] = []

  public init() {}

  public func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) {
    if reader.isKeyFrame { keyFrames.append(reader.frame) }
  }

  public func end(certain: [Boundary]) {}
}
