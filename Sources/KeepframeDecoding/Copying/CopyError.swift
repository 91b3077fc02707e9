internal import KeepframeSystem
package import SystemPackage

/// Why packets could not be copied into other files.
package enum CopyError: Hashable, Sendable {
  /// The video cannot be read.
  case reading(DecodingError)
  /// The container does not accept the video's streams; names the container and libav's reason.
  case unsuited(PartContainer, String)
  /// Writing failed, for example because the disk is full; names the system's error.
  case cannotWrite(Errno)
  /// The video has changed since its frames were counted.
  case changed
}

extension CopyError: KeepframeFailure {
  package var code: String {
    switch self {
    case .reading(let error): error.code
    case .unsuited: "copying.unsuited"
    case .cannotWrite: "copying.cannot-write"
    case .changed: "copying.changed"
    }
  }

  /// The video, if it cannot be read. For other errors, the caller knows the file.
  package var subject: String? { if case .reading(let error) = self { error.subject } else { nil } }

  package var failure: String {
    switch self {
    case .reading(let error): error.failure
    case .unsuited(let container, let says): "\(container) does not take its streams (\(says))"
    case .cannotWrite(let errno): "cannot write parts: \(errno)"
    case .changed: "changed while it was read"
    }
  }

  package var remedy: String? {
    switch self {
    case .reading(let error): error.remedy
    case .unsuited: "take another container"
    case .cannotWrite: "free some space, or name another folder"
    case .changed: "run it again when nothing writes to it"
    }
  }
}
