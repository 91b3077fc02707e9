internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

extension Programme {
  /// The same programme, in which a sample reuses the embedding of the one before it if the picture
  /// hardly changed.
  ///
  /// `index` compares thumbnails: none of their cells may have changed by more than one level.
  /// Footage does not keep thumbnails. Here the embedding, and the quality that was measured on the
  /// thumbnails, must not have changed by more than that allows.
  func reusingEmbeddings() -> Programme {
    var (rows, last) = ([[Float]](), 0)
    for row in 0..<count {
      if row == 0 || !isUnchanged(row, since: last) { last = row }
      rows.append(embeddings[row: last])
    }
    return replacing(embeddings: Matrix(stacking: rows))
  }

  private func isUnchanged(_ row: Int, since other: Int) -> Bool {
    let (a, b) = (quality[row], quality[other])
    return abs(a.meanLuma - b.meanLuma) <= 1 && abs(a.lumaDeviation - b.lumaDeviation) <= 1 && abs(a.sharpness - b.sharpness) <= 2
      && dot(embeddings[row: row], embeddings[row: other]) >= Self.unchangedCosine
  }

  private static let unchangedCosine: Float = 0.999
}
