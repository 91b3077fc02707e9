/// What a container states about a stream's Dolby Vision.
public struct DolbyVision: Hashable, Sendable {
  /// The profile, such as 5, 7 or 8.
  public let profile: Int
  /// What the base layer is compatible with: 1 and 6 mean HDR10, 2 standard dynamic range, 4 HLG, 0
  /// none of these.
  public let compatibility: Int

  /// The numbers from the container's configuration record; nothing is checked.
  public init(profile: Int, compatibility: Int) {
    self.profile = profile
    self.compatibility = compatibility
  }

  /// Whether the base layer can be shown without Dolby's metadata, which Keepframe does not read.
  ///
  /// Profile 5, and profiles 10 and 20 without compatibility, need the metadata: their planes are
  /// Dolby's IPT, reshaped for each scene. Profiles 4, 7, 8 and 9 always have a base layer,
  /// whatever their compatibility says.
  public var hasKnownColors: Bool { compatibility != 0 || [4, 7, 8, 9].contains(profile) }

  /// The transfer function of the base layer, if it has high dynamic range.
  var baseTransfer: TransferFunction? {
    switch compatibility {
    case 1, 6: .pq
    case 4: .hlg
    default: nil
    }
  }
}
