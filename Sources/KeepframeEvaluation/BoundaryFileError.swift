internal import KeepframeSystem
package import SystemPackage

/// Why a file of boundaries cannot be used.
package struct BoundaryFileError: Hashable, Sendable {
  package enum Problem: Hashable, Sendable {
    /// Not UTF-8.
    case notText
    /// Its content tells none, and nobody said which.
    case unknownFormat
    /// Not what ``BoundaryTruth`` reads.
    case notTruth
    /// A CSV without PySceneDetect's `Start Frame`.
    case noColumn
    /// Columns count from 1.
    case noFrameNumber(column: Int, line: String)
    case noScene(line: String)
    case noTime(line: String)
    /// Of times alone no frames can be made.
    case noFrameRate
    /// JSON of another kind.
    case noScenes
  }

  package let problem: Problem
  /// Nil where bytes were read, not a file.
  package let file: FilePath?

  package init(_ problem: Problem, in file: FilePath? = nil) {
    self.problem = problem
    self.file = file
  }
}

extension BoundaryFileError: KeepframeFailure {
  package var code: String {
    switch problem {
    case .notText: "boundaries.not-text"
    case .unknownFormat: "boundaries.unknown-format"
    case .notTruth: "boundaries.not-truth"
    case .noColumn: "boundaries.no-column"
    case .noFrameNumber: "boundaries.no-frame-number"
    case .noScene: "boundaries.no-scene"
    case .noTime: "boundaries.no-time"
    case .noFrameRate: "boundaries.no-frame-rate"
    case .noScenes: "boundaries.no-scenes"
    }
  }

  package var subject: String? { file?.string }

  package var failure: String {
    switch problem {
    case .notText: "is not text"
    case .unknownFormat: "is of no known format"
    case .notTruth: "is no truth: expected a JSON object with cuts: [frame, ...] and gradual: [[first, last], ...]"
    case .noColumn: "has no column Start Frame, as PySceneDetect's CSV has"
    case .noFrameNumber(let column, let line): "has no frame number in column \(column) of \"\(line)\""
    case .noScene(let line): "expected first and last frame of a scene, got \"\(line)\""
    case .noTime(let line): "has no time in \"\(line)\""
    case .noFrameRate: "has times only, and the truth has no fps to make them frames"
    case .noScenes: "expected scenes with start_frame, or a list of frames"
    }
  }

  package var remedy: String? { problem == .unknownFormat ? "say which it is of" : nil }
}
