import Keepframe
import SystemPackage

/// Runs many jobs; a bad file does not stop those behind it, a full disk does.
enum Batch {
  /// Runs one job after another.
  ///
  /// - Parameter clash: the reason why a job is left out, if there is one; it is told once for all
  ///   of its inputs.
  /// - Returns: the status to exit with: that of the first job that failed, else of the first whose
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

  /// Whether what befell one job ends all of them.
  static func isLast(_ error: any Error, of count: Int) -> Bool {
    count == 1 || ExitStatus.endsBatch(error) || Interruption.exitStatus != nil
  }

  /// What became of the jobs so far, and of those in whose stead there is only a line to tell.
  struct Tally {
    private(set) var worst = ExitStatus.ok
    private var toldClashes: Set<FilePath> = []

    mutating func count(_ status: ExitStatus) {
      if worst == .ok || worst == .partial && status != .ok { worst = status }
    }

    mutating func tell(_ error: any Error) {
      Talk.error(line(of: error))
      count(ExitStatus(of: error))
    }

    mutating func tell(_ clash: NameClash) {
      if toldClashes.insert(clash.name).inserted { Talk.error(clash.line) }
      count(clash.exitStatus)
    }
  }
}
