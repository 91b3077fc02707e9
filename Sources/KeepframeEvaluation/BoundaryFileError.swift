internal import KeepframeSystem
package import SystemPackage

/// Why a file of boundaries cannot be used.
package struct BoundaryFileError: Hashable, Sendable {
  package enum Problem: Hashable, Sendable {
    /// Not UTF-8.
    case notText
    /// The format is not recognised by its content, and none was given.
    case unknownFormat
    /// Not what ``BoundaryTruth`` reads.
    case notTruth
    /// A CSV without PySceneDetect's `Start Frame`.
    case noColumn
    /// Columns count from 1.
    case noFrameNumber(column: Int, line: String)
    case noScene(line: String)
    case noTime(line: String)
    /// Times cannot be converted to frames without a frame rate.
    case noFrameRate
    /// JSON of another kind.
    case noScenes
    /// Not a shot that follows the one before. Lines count from 1.
    case noShot(number: Int, line: String)
    /// Not a file of ClipShots.
    case notClipShots
    /// A clip whose transitions or frame count cannot be read.
    case noTransitions(clip: String)
    /// A transition of a clip that is no pair of ascending frames.
    case noTransition(clip: String, text: String)
    /// A frame number beyond the end of any video.
    case noSuchFrame(Int)
    /// Frames a second that no video has.
    case noSuchRate(Double)
  }

  package let problem: Problem
  /// Nil if bytes were read instead of a file.
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
    case .noShot: "boundaries.no-shot"
    case .notClipShots: "boundaries.not-clipshots"
    case .noTransitions: "boundaries.no-transitions"
    case .noTransition: "boundaries.no-transition"
    case .noSuchFrame: "boundaries.no-such-frame"
    case .noSuchRate: "boundaries.no-such-rate"
    }
  }

  package var subject: String? { file?.string }

  package var failure: String {
    switch problem {
    case .notText: "is not text"
    case .unknownFormat: "is of no known format"
    case .notTruth: "is not a file of truth: expected a JSON object with cuts: [frame, ...] and gradual: [[first, last], ...]"
    case .noColumn: "has no column Start Frame, as PySceneDetect's CSV has"
    case .noFrameNumber(let column, let line): "has no frame number in column \(column) of \"\(line)\""
    case .noScene(let line): "expected first and last frame of a scene, got \"\(line)\""
    case .noTime(let line): "has no time in \"\(line)\""
    case .noFrameRate: "has times only, and the truth has no fps to convert them to frames"
    case .noScenes: "expected scenes with start_frame, or a list of frames"
    case .noShot(let number, let line):
      "line \(number): expected the first and last frame of a shot that follows the one before, got \"\(line)\""
    case .notClipShots: "is no ClipShots file: expected {\"a.mp4\": {\"transitions\": [[11, 12], ...], \"frame_num\": 90}, ...}"
    case .noTransitions(let clip): "\(clip): expected transitions: [[last frame before, first after], ...] and a whole frame_num"
    case .noTransition(let clip, let text): "\(clip): expected [last frame before, first after], got \(text)"
    case .noSuchFrame(let frame): "names frame \(frame), which no video has"
    case .noSuchRate(let rate): "states \(rate) frames a second, which no video has"
    }
  }

  package var remedy: String? { problem == .unknownFormat ? "name its format" : nil }
}
