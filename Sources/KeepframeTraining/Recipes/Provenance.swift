/// What a file of weights says about how it was made, besides what a recipe knows itself.
package struct Provenance: Sendable {
  /// The program and its verb: `keepframe 0.1.0 train gate`.
  package var madeBy: String
  /// The part of the footage that was held out, `i/n`; nil if none was.
  package var fold: String?

  package init(madeBy: String, fold: String?) {
    self.madeBy = madeBy
    self.fold = fold
  }

  /// The metadata that all files have.
  ///
  /// - Parameter clips: names of the clips that were learned from.
  func metadata(seed: UInt64, clips: [String]) -> [String: String] {
    ["made_by": madeBy, "seed": "\(seed)", "fold": fold ?? "none", "clips": clips.joined(separator: " ")]
  }
}
