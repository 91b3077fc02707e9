package import KeepframeBoundaries
public import KeepframeDecoding
package import KeepframeFeatures
package import KeepframeSystem
public import KeepframeText

/// `manifest.json`: what a bundle is, what made it and how faithful it is. Written last: a folder
/// without one is unfinished.
public struct Manifest: Codable, Hashable, Sendable {
  /// The version of the bundle's layout that this code writes, and the only one it reads.
  public static let currentSchema = "keepframe.bundle/1"

  /// Name and version of the layout; a bundle of another is not read.
  public var schema = Manifest.currentSchema
  /// What wrote the bundle.
  public var tool: Tool
  /// Whether something of the video is missing or made up; ``damage`` says what.
  public var partial: Bool
  /// The video that was indexed.
  public var video: Video
  /// What went wrong while it was decoded.
  public var damage: DecodingDamage
  /// How much was decoded; nil in bundles older than this member, for which every frame was.
  public var decoding: Decoding?
  /// The resolved configuration: every setting that shaped the result, defaults included.
  public var settings: Settings
  /// What embedded the samples.
  public var backbone: Backbone
  /// Which gate chose what to keep, and how faithful the choice is.
  public var gate: GateSummary
  /// What made the contexts.
  public var encoder: Encoder
  /// How many frames, contexts and scenes there are.
  public var counts: Counts
  /// What was read of the video's words; nil in bundles older than this member, which have none.
  public var text: TextRecord?
  /// Where the time went, if that was asked for.
  public var timings: [Timing]?
  /// Size and SHA-256 of each other file of the bundle, by its path inside the bundle.
  public var files: [String: File] = [:]

  /// How much of the video was decoded.
  public struct Decoding: Codable, Hashable, Sendable {
    /// `exact`, `balanced` or `fast`: what was asked for, or `exact` if the video did not allow
    /// less.
    public var effort: String
    /// Why every frame was decoded though less was asked for. Nil if less was not asked for, or if
    /// less was decoded.
    public var refusal: String?

    package init(effort: String, refusal: String? = nil) {
      self.effort = effort
      self.refusal = refusal
    }
  }

  /// One stage of the run, `other` for what is between them, or `total`.
  public struct Timing: Codable, Hashable, Sendable {
    /// Name of the stage, such as `decode`.
    public var stage: String
    /// Processor time in seconds; for `decode`, including all of libavcodec's threads.
    public var cpuSeconds: Double
    /// Elapsed time in seconds.
    public var wallSeconds: Double

    package init(stage: String, cpuSeconds: Double, wallSeconds: Double) {
      self.stage = stage
      self.cpuSeconds = cpuSeconds
      self.wallSeconds = wallSeconds
    }
  }

  /// The program that wrote the bundle.
  public struct Tool: Codable, Hashable, Sendable {
    /// `keepframe`, whichever program called the library.
    public var name: String
    /// Version of Keepframe.
    public var version: String

