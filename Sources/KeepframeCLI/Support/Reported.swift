import KeepframeSystem

/// An error that a verb may end with.
protocol Reported: Error {
  var exitStatus: ExitStatus { get }
  /// The message: on what, what failed, what to do.
  var line: String { get }
}

/// An error of a library. Every error type of the libraries conforms, so that none ends a run as a
/// bug. A test checks this in the sources.
protocol Advised: Reported, KeepframeFailure {
  /// What to do about it, in terms of the command line: flags, verbs, set-up. By default the
  /// library's remedy.
  var advice: String? { get }
}

extension Advised {
  var advice: String? { remedy }
  var line: String { sentence(advising: advice) }
}

/// The message for an error.
func line(of error: any Error) -> String { (error as? any Reported)?.line ?? "\(error)" }

/// A command line that cannot be carried out as it stands.
struct UsageError: Reported, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  var exitStatus: ExitStatus { .usage }
  var line: String { description }
}
