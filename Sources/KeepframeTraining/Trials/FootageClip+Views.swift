package import KeepframeFootage

extension FootageClip {
  /// The same clip with only some of its degradations, so that training never sees the others.
  package func keeping(_ kept: Set<View>) -> FootageClip {
    FootageClip(
      name: name, source: source, path: path, samplesPerSecond: samplesPerSecond, durationSeconds: durationSeconds,
      seconds: seconds, embeddings: embeddings, quality: quality, shots: shots, viewStride: viewStride,
      views: views.filter { kept.contains($0.key) }, bridges: bridges)
  }
}
