import Keepframe
import SystemPackage

/// Runs one job after another; a bad file does not stop those behind it, a full disk does.
enum Batch {
  /// - Parameter clash: the reason why a job is left out, if there is one; it is told once for all
  ///   of its inputs.
  /// - Returns: the status to exit with: that of the first job that failed, else of the first whose result is partial.
  static func run<Job>(
    _ jobs: [Job], clash: (Job) -> NameClash? = { _ in nil }, _ body: (Job) throws -> ExitStatus
  ) throws -> ExitStatus {
    var worst = ExitStatus.ok
    var told: Set<FilePath> = []
    for job in jobs {
      let status: ExitStatus
      if let clash = clash(job) {
        if told.insert(clash.name).inserted { Talk.error(clash.line) }
        status = clash.exitStatus
      } else {
        do { status = try body(job) } catch {
          if jobs.count == 1 || ExitStatus.endsBatch(error) || Interruption.exitStatus != nil { throw error }
          Talk.error(line(of: error))
          status = ExitStatus(of: error)
        }
      }
      if worst == .ok || worst == .partial && status != .ok { worst = status }
    }
    return worst
  }
}