    package init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// The video file, and the video stream in it that was read.
  public struct Video: Codable, Hashable, Sendable {
    /// The file as it was named, with bytes that are not UTF-8 replaced.
    public var path: String
    /// SHA-256 of the size and of the first and last mebibyte.
    public var fingerprint: String
    /// Size of the file in bytes.
    public var sizeBytes: Int64
    /// libavformat's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    public var container: String
    /// libavcodec's name of the codec, such as `h264`.
    public var codec: String
    /// libavutil's name of the pixel format, such as `yuv420p10le`.
    public var pixelFormat: String
    /// Width as shown: cropped, with square pixels, upright.
    public var width: Int
    /// Height as shown: cropped, with square pixels, upright.
    public var height: Int
    /// Clockwise turn that makes the picture upright: 0, 90, 180 or 270 degrees.
    public var rotationDegrees: Int
    /// Whether the picture is mirrored left to right once it is turned.
    public var mirrored: Bool
    /// Index of the stream in the container, from 0.
    public var streamIndex: Int
    /// How many playable video streams the container has.
    public var videoStreams: Int
    /// True if another video stream could as well have been chosen; nil if not, or if unknown.
    public var closeStreamChoice: Bool?
    /// `"1/25000"`, the length of a tick in seconds.
    public var timeBase: String
    /// `"30000/1001"`, the nominal rate; nil where the file gives none.
    public var frameRate: String?
    /// `stated` or `measured`; nil without a rate, and in bundles older than this member.
    public var frameRateSource: String?
    /// Whether frames are shown for unequal times, beyond what rounding to ticks explains.
    public var variableFrameRate: Bool
    /// Ticks of the first frame; all seconds in the bundle count from it.
    public var startPts: Int64
    /// ``startPts`` in seconds: when the file says that its first frame is shown.
    public var startSeconds: Double
    /// From the first frame's time to the end of the last.
    public var durationSeconds: Double
    /// Title of the file, else of the stream, up to 500 characters; nil where neither has one.
    public var title: String?
    /// Transfer characteristic, `smpte2084` (PQ) or `arib-std-b67` (HLG), as the stream has it.
    ///
    /// This and the next three are nil where colours are taken as they are, as in ordinary video.
    public var transfer: String?
    /// Colour primaries, such as `bt2020`, as the stream has them.
    public var primaries: String?
    /// Profile of Dolby Vision, such as 5, as the stream has it.
    public var dolbyVisionProfile: Int?
    /// What was done to the colours. Several are joined by `+`. `hable`: high dynamic range was
    /// mapped to standard. `primaries`: those of BT.2020 were converted to BT.709. `gray`: colours
    /// were left out because they are not known. `none`: frames that differ from what the stream
    /// states were left as they are.
    public var toneMapping: String?
    // Bundles made before the following members were added lack them.
    /// Width as decoded, in pixels; nil in bundles older than this member.
    public var codedWidth: Int?
    /// Height as decoded, in pixels; nil in bundles older than this member.
    public var codedHeight: Int?
    /// `"16/9"`, width of a decoded pixel over its height, where one is stated.
    public var sampleAspect: String?
    /// When players show the first frame: they count from the start of the container.
    public var playerStartSeconds: Double?
    /// `"01:00:00:00"`, the timecode of the first frame, where one is stated.
    public var startTimecode: String?
    /// `"2024-05-01T12:30:00Z"`, when it was recorded, where the container states it.
    public var recorded: String?

    package init(
      path: String, fingerprint: String, sizeBytes: Int64, container: String, codec: String, pixelFormat: String, width: Int,
      height: Int, rotationDegrees: Int, mirrored: Bool, streamIndex: Int, videoStreams: Int, timeBase: String,
      frameRate: String? = nil, variableFrameRate: Bool, startPts: Int64, startSeconds: Double, durationSeconds: Double,
      title: String? = nil, transfer: String? = nil, primaries: String? = nil, dolbyVisionProfile: Int? = nil,
      toneMapping: String? = nil, codedWidth: Int? = nil, codedHeight: Int? = nil, sampleAspect: String? = nil,
      playerStartSeconds: Double? = nil, startTimecode: String? = nil, recorded: String? = nil
    ) {
      self.path = path
      self.fingerprint = fingerprint
      self.sizeBytes = sizeBytes
      self.container = container
      self.codec = codec
      self.pixelFormat = pixelFormat
      self.width = width
      self.height = height
      self.rotationDegrees = rotationDegrees
      self.mirrored = mirrored
      self.streamIndex = streamIndex
      self.videoStreams = videoStreams
      self.timeBase = timeBase
      self.frameRate = frameRate
      self.variableFrameRate = variableFrameRate
      self.startPts = startPts
      self.startSeconds = startSeconds
      self.durationSeconds = durationSeconds
      self.title = title
      self.transfer = transfer
      self.primaries = primaries
      self.dolbyVisionProfile = dolbyVisionProfile
      self.toneMapping = toneMapping
      self.codedWidth = codedWidth
      self.codedHeight = codedHeight
      self.sampleAspect = sampleAspect
      self.playerStartSeconds = playerStartSeconds
      self.startTimecode = startTimecode
      self.recorded = recorded
    }
  }

