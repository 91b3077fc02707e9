public import KeepframeFeatures

/// The trained hierarchy: the projection of embeddings, and how windows of what was projected are summed up.
public struct EncoderModel: Hashable, Sendable {
  public let front: Projection
  package var slots: SlotPooling
  /// For a vote of slots on the clip that they come from; see docs/results.md.
  public var voteTemperature: Float
  /// Where it comes from: command, data, seed ... Written to the file's metadata.
  public var provenance: [String: String] = [:]

  package init(front: Projection, slots: SlotPooling = SlotPooling(), voteTemperature: Float = 0.15) {
    self.front = front
    self.slots = slots
    self.voteTemperature = voteTemperature
  }
}

extension EncoderModel: MemoryEncoder {
  public var backbone: String? { provenance["backbone"] }

  public func summary(of vectors: [MemoryVector], windowSize: Int) -> any MemorySummary {
    HierarchySummary(of: vectors, dimension: dimension, windowSize: windowSize, slots: slots)
  }
}
