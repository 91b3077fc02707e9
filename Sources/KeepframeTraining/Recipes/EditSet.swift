package import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Videos made in a folder, `edit-001.mkv` and so on, each with its truth beside it: what
/// `keepframe compose` makes.
package struct EditSet: Sendable {
  package let folder: FilePath
  package let names: [String]

  /// - Parameters:
  ///   - count: 1 to 999.
  ///   - kind: the start of the names.
  package init(_ count: Int, of kind: String = "edit", in folder: FilePath) {
    self.folder = folder
    names = (1...count).map { "\(kind)-\($0.padded(3)).mkv" }
  }

  package var videos: [FilePath] { names.map { folder.appending($0) } }
  /// The file for the truth of each video.
  package var truths: [FilePath] { names.map { folder.appending("\($0).json") } }
  /// All files that are made, including temporary ones.
  package var files: [FilePath] { zip(videos, truths).flatMap { VideoEncoder.files(for: $0) + [$1] } }

  /// Makes the videos, and returns the truth of each, as `keepframe eval boundaries` reads it.
  ///
  /// - Throws: what ``EditMaker/make(_:at:cancellation:)`` throws.
  package func make(by maker: EditMaker, threads: Int, cancellation: Cancellation? = nil) throws -> [EditTruth] {
    try inParallel(names.count, threads: threads) { index in
      try maker.make(index, at: videos[index], cancellation: cancellation)
    }
  }

  /// The same for decks.
  ///
  /// - Throws: what ``DeckMaker/make(_:at:cancellation:)`` throws.
  package func make(by maker: DeckMaker, threads: Int, cancellation: Cancellation? = nil) throws -> [DeckTruth] {
    try inParallel(names.count, threads: threads) { index in
      try maker.make(index, at: videos[index], cancellation: cancellation)
    }
  }
}