  /// Every setting that shaped the result, as it was in effect.
  public struct Settings: Codable, Hashable, Sendable {
    /// Sampled frames per second of video; the first frame of each shot was added.
    public var samplesPerSecond: Double
    /// Name of the gate, such as `learned` or `coverage`.
    public var gate: String
    /// What keeping one more frame costs, in the gate's own currency; nil with a rate or budget.
    public var price: Double?
    /// Share of the samples to keep at most, 0...1; nil if that was not asked for.
    public var rate: Double?
    /// Number of frames to keep at most; nil if that was not asked for.
    public var budget: Int?
    /// How many seconds the gate saw ahead; 0 for strictly live.
    public var lookAheadSeconds: Double
    /// SHA-256 of the weights of the learned gate; nil for any other.
    public var gateWeights: String?
    /// SHA-256 of the weights of the encoder: those that were given, or those that came with this
    /// version.
    public var encoderWeights: String?
    /// `efficientnet-lite0`, `thumbnail`, or the path of a model, as it was asked for.
    public var backbone: String
    /// `auto`, `f32` or `bf16`, as it was asked for.
    public var precision: String
    /// `learned`, `adaptive`, or the name of a custom detector.
    public var detector: String
    /// SHA-256 of the weights of the learned detector; nil for any other.
    public var detectorWeights: String?
    /// How sure a boundary had to be, 0...1.
    public var detectorThreshold: Double
    /// Least length of a shot in seconds; 0 accepts every boundary.
    public var minimumSceneSeconds: Double
    /// Memory vectors under one leaf of the encoder.
    public var windowSize: Int
    /// Parts of the video, and of each window, besides the one vector; nil in older indexes.
    public var contexts: Int?
    /// The JPEGs of retained frames are at most this wide, in pixels.
    public var thumbnailWidth: Int
    /// Which of the playable video streams, from 0; nil for the container's best.
    public var videoStream: Int?
    /// Decoding stopped before the first frame at or after this many seconds; nil for no limit.
    public var maxDurationSeconds: Double?
    /// Frames with more pixels were refused.
    public var maxPixels: Int
    /// `exact`, `balanced` or `fast`; nil in older indexes, which are exact.
    public var effort: String?
    /// Name of the pipeline file that the settings started from.
    public var pipeline: String
    /// The languages of character recognition, as in `eng+deu`; nil if that was not asked for.
    public var ocr: String?

    package init(
      samplesPerSecond: Double, gate: String, price: Double? = nil, rate: Double? = nil, budget: Int? = nil,
      lookAheadSeconds: Double, gateWeights: String? = nil,
      encoderWeights: String? = nil, backbone: String, precision: String, detector: String,
      detectorWeights: String? = nil, detectorThreshold: Double,
      minimumSceneSeconds: Double, windowSize: Int, contexts: Int? = nil, thumbnailWidth: Int, videoStream: Int? = nil,
      maxDurationSeconds: Double? = nil, maxPixels: Int, effort: String? = nil, pipeline: String
    ) {
      self.samplesPerSecond = samplesPerSecond
      self.gate = gate
      self.price = price
      self.rate = rate
      self.budget = budget
      self.lookAheadSeconds = lookAheadSeconds
      self.gateWeights = gateWeights
      self.encoderWeights = encoderWeights
      self.backbone = backbone
      self.precision = precision
      self.detector = detector
      self.detectorWeights = detectorWeights
      self.detectorThreshold = detectorThreshold
      self.minimumSceneSeconds = minimumSceneSeconds
      self.windowSize = windowSize
      self.contexts = contexts
      self.thumbnailWidth = thumbnailWidth
      self.videoStream = videoStream
      self.maxDurationSeconds = maxDurationSeconds
      self.maxPixels = maxPixels
      self.effort = effort
      self.pipeline = pipeline
    }
  }

