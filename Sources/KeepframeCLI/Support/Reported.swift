import KeepframeSystem

/// An error that a verb may end with.
protocol Reported: Error {
  var exitStatus: ExitStatus { get }
  /// On what, what failed, what to do.
  var line: String { get }
}

/// An error of a library. Each type that they have is one, so that none ends a run as a bug: a test
/// reads the sources.
protocol Advised: Reported, KeepframeFailure {
  /// What to do about it, in words of the command line: flags, verbs, set-up. The library's remedy
  /// where these say no more.
  var advice: String? { get }
}

extension Advised {
  var advice: String? { remedy }
  var line: String { sentence(advising: advice) }
}

/// What to say of an error.
func line(of error: any Error) -> String { (error as? any Reported)?.line ?? "\(error)" }

/// A call that cannot be carried out as it stands.
struct UsageError: Reported, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  var exitStatus: ExitStatus { .usage }
  var line: String { description }
}
