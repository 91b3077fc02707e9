public import SystemPackage

/// Why packets could not be copied into other files.
public enum CopyError: Error, Hashable, Sendable {
  /// The video cannot be read.
  case reading(DecodingError)
  /// The container does not take what the video has; names the container and libav's reason.
  case unsuited(PartContainer, String)
  /// The disk is full, or likewise; a system's error number.
  case cannotWrite(Errno)
  /// The video is no longer what it was when its frames were counted.
  case changed
}
