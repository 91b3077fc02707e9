internal import KeepframeDecoding

/// The least length of a scene.
public enum SceneLength: Hashable, Sendable {
  case seconds(Double)
  case frames(Int)

  /// - Parameter frameRate: the stream's nominal rate; 25 a second stands in where the file states none.
  func seconds(at frameRate: Rational?) -> Double {
    switch self {
    case .seconds(let seconds): seconds
    case .frames(let count): Double(count) / (frameRate?.doubleValue ?? 25)
    }
  }
}