  /// What embedded the samples: equal values make embeddings that can be compared.
  public struct Backbone: Codable, Hashable, Sendable {
    /// `efficientnet-lite0`, `thumbnail`, or the name of the model's file.
    public var name: String
    /// SHA-256 of the model's files, in hexadecimal; nil for a built-in one without a model.
    public var modelDigest: String?
    /// What the arithmetic was done in: `f32` or `bf16`.
    public var precision: String
    /// D, the length of an embedding.
    public var dimension: Int
    /// Width of the pictures that it takes, in pixels.
    public var inputWidth: Int
    /// Height of the pictures that it takes, in pixels.
    public var inputHeight: Int

    package init(
      name: String, modelDigest: String? = nil, precision: String, dimension: Int, inputWidth: Int, inputHeight: Int
    ) {
      self.name = name
      self.modelDigest = modelDigest
      self.precision = precision
      self.dimension = dimension
      self.inputWidth = inputWidth
      self.inputHeight = inputHeight
    }
  }

  /// Which gate chose what to keep, and how faithful the choice is.
  public struct GateSummary: Codable, Hashable, Sendable {
    /// Name of the gate, such as `learned` or `coverage`.
    public var name: String
    /// The price that was used, found by search if a rate or budget was asked for.
    public var price: Double
    /// kept / sampled, 0...1.
    public var retention: Double
    /// Mean over the samples of the cosine to the nearest retained frame, -1...1.
    public var coverage: Double
    /// The sample that the memory stands for worst; nil for a video without samples.
    public var worst: WorstCovered?

    package init(name: String, price: Double, retention: Double, coverage: Double, worst: WorstCovered? = nil) {
      self.name = name
      self.price = price
      self.retention = retention
      self.coverage = coverage
      self.worst = worst
    }
  }

  /// The sampled frame that the memory stands for worst.
  public struct WorstCovered: Codable, Hashable, Sendable {
    /// 0-based index of the frame, in the order of presentation.
    public var frame: Int
    /// Seconds since the first frame.
    public var t: Double
    /// Cosine to the nearest retained frame, -1...1.
    public var similarity: Float

    package init(frame: Int, t: Double, similarity: Float) {
      self.frame = frame
      self.t = t
      self.similarity = similarity
    }
  }

  /// What made the contexts.
  public struct Encoder: Codable, Hashable, Sendable {
    /// SHA-256 of the weights, in hexadecimal; `untrained` for a hierarchy without any.
    public var weights: String
    /// Memory vectors under one leaf of it.
    public var windowSize: Int
    /// The highest level among the contexts; 0 where there are none.
    public var levels: Int
    /// d, the length of a context vector.
    public var dimension: Int

    package init(weights: String, windowSize: Int, levels: Int, dimension: Int) {
      self.weights = weights
      self.windowSize = windowSize
      self.levels = levels
      self.dimension = dimension
    }
  }

  /// How many frames, contexts and scenes there are.
  public struct Counts: Codable, Hashable, Sendable {
    /// Frames that were decoded; a frame decoded twice counts twice.
    public var decoded: Int
    /// Frames of the video; nil in older indexes, where all are decoded.
    public var frames: Int?
    /// Frames that the gate judged: lines of the ledger.
    public var sampled: Int
    /// Sampled frames that looked like the one before and reused its embedding, without running the
    /// backbone.
    public var reused: Int
    /// K, the frames that were kept: rows of `retained.npy`.
    public var retained: Int
    /// C, the context vectors: rows of `contexts.npy`.
    public var contexts: Int
    /// Scenes listed in `scenes.json`, which are shots.
    public var scenes: Int
    /// Transitions listed in `scenes.json`.
    public var transitions: Int

    /// Frames of the video, also for older indexes.
    public var videoFrames: Int { frames ?? decoded }

    package init(
      decoded: Int, frames: Int? = nil, sampled: Int, reused: Int, retained: Int, contexts: Int, scenes: Int, transitions: Int
    ) {
      self.decoded = decoded
      self.frames = frames
      self.sampled = sampled
      self.reused = reused
      self.retained = retained
      self.contexts = contexts
      self.scenes = scenes
      self.transitions = transitions
    }
  }

