/// An error of a library, as data: which one it is, on what, and what failed.
///
/// What to do about it depends on who asks: a program words that itself, by ``code`` or by the
/// error's own cases, since only it knows its flags, menus and set-up. All codes are listed in
/// docs/errors.md.
public protocol KeepframeFailure: Error, CustomStringConvertible {
  /// Stable from version to version: an area, a dot and words in kebab case, as in
  /// `bundle.unfinished`.
  var code: String { get }
  /// What it happened to, most often a path; nil where there is no such thing.
  var subject: String? { get }
  /// What failed, without the subject and without advice.
  var failure: String { get }
  /// What helps whichever program asks, as in "check the path"; nil where nothing does.
  var remedy: String? { get }
}

extension KeepframeFailure {
  /// One line: on what, what failed, what helps in any program.
  public var description: String { sentence(advising: remedy) }

  /// The same line with advice of the program's own: `subject: failure; advice`.
  public func sentence(advising advice: String?) -> String {
    (subject.map { "\($0): " } ?? "") + failure + (advice.map { "; \($0)" } ?? "")
  }
}
