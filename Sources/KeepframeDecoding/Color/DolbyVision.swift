/// What a container says of a stream's Dolby Vision.
public struct DolbyVision: Hashable, Sendable {
  /// Such as 5, 7 or 8.
  public let profile: Int
  /// What the base layer is by itself: 1 or 6 HDR10, 2 standard dynamic range, 4 HLG; 0 none of
  /// these.
  public let compatibility: Int

  /// The numbers as the container's configuration record has them; nothing is checked.
  public init(profile: Int, compatibility: Int) {
    self.profile = profile
    self.compatibility = compatibility
  }

  /// Whether the base layer can be shown without Dolby's metadata, which is not read.
  ///
  /// Without it (profile 5, and profiles 10 and 20 without compatibility) the planes are Dolby's
  /// IPT, bent scene by scene. Profiles 4, 7, 8 and 9 always have a base layer, whatever is written
  /// of it.
  public var hasKnownColors: Bool { compatibility != 0 || [4, 7, 8, 9].contains(profile) }

  /// How the base layer's signal stands for light, if it is of high dynamic range.
  var baseTransfer: TransferFunction? {
    switch compatibility {
    case 1, 6: .pq
    case 4: .hlg
    default: nil
    }
  }
}
