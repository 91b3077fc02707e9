package import KeepframeDecoding
package import KeepframeNumerics

/// A transition made of two still frames, with the embedding of each of its steps.
///
/// The steps replace no sample: a programme shows ``from``, then the rows, then ``to``. Quality is
/// measured on the mixed picture. Its motion is what the mixing alone changes from frame to frame
/// at 25 frames a second, as if both frames stood still.
package struct Bridge: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// Three rows: a quarter, a half and three quarters of ``Bridge/to`` mixed in.
    case dissolve
    /// Four rows: a quarter, a half and three quarters darker, then black. Read backwards, without
    /// the black, it fades in.
    case fade
  }

  package let kind: Kind
  /// The last sample before the transition.
  package let from: SampleReference
  /// The first sample after it, of a clip of another source; nil for a fade.
  package let to: SampleReference?
  /// `[3, D]` for a dissolve, `[4, D]` for a fade; unit rows.
  package let embeddings: Matrix
  /// One for each row.
  package let quality: [FrameQuality]

  package init(kind: Kind, from: SampleReference, to: SampleReference?, embeddings: Matrix, quality: [FrameQuality]) {
    precondition(embeddings.rows == kind.shares.count && quality.count == embeddings.rows, "a \(kind) of \(embeddings)")
    precondition((to == nil) == (kind == .fade), "a dissolve leads to a sample, a fade to black")
    self.kind = kind
    self.from = from
    self.to = to
    self.embeddings = embeddings
    self.quality = quality
  }
}

extension Bridge.Kind {
  /// The share of the new picture in each row, in 256ths.
  var shares: [Int] {
    switch self {
    case .dissolve: [64, 128, 192]
    case .fade: [64, 128, 192, 256]
    }
  }
}
