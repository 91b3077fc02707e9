import Keepframe

/// Runs one job after another; a bad file does not stop those behind it, a full disk does.
enum Batch {
  /// - Returns: the status to exit with: that of the first job that failed, else of the first whose result is partial.
  static func run<Job>(_ jobs: [Job], _ body: (Job) throws -> ExitStatus) throws -> ExitStatus {
    var worst = ExitStatus.ok
    for job in jobs {
      do {
        let status = try body(job)
        if worst == .ok { worst = status }
      } catch {
        let status = ExitStatus(of: error)
        if jobs.count == 1 || ExitStatus.endsBatch(error) || Interruption.exitStatus != nil { throw error }
        Talk.error("\(error)")
        if worst == .ok || worst == .partial { worst = status }
      }
    }
    return worst
  }
}
