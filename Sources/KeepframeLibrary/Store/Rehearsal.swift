/// What tests change about writing: where it stops, and how soon a segment is full.
enum Rehearsal {
  /// The steps of a change after which it may be stopped.
  enum Step: String, Codable, CaseIterable, Sendable {
    /// Blocks are written and on disk; the database knows nothing of them.
    case appended
    /// The database has the change; files that nothing points to any more are still there.
    case committed
  }

  /// Called as each step is done. What it throws ends the change as a kill would: nothing is
  /// cleared away. (Swift 6.3 crashes on a task-local closure with typed throws.)
  struct Stop: Sendable { let reached: @Sendable (Step) throws(LibraryError) -> Void }

  @TaskLocal static var stop: Stop?
  /// A new segment is begun when the current one has passed so many bytes.
  @TaskLocal static var segmentLimit: Int64 = 1 << 30
  /// Takes folders for ones that cannot be written to.
  @TaskLocal static var isReadOnly = false

  static func reach(_ step: Step) throws(LibraryError) { try stop?.reached(step) }
}
