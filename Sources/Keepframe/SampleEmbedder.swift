internal import Decoding
internal import Features

/// Embeds sampled pictures, taking over the last embedding where the picture has not changed.
struct SampleEmbedder {
  private let backbone: any Backbone
  private var last: (thumbnail: Thumbnail, embedding: Embedding)?

  init(_ backbone: any Backbone) { self.backbone = backbone }

  /// - Returns: the embedding, and whether it was taken over.
  mutating func embed(_ snapshot: Snapshot) throws(FeatureError) -> (embedding: Embedding, isReused: Bool) {
    if let last, !snapshot.thumbnail.differs(from: last.thumbnail) { return (last.embedding, true) }
    let embedding = try backbone.embed(snapshot.picture)
    last = (snapshot.thumbnail, embedding)
    return (embedding, false)
  }
}

extension Thumbnail {
  /// Whether any cell differs by more than one level of 255: less than that is rounding, not change.
  fileprivate func differs(from other: Thumbnail) -> Bool {
    func changed(_ a: [UInt8], _ b: [UInt8]) -> Bool {
      for index in a.indices where max(a[index], b[index]) - min(a[index], b[index]) > 1 { return true }
      return false
    }
    return changed(luma, other.luma) || changed(cb, other.cb) || changed(cr, other.cr)
  }
}
