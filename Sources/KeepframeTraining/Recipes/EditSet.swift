package import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Edited videos with known boundaries in a folder, `edit-001.mkv` and so on: what `keepframe compose` makes.
package struct EditSet: Sendable {
  package let folder: FilePath
  package let names: [String]

  /// - Parameter count: 1 to 999.
  package init(_ count: Int, in folder: FilePath) {
    self.folder = folder
    names = (1...count).map { "edit-\($0.padded(3)).mkv" }
  }

  package var videos: [FilePath] { names.map { folder.appending($0) } }
  /// Where the truth of each belongs, as `keepframe eval boundaries` reads it.
  package var truths: [FilePath] { names.map { folder.appending("\($0).json") } }
  /// All files that are made, those included that are gone at the end.
  package var files: [FilePath] { zip(videos, truths).flatMap { EditMaker.files(for: $0) + [$1] } }

  /// Makes the videos, and tells the truth of each.
  ///
  /// - Throws: what ``EditMaker/make(_:at:cancellation:)`` throws.
  package func make(by maker: EditMaker, threads: Int, cancellation: Cancellation? = nil) throws -> [EditTruth] {
    try inParallel(names.count, threads: threads) { index in
      try maker.make(index, at: videos[index], cancellation: cancellation)
    }
  }
}