  /// Size and digest of one file of the bundle.
  public struct File: Codable, Hashable, Sendable {
    /// Size in bytes.
    public var bytes: Int
    /// SHA-256 of the content, in hexadecimal.
    public var sha256: String

    package init(bytes: Int, sha256: String) {
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  package init(
    tool: Tool, partial: Bool, video: Video, damage: DecodingDamage, decoding: Decoding? = nil, settings: Settings,
    backbone: Backbone, gate: GateSummary, encoder: Encoder, counts: Counts, timings: [Timing]? = nil
  ) {
    self.tool = tool
    self.partial = partial
    self.video = video
    self.damage = damage
    self.decoding = decoding
    self.settings = settings
    self.backbone = backbone
    self.gate = gate
    self.encoder = encoder
    self.counts = counts
    self.timings = timings
  }
}

// Conversions from the pipeline's own types.

extension Manifest.Video {
  /// - Parameter toneMapping: what was done to the frames' colors; nil if nothing, as for all
  ///   standard dynamic range.
  package init(
    _ facts: VideoFacts, _ stream: StreamDescription, _ fingerprint: Fingerprint, isVariableRate: Bool, toneMapping: String?
  ) {
    self.init(
      path: facts.path, fingerprint: fingerprint.digest, sizeBytes: fingerprint.sizeBytes, container: stream.container,
      codec: stream.codec, pixelFormat: stream.pixelFormat, width: facts.width, height: facts.height,
      rotationDegrees: stream.rotationDegrees, mirrored: stream.isMirrored, streamIndex: stream.streamIndex,
      videoStreams: stream.videoStreamCount, timeBase: facts.timeBase.description, frameRate: facts.frameRate?.description,
      variableFrameRate: isVariableRate, startPts: facts.startPTS,
      startSeconds: Double(facts.startPTS) * facts.timeBase.doubleValue, durationSeconds: facts.durationSeconds,
      title: stream.title.map { String($0.prefix(500)) },  // some files carry a megabyte
      transfer: toneMapping == nil ? nil : stream.transfer, primaries: toneMapping == nil ? nil : stream.primaries,
      dolbyVisionProfile: toneMapping == nil ? nil : stream.dolbyVision?.profile, toneMapping: toneMapping,
      codedWidth: facts.shape.codedWidth, codedHeight: facts.shape.codedHeight,
      sampleAspect: facts.shape.sampleAspect?.description, playerStartSeconds: facts.playerStartSeconds,
      startTimecode: facts.startTimecode?.description, recorded: stream.recorded.flatMap(CalendarSpan.text))
    frameRateSource = facts.frameRateSource
    closeStreamChoice = stream.isCloseChoice ? true : nil
  }
}

extension Manifest.Settings {
  /// Whether both give the same result. The name of the pipeline that they came from does not
  /// matter.
  package func isEquivalent(to other: Manifest.Settings) -> Bool {
    var renamed = other
    renamed.pipeline = pipeline
    if (renamed.effort ?? "exact") == (effort ?? "exact") { renamed.effort = effort }
    return self == renamed
  }
}

extension Manifest.Timing {
  /// One for each stage that took time, in the order of the stages; then `other` and `total`.
  package static func records(_ times: StageTimes) -> [Manifest.Timing] {
    func record(_ name: String, _ seconds: StageTimes.Seconds) -> Manifest.Timing {
      Manifest.Timing(stage: name, cpuSeconds: seconds.cpu, wallSeconds: seconds.wall)
    }
    return Stage.allCases.compactMap { stage in times.stages[stage].map { record(stage.rawValue, $0) } }
      + [record("other", times.other), record("total", times.total)]
  }
}

extension Manifest.Backbone {
  package init(_ backbone: BackboneDescription) {
    self.init(
      name: backbone.name, modelDigest: backbone.modelDigest, precision: backbone.precision, dimension: backbone.dimension,
      inputWidth: backbone.inputWidth, inputHeight: backbone.inputHeight)
  }
}
