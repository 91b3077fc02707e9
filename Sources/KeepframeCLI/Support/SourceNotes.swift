import Keepframe

/// What a person should know about a video that was read.
struct SourceNotes {
  private let damage: DecodingDamage
  /// Frames of the video that are in none of the parts that were made.
  private var lackingFrames = 0
  private let isFrameRateMeasured: Bool
  private let frameRate: String?
  /// The number of video streams if another could just as well be meant; nil otherwise.
  private let closeStreamCount: Int?
  private let dolbyVisionProfile: Int?
  private let toneMapping: String?

  init(_ stream: StreamDescription, _ damage: DecodingDamage, lackingFrames: Int = 0) {
    self.damage = damage
    self.lackingFrames = lackingFrames
    isFrameRateMeasured = stream.isFrameRateMeasured
    frameRate = stream.frameRate?.description
    closeStreamCount = stream.isCloseChoice ? stream.videoStreamCount : nil
    dolbyVisionProfile = stream.dolbyVision?.profile
    toneMapping = stream.toneMapping
  }

  init(_ manifest: Manifest) {
    damage = manifest.damage
    isFrameRateMeasured = manifest.video.frameRateSource == "measured"
    frameRate = manifest.video.frameRate
    closeStreamCount = manifest.video.closeStreamChoice == true ? manifest.video.videoStreams : nil
    dolbyVisionProfile = manifest.video.dolbyVisionProfile
    toneMapping = manifest.video.toneMapping
  }

  /// For scenes read from a bundle.
  init(_ findings: SceneFindings) {
    damage = findings.damage
    isFrameRateMeasured = findings.video.frameRateSource == "measured"
    frameRate = findings.video.frameRate?.description
    (closeStreamCount, dolbyVisionProfile, toneMapping) = (nil, nil, nil)
  }

  /// What makes the result partial.
  var summary: String {
    let parts = [
      damage.isPartial ? damage.summary : nil, lackingFrames > 0 ? "\(lackingFrames) frames are in no part" : nil,
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  /// One sentence each, without the video's name.
  var lines: [String] {
    var lines: [String] = []
    if let closeStreamCount {
      lines.append(
        "it has \(closeStreamCount) video streams, and more than one of them could be meant; the largest of these was taken, or "
          + "the first of equal ones; choose another with --stream")
    }
    if damage.timestampJumps > 0 {
      let times = damage.timestampJumps == 1 ? "once" : "\(damage.timestampJumps) times"
      lines.append("its clock jumps \(times), as in files joined together; times continue across each jump")
    }
    if let toneMapping, toneMapping.contains("gray") {
      let kind = dolbyVisionProfile.map { "Dolby Vision profile \($0)" } ?? "a video"
      lines.append(
        "\(kind) without a base layer for other players: its colours are not known, so its pictures are gray; "
          + "convert it to HDR10 or SDR for colours")
    }
    if isFrameRateMeasured, let frameRate {
      lines.append("it states no frame rate that fits its frames; \(frameRate) was measured")
    }
    return lines
  }
}
