internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeRetention

// How the pipeline's own values are written into the manifest.

extension IndexSettings {
  var record: Manifest.Settings {
    var record = Manifest.Settings(
      samplesPerSecond: samplesPerSecond, gate: gate.rawValue, price: nil, rate: nil, budget: nil,
      lookAheadSeconds: lookAheadSeconds,
      gateWeights: gate == .learned ? gateWeights?.digest ?? GateWeights.shippedDigest : nil,
      encoderWeights: encoder?.digest ?? EncoderModel.shippedDigest, backbone: backbone, precision: precision.rawValue,
      detector: detector.kind.rawValue, detectorWeights: detector.weightsDigest,
      detectorThreshold: detector.resolvedThreshold, minimumSceneSeconds: minimumSceneSeconds, windowSize: windowSize,
      thumbnailWidth: thumbnailWidth, videoStream: decoding.videoStream, maxDurationSeconds: decoding.maxDurationSeconds,
      maxPixels: decoding.maxPixels, pipeline: pipeline)
    switch target {
    case .price(let price): record.price = price ?? gate.defaultPrice
    case .rate(let rate): record.rate = rate
    case .budget(let budget): record.budget = budget
    }
    return record
  }
}

extension Manifest.Settings {
  /// Whether both give the same result: the name of the pipeline that they came from does not matter.
  func isEquivalent(to other: Manifest.Settings) -> Bool {
    var renamed = other
    renamed.pipeline = pipeline
    return self == renamed
  }
}

extension BackboneDescription {
  var record: Manifest.Backbone {
    .init(
      name: name, modelDigest: modelDigest, precision: precision, dimension: dimension, inputWidth: inputWidth,
      inputHeight: inputHeight)
  }
}

extension Manifest.Damage {
  init(_ damage: DecodingDamage) {
    self.init(
      undecodablePackets: damage.undecodablePackets, concealedFrames: damage.concealedFrames,
      synthesizedTimestamps: damage.synthesizedTimestamps, timestampJumps: damage.timestampJumps,
      formatChanges: damage.formatChanges, missingSeconds: damage.missingSeconds, readError: damage.readError)
  }
}

extension Manifest.Video {
  /// - Parameter toneMapping: what was done to the frames' colors; nil if nothing, as for all standard dynamic range.
  init(
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
      startTimecode: facts.startTimecode?.description)
    frameRateSource = facts.frameRateSource
    closeStreamChoice = stream.isCloseChoice ? true : nil
  }
}
