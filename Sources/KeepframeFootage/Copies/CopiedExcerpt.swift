package import KeepframeNumerics

/// A part of a video as somebody's copy may show it: altered, and perhaps with footage of other
/// videos between. It asks which video it is from, and where in it.
///
/// Q samples, D the backbone's dimension.
package struct CopiedExcerpt: Hashable, Sendable {
  /// ``FootageClip/name`` of the video.
  package let video: String
  package let source: String
  package let kind: Kind
  /// What all of it went through.
  package let alterations: [Alteration]
  /// The sources of the foreign footage in it.
  package let foreignSources: Set<String>
  /// The parts that are of the video.
  package let pieces: [Piece]
  /// `[Q]`, since the excerpt began, ascending. Blank samples are left out.
  package let seconds: [Double]
  /// `[Q, D]`, unit rows.
  package let embeddings: Matrix
  /// `[Q]`
  package let hashes: [PictureHashes]

  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// One piece of 4 to 12 seconds.
    case clean
    /// Two pieces, with as much footage of two other videos between and around them.
    case foreign
    /// One frame, altered in two or three ways.
    case frame
  }

  /// Times in seconds.
  package struct Piece: Hashable, Sendable {
    /// Since the excerpt began.
    package let start: Double
    /// Since the video's first frame.
    package let videoStart: Double
    package let length: Double

    package init(start: Double, videoStart: Double, length: Double) {
      (self.start, self.videoStart, self.length) = (start, videoStart, length)
    }
  }

  package init(
    video: String, source: String, kind: Kind, alterations: [Alteration], foreignSources: Set<String>, pieces: [Piece],
    seconds: [Double], embeddings: Matrix, hashes: [PictureHashes]
  ) {
    precondition(
      embeddings.rows == seconds.count && hashes.count == seconds.count,
      "expected a time and hashes for each sample, got \(seconds.count) and \(hashes.count) for \(embeddings)")
    self.video = video
    self.source = source
    self.kind = kind
    self.alterations = alterations
    self.foreignSources = foreignSources
    self.pieces = pieces
    self.seconds = seconds
    self.embeddings = embeddings
    self.hashes = hashes
  }
}

/// Excerpts of the clips of a set.
package struct CopiedSet: Hashable, Sendable {
  package let excerpts: [CopiedExcerpt]
  /// By the clip's name, `[T]`: the hashes of each of its samples.
  package let hashes: [String: [PictureHashes]]

  package init(excerpts: [CopiedExcerpt], hashes: [String: [PictureHashes]]) {
    self.excerpts = excerpts
    self.hashes = hashes
  }
}
