public import KeepframeBoundaries
internal import KeepframeBundle
public import KeepframeContext
public import KeepframeDecoding
package import KeepframeFeatures
public import KeepframeRetention

/// Everything that shapes an index. Two runs with equal settings, video, model and machine write
/// the same bytes.
public struct IndexSettings: Hashable, Sendable {
  /// Sampled frames a second of the video; the first frame of each shot is added.
  public var samplesPerSecond = 4.0
  /// The gate that decides what is kept.
  ///
  /// Nil takes the learned gate if the backbone is the one that the shipped weights were trained
  /// on, or if ``gateWeights`` are given. Otherwise it takes `coverage`, the best gate without
  /// learning. ``Indexer`` refuses the learned gate with a backbone that its weights were not
  /// trained on.
  public var gate: GateKind?
  /// A gate of your own, in place of any of these.
  public var customGate: CustomGate?
  /// The weights of the learned gate; nil takes those that come with the package.
  public var gateWeights: GateWeights?
  /// How much to keep. By default, what is worth the gate's own price.
  public var target = RetentionTarget.price(nil)
  /// How many seconds the gate sees ahead, 0 for strictly live. Gates that do not look ahead ignore
  /// it.
  public var lookAheadSeconds = 2.0
  /// Which detector finds the boundaries of shots, and how sure it must be.
  public var detector = DetectorSettings()
  /// Least length of a shot in seconds, 0 or more; 0 accepts every boundary.
  public var minimumSceneSeconds = 0.6
  /// The encoder that sums up the memory.
  ///
  /// Nil takes the trained hierarchy if the backbone is the one that it was trained on. Otherwise
  /// it takes a hierarchy that solves its weights and does not tell the order.
  public var encoder: (any MemoryEncoder)? {
    get { chosenEncoder.encoder }
    set { chosenEncoder.encoder = newValue }
  }
  private var chosenEncoder = ChosenEncoder()
  /// Memory vectors under one leaf of the encoder.
  public var windowSize = 100
  /// How many parts to make of the video and of each window, besides the one vector; 1 makes none.
  public var contexts = 4
  /// The JPEGs of retained frames are at most this wide.
  public var thumbnailWidth = 320
  /// Limits and choices for opening the video.
  public var decoding = DecodingOptions()
  /// How much is decoded and embedded. docs/scenes.md says what is lost with less.
  public var effort = Effort.exact
  /// Languages in which text in the pictures of retained frames is read, as Tesseract names them:
  /// `eng`, or `eng+deu`. Nil reads none. Needs Tesseract 5, found at run time.
  public var ocrLanguages: String?
  /// The name of the pipeline that these settings started from.
  public var pipeline = "default"

  /// The defaults.
  public init() {}

  /// Seconds that the gate sees ahead, limited so that they do not hold too many samples.
  func lookAhead(frameRate: Rational?) -> Double {
    let rate = min(samplesPerSecond, frameRate?.doubleValue ?? samplesPerSecond)
    return min(lookAheadSeconds, Double(Self.mostSamplesAhead) / rate)
  }

  /// The gate that decides, unless ``customGate`` does. If no gate is named but weights are given,
  /// it is the learned one.
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

  /// The encoder that sums up; nil for a hierarchy without anything trained.
  func encoder(for backbone: BackboneDescription) -> (any MemoryEncoder)? {
    encoder ?? (backbone.name == EncoderModel.shipped.backbone ? EncoderModel.shipped : nil)
  }

  /// With `exact`, only pictures that have not changed reuse an embedding.
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

  /// The most samples ahead: the gate compares every sample of its window with every other.
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
    record.ocr = ocrLanguages
    switch target {
    case .price(let price): record.price = price ?? gate.defaultPrice
    case .rate(let rate): record.rate = rate
    case .budget(let budget): record.budget = budget
    }
    return record
  }
}

/// An encoder of any type. Two with the same weights are equal.
private struct ChosenEncoder: Hashable {
  var encoder: (any MemoryEncoder)?

  static func == (a: ChosenEncoder, b: ChosenEncoder) -> Bool { a.encoder?.digest == b.encoder?.digest }
  func hash(into hasher: inout Hasher) { hasher.combine(encoder?.digest) }
}

/// How much to keep.
public enum RetentionTarget: Hashable, Sendable {
  /// What keeping one more frame costs, in the gate's own currency; nil takes the gate's default.
  case price(Double?)
  /// The share of the sampled frames to keep at most, 0...1; the price is searched.
  case rate(Double)
  /// The number of frames to keep at most; the price is searched.
  case budget(Int)
}
