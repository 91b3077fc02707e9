package import KeepframeFootage

extension FootageClip {
  /// The same clip with some of its degradations only, so that others are never seen in training.
  package func keeping(_ kept: Set<View>) -> FootageClip {
    FootageClip(
      name: name, source: source, path: path, samplesPerSecond: samplesPerSecond, durationSeconds: durationSeconds,
      seconds: seconds, embeddings: embeddings, quality: quality, shots: shots, viewStride: viewStride,
      views: views.filter { kept.contains($0.key) }, bridges: bridges)
  }
}
