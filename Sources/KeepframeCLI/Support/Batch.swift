import Keepframe
import SystemPackage

/// Runs many jobs. A bad file does not stop the jobs after it; a full disk does.
enum Batch {
  /// Runs one job after another.
  ///
  /// - Parameter clash: why a job is left out; nil runs it. A clash is reported once for all of its
  ///   inputs.
  /// - Returns: the exit status: that of the first job that failed, or else of the first whose
  ///   result is partial.
  static func run<Job>(
    _ jobs: [Job], clash: (Job) -> NameClash? = { _ in nil }, _ body: (Job) throws -> ExitStatus
  ) throws -> ExitStatus {
    var tally = Tally()
    for job in jobs {
      if let clash = clash(job) {
        tally.tell(clash)
      } else {
        do { tally.count(try body(job)) } catch {
          if isLast(error, of: jobs.count) { throw error }
          tally.tell(error)
        }
      }
    }
    return tally.worst
  }

  /// Whether an error of one job ends the whole batch.
  static func isLast(_ error: any Error, of count: Int) -> Bool {
    count == 1 || ExitStatus.endsBatch(error) || Interruption.exitStatus != nil
  }

  /// Reports errors and clashes, and keeps the exit status of the jobs so far.
  struct Tally {
    private(set) var worst = ExitStatus.ok
    private var toldClashes: Set<FilePath> = []

    mutating func count(_ status: ExitStatus) {
      if worst == .ok || worst == .partial && status != .ok { worst = status }
    }

    mutating func tell(_ error: any Error) {
      Messages.error(line(of: error))
      count(ExitStatus(of: error))
    }

    mutating func tell(_ clash: NameClash) {
      if toldClashes.insert(clash.name).inserted { Messages.error(clash.line) }
      count(clash.exitStatus)
    }
  }
}
