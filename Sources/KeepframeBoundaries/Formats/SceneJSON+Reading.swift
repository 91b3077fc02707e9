/// All of a bundle's `scenes.json`, as `keepframe scenes -f json` writes it; ``SceneDocument`` is the part that most readers need.
public struct SceneFile: Decodable, Sendable {
  public var partial: Bool
  public var damage: Damage
  public var video: Video
  public var params: [String: Scalar]
  public var scenes: [Scene]
  public var transitions: [SceneDocument.Transition]

  public struct Damage: Decodable, Hashable, Sendable {
    public var undecodablePackets: Int
    public var concealedFrames: Int
    public var synthesizedTimestamps: Int
    public var timestampJumps: Int
    public var formatChanges: Int
    public var missingS: Double
    public var readError: String?
  }

  public struct Video: Decodable, Hashable, Sendable {
    public var path: String
    public var codec: String?
    public var width: Int
    public var height: Int
    /// `30000/1001`
    public var frameRate: String?
    /// `stated` or `measured`; nil without a rate, and in bundles older than this member.
    public var frameRateSource: String?
    public var statedFrameRate: String?
    public var timeBase: String
    public var startPts: Int64
    public var durationS: Double
    public var frames: Int
    // Files from before these members were added lack them.
    public var codedWidth: Int?
    public var codedHeight: Int?
    /// Nil where nothing is cut off.
    public var crop: Crop?
    /// `16/9`
    public var sampleAspect: String?
    public var rotationDegrees: Int?
    public var mirrored: Bool?
    public var playerStartS: Double?
    public var startTimecode: String?
  }

  public struct Crop: Decodable, Hashable, Sendable {
    public var left: Int
    public var top: Int
    public var right: Int
    public var bottom: Int
  }

  public struct Scene: Decodable, Hashable, Sendable {
    public var startFrame: Int
    public var endFrame: Int
    public var startPts: Int64
    public var endPts: Int64
    public var startS: Double
    public var endS: Double
    public var `in`: Opening
  }

  public struct Opening: Decodable, Hashable, Sendable {
    /// `start`, `cut`, the kind of a transition, or `unknown`.
    public var type: String
    public var score: Double?
  }

  /// A setting's value.
  public enum Scalar: Decodable, Hashable, Sendable {
    case bool(Bool), integer(Int64), number(Double), string(String)

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int64.self) {
        self = .integer(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }
}
