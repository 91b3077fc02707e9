import FoundationEssentials
import KeepframeTestSupport
import SystemPackage
import Testing

/// The clips that `Samples/make` makes, and what `Samples/truth.json` says about them.
enum Samples {
  /// `Samples/made`, filled if need be.
  static let folder: FilePath = {
    let made = run(Word(packageRoot.appending("Samples/make")))
    precondition(made.status == 0, "\(made.testDescription)")
    return packageRoot.appending("Samples/made")
  }()

  static func clip(_ name: String) -> FilePath { folder.appending(name) }

  static let truth: [Truth] = {
    struct Document: Decodable { let clips: [String: Truth] }
    let bytes = Folder.contents(packageRoot.appending("Samples/truth.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Document.self, from: Data(bytes)).clips
        .map { name, truth in
          var truth = truth
          truth.name = name
          return truth
        }
        .sorted { $0.name < $1.name }
    } catch { preconditionFailure("truth.json: \(error)") }
  }()

  static func truth(_ name: String) -> Truth { truth.first { $0.name == name }! }
}

/// What is in one clip.
struct Truth: Decodable, Sendable, CustomTestStringConvertible {
  var name = ""
  let frames: Int?
  let streams: [Int]?
  let timeBase: String?
  let startPts: Int64?
  let cuts: [Int]?
  let cutPts: [Int64]?
  let scenes: [Int]?
  let transitions: [Transition]?
  let size: [Int]?
  let rotationDegrees: Int?
  let samePictureAs: String?
  let timestampJumps: Int?
  let formatChanges: Int?
  let maxRetained: Int?
  let maxRssMib: Double?
  /// `whole`, `partial`, `rejected`, or a list of them.
  let index: String
  let says: String?

  struct Transition: Decodable, Sendable {
    let kind: String
    let startFrame: Int
    let endFrame: Int
  }

  private enum CodingKeys: CodingKey {
    case frames, streams, timeBase, startPts, cuts, cutPts, scenes, transitions, size, rotationDegrees, samePictureAs
    case timestampJumps
    case formatChanges, maxRetained, maxRssMib, index, says
  }

  var isRejected: Bool { index == "rejected" }
  var isWhole: Bool { index == "whole" }

  /// The exit statuses that are right.
  var statuses: Set<Int32> {
    var statuses: Set<Int32> = []
    if index.contains("whole") { statuses.insert(0) }
    if index.contains("partial") { statuses.insert(3) }
    if index.contains("rejected") { statuses.insert(65) }
    return statuses
  }

  var testDescription: String { name }
}
