/// An error of a library as data: a code, a subject, and what failed.
///
/// The advice depends on the program: only the program knows its flags, menus and set-up. So it
/// words its own advice, by ``code`` or by the error's own cases. docs/errors.md lists all codes.
public protocol KeepframeFailure: Error, CustomStringConvertible {
  /// An identifier that stays the same across versions: an area, a dot and words in kebab case, as
  /// in `bundle.unfinished`.
  var code: String { get }
  /// What the error is about, most often a path; nil if there is no such thing.
  var subject: String? { get }
  /// What failed, without the subject and without advice.
  var failure: String { get }
  /// Advice that holds in any program, as in "check the path"; nil if there is none.
  var remedy: String? { get }
}

extension KeepframeFailure {
  /// One line: the subject, what failed, and the remedy that holds in any program.
  public var description: String { sentence(advising: remedy) }

  /// The same line with the program's own advice: `subject: failure; advice`.
  public func sentence(advising advice: String?) -> String {
    (subject.map { "\($0): " } ?? "") + failure + (advice.map { "; \($0)" } ?? "")
  }
}
