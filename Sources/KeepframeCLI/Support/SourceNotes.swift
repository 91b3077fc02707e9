import Keepframe

/// What a person should know of a video that was read, though nothing of it is missing.
struct SourceNotes {
  let damage: DecodingDamage
  private let isFrameRateMeasured: Bool
  private let frameRate: String?
  /// Streams to choose from, where another could as well have been chosen; nil where not.
  private let closeStreamCount: Int?

  init(_ stream: StreamDescription, _ damage: DecodingDamage) {
    self.damage = damage
    isFrameRateMeasured = stream.isFrameRateMeasured
    frameRate = stream.frameRate?.description
    closeStreamCount = stream.isCloseChoice ? stream.videoStreamCount : nil
  }

  init(_ manifest: Manifest) {
    damage = DecodingDamage(manifest.damage)
    isFrameRateMeasured = manifest.video.frameRateSource == "measured"
    frameRate = manifest.video.frameRate
    closeStreamCount = manifest.video.closeStreamChoice == true ? manifest.video.videoStreams : nil
  }

  /// For scenes read from a bundle.
  init(_ findings: SceneFindings) {
    damage = findings.damage
    isFrameRateMeasured = findings.video.frameRateSource == "measured"
    frameRate = findings.video.frameRate?.description
    closeStreamCount = nil
  }

  /// One sentence each, without the video's name.
  var lines: [String] {
    var lines: [String] = []
    if let closeStreamCount {
      lines.append(
        "it has \(closeStreamCount) video streams, and the largest or first of those that could be meant was taken; "
          + "choose another with --stream")
    }
    if damage.timestampJumps > 0 {
      let times = damage.timestampJumps == 1 ? "once" : "\(damage.timestampJumps) times"
      lines.append("its clock jumps \(times), as in files joined together; times run on across each jump")
    }
    if isFrameRateMeasured, let frameRate {
      lines.append("it states no frame rate that its frames bear out; \(frameRate) was measured")
    }
    return lines
  }
}

extension DecodingDamage {
  fileprivate init(_ damage: Manifest.Damage) {
    self.init()
    undecodablePackets = damage.undecodablePackets
    concealedFrames = damage.concealedFrames
    synthesizedTimestamps = damage.synthesizedTimestamps
    timestampJumps = damage.timestampJumps
    formatChanges = damage.formatChanges
    missingSeconds = damage.missingSeconds
    readError = damage.readError
  }
}
