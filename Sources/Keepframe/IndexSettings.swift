public import KeepframeBoundaries
internal import KeepframeBundle
public import KeepframeContext
public import KeepframeDecoding
package import KeepframeFeatures
public import KeepframeRetention

/// Everything that shapes an index. Two runs with equal settings, video, model and machine write
/// the same bytes.
public struct IndexSettings: Hashable, Sendable {
  /// Sampled frames a second of the video; the first frame of each shot comes on top.
  public var samplesPerSecond = 4.0
  /// Nil takes the learned gate where the backbone is the one that its weights were trained on,
  /// else coverage, the best that needs no learning. The learned gate is for that backbone alone:
  /// with another, ``Indexer`` refuses it.
  public var gate: GateKind?
  /// A gate of your own, in place of any of these.
  public var customGate: CustomGate?
  /// Of the learned gate; nil takes those that come with the package.
  public var gateWeights: GateWeights?
  /// How much to keep; unless it is set, what is worth the gate's own price.
  public var target = RetentionTarget.price(nil)
  /// How late the gate may decide, 0 for strictly live; the gates that do not look ahead ignore it.
  public var lookAheadSeconds = 2.0
  /// Which detector finds the boundaries of shots, and how sure it must be.
  public var detector = DetectorSettings()
  /// Least length of a shot in seconds, 0 or more; 0 accepts every boundary.
  public var minimumSceneSeconds = 0.6
  /// What sums up the memory; nil takes the trained hierarchy where the backbone is the one it was
  /// trained on, else one that solves its weights and knows no order.
  public var encoder: (any MemoryEncoder)? {
    get { chosenEncoder.encoder }
    set { chosenEncoder.encoder = newValue }
  }
  private var chosenEncoder = ChosenEncoder()
  /// Memory vectors under one leaf of the encoder.
  public var windowSize = 100
  /// How many vectors sum up the video, and each window, besides the one: 1 for no more than that.
  public var contexts = 4
  /// The JPEGs of retained frames are at most this wide.
  public var thumbnailWidth = 320
  /// Limits and choices for opening the video.
  public var decoding = DecodingOptions()
  /// How much is decoded and embedded; what less loses is measured in docs/scenes.md.
  public var effort = Effort.exact
  /// The name of the pipeline that these settings started from.
  public var pipeline = "default"

  /// The defaults.
  public init() {}

  /// Seconds that the gate sees beyond the moment it judges, not so many that they hold too many
  /// samples.
  func lookAhead(frameRate: Rational?) -> Double {
    let rate = min(samplesPerSecond, frameRate?.doubleValue ?? samplesPerSecond)
    return min(lookAheadSeconds, Double(Self.mostSamplesAhead) / rate)
  }

  /// Which of the package's gates decides, where none of the user's own does. Weights that are given
  /// are to be used.
  package func gate(for backbone: BackboneChoice) -> GateKind {
    gate ?? (gateWeights != nil || backbone.name == GateWeights.shipped.backbone ? .learned : .coverage)
  }

  /// The weights of the gate that decides; nil where that is not the learned one.
  func usedGateWeights(for backbone: BackboneChoice) -> GateWeights? {
    customGate == nil && gate(for: backbone) == .learned ? gateWeights ?? .shipped : nil
  }

  /// The gate that decides, with all that it takes but the price.
  func gateMaker(for backbone: BackboneChoice, frameRate: Rational?) -> GateMaker {
    if let customGate { return GateMaker(customGate) }
    return GateMaker(
      gate(for: backbone), weights: usedGateWeights(for: backbone), lookAhead: lookAhead(frameRate: frameRate))
  }

  /// Nil for a hierarchy without anything trained.
  func encoder(for backbone: BackboneDescription) -> (any MemoryEncoder)? {
    encoder ?? (backbone.name == EncoderModel.shipped.backbone ? EncoderModel.shipped : nil)
  }

  /// Exact reuses no more than what has not changed.
  var reusePolicy: ReusePolicy {
    switch effort {
    case .exact: .unchanged
    case .balanced: .similar
    case .fast: .alike
    }
  }

  /// What is kept of each sample's pixels.
  func stills(for backbone: BackboneDescription) -> StillSettings {
    StillSettings(
      samplesPerSecond: samplesPerSecond, pictureWidth: backbone.inputWidth, pictureHeight: backbone.inputHeight,
      previewWidth: thumbnailWidth)
  }

  /// The gate compares every sample of its window with every other.
  private static let mostSamplesAhead = 256
}

extension IndexSettings {
  /// The settings as the manifest states them.
  func record(_ backbone: BackboneChoice) -> Manifest.Settings {
    let gate = gateMaker(for: backbone, frameRate: nil)
    var record = Manifest.Settings(
      samplesPerSecond: samplesPerSecond, gate: gate.name, lookAheadSeconds: lookAheadSeconds,
      gateWeights: usedGateWeights(for: backbone).map { _ in gateWeights?.digest ?? GateWeights.shippedDigest },
      encoderWeights: encoder?.digest ?? EncoderModel.shippedDigest, backbone: backbone.name,
      precision: backbone.precision.rawValue, detector: detector.name, detectorWeights: detector.weightsDigest,
      detectorThreshold: detector.resolvedThreshold, minimumSceneSeconds: minimumSceneSeconds, windowSize: windowSize,
      contexts: contexts, thumbnailWidth: thumbnailWidth, videoStream: decoding.videoStream,
      maxDurationSeconds: decoding.maxDurationSeconds,
      maxPixels: decoding.maxPixels, effort: effort.rawValue, pipeline: pipeline)
    switch target {
    case .price(let price): record.price = price ?? gate.defaultPrice
    case .rate(let rate): record.rate = rate
    case .budget(let budget): record.budget = budget
    }
    return record
  }
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
