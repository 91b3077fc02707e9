public import KeepframeContext
public import KeepframeDecoding
public import KeepframeFeatures
public import KeepframeRetention

/// Everything that shapes an index. Two runs with equal settings, video, model and machine write the same bytes.
public struct IndexSettings: Hashable, Sendable {
  /// Sampled frames a second of the video; the first frame of each shot comes on top.
  public var samplesPerSecond = 4.0
  /// The learned gate is for the backbone that its weights were trained on; with another, ``Indexer`` refuses it.
  public var gate = GateKind.learned
  /// Of the learned gate; nil takes those that come with the package.
  public var gateWeights: GateWeights?
  public var target = RetentionTarget.price(nil)
  /// How late the gate may decide, 0 for strictly live; the gates that do not look ahead ignore it.
  public var lookAheadSeconds = 2.0
  /// A built-in name or the path of a model; see ``makeBackbone(named:precision:)``.
  public var backbone = "efficientnet-lite0"
  public var precision = Precision.auto
  public var detector = DetectorSettings()
  public var minimumSceneSeconds = 0.6
  /// What sums up the memory; nil takes the trained hierarchy where the backbone is the one it was trained on, else the mean.
  public var encoder: (any MemoryEncoder)? {
    get { chosenEncoder.encoder }
    set { chosenEncoder.encoder = newValue }
  }
  private var chosenEncoder = ChosenEncoder()
  /// Memory vectors under one leaf of the encoder.
  public var windowSize = 100
  /// The JPEGs of retained frames are at most this wide.
  public var thumbnailWidth = 320
  public var decoding = DecodingOptions()
  /// The name of the pipeline that these settings started from.
  public var pipeline = "default"

  public init() {}

  /// Samples that the gate sees before and after the one it judges. No more are taken than there are frames.
  func lookAheadSamples(frameRate: Rational?) -> Int {
    let rate = min(samplesPerSecond, frameRate?.doubleValue ?? samplesPerSecond)
    guard lookAheadSeconds > 0 else { return 0 }
    return min(max(1, Int((lookAheadSeconds * rate).rounded())), Self.mostLookAheadSamples)
  }

  func makeGate(price: Double, lookAhead: Int) -> any Gate {
    gate.makeGate(price: price, lookAhead: lookAhead, weights: gateWeights)
  }

  /// Nil for the mean.
  func encoder(for backbone: BackboneDescription) -> (any MemoryEncoder)? {
    encoder ?? (backbone.name == EncoderModel.shipped.backbone ? EncoderModel.shipped : nil)
  }

  /// The gate compares every sample of its window with every other.
  static let mostLookAheadSamples = 256
}

/// An encoder of whatever type; two of the same weights are equal.
private struct ChosenEncoder: Hashable {
  var encoder: (any MemoryEncoder)?

  static func == (a: ChosenEncoder, b: ChosenEncoder) -> Bool { a.encoder?.digest == b.encoder?.digest }
  func hash(into hasher: inout Hasher) { hasher.combine(encoder?.digest) }
}

/// How much to keep.
public enum RetentionTarget: Hashable, Sendable {
  /// What one memory slot costs, in the gate's currency; nil takes the gate's own default.
  case price(Double?)
  /// The share of the sampled frames to keep at most, 0...1; the price is searched.
  case rate(Double)
  /// The number of frames to keep at most; the price is searched.
  case budget(Int)
}
