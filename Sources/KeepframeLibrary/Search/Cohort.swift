/// What each sample of a query reaches in videos that are no answer. Only what exceeds that is one.
///
/// The videos of the library are the cohort: of each the largest similarity counts, the best video
/// is left out, and the next ``count`` are averaged. A blank or blurred picture is like something
/// in many videos, so it answers nothing. Speaker verification calls this cohort or T-normalisation
/// (Auckenthaler et al. 2000, "Score normalization for text-independent speaker verification
/// systems").
struct Cohort: Sendable {
  /// So many videos are averaged.
  static let count = 8
  /// What stands in for a video where a library has too few: the cosine of unrelated pictures under
  /// the projection that comes with the package.
  static let usual: Float = 0.45

  /// `[Q]`
  let levels: [Float]

  /// - Parameter largest: for each sample, the largest similarity in each video; as long for each.
  init(_ largest: [[Float]]) {
    levels = largest.map { similarities in
      let others = similarities.sorted(by: >).dropFirst().prefix(Self.count)
      return (others.reduce(0, +) + Float(Self.count - others.count) * Self.usual) / Float(Self.count)
    }
  }
}
