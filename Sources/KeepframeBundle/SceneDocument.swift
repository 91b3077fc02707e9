/// The parts of `scenes.json` that readers of a bundle need.
public struct SceneDocument: Decodable, Hashable, Sendable {
  public var scenes: [Scene]
  public var transitions: [Transition]

  public struct Scene: Decodable, Hashable, Sendable {
    public var startFrame: Int
    public var endFrame: Int
    public var startPts: Int64
    public var endPts: Int64
    public var startS: Double
    public var endS: Double
  }

  public struct Transition: Decodable, Hashable, Sendable {
    public var kind: String
    public var startFrame: Int
    public var endFrame: Int
    public var score: Double
  }
}
