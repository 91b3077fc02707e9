import KeepframeBundle
import KeepframeDecoding
import SystemPackage

extension Manifest {
  /// A manifest of nothing in particular.
  static func sample(title: String? = nil) -> Manifest {
    Manifest(
      tool: .init(name: "keepframe", version: "test"), partial: false,
      video: .init(
        path: "film.mp4", fingerprint: "00", sizeBytes: 1, container: "mov", codec: "h264", pixelFormat: "yuv420p", width: 160,
        height: 120, rotationDegrees: 0, mirrored: false, streamIndex: 0, videoStreams: 1, timeBase: "1/12800", frameRate: "25/1",
        variableFrameRate: false, startPts: 0, startSeconds: 0, durationSeconds: 4, title: title),
      damage: DecodingDamage(),
      settings: .init(
        samplesPerSecond: 4, gate: "coverage", price: 4, lookAheadSeconds: 2, backbone: "thumbnail", precision: "auto",
        detector: "adaptive", detectorThreshold: 0.5, minimumSceneSeconds: 0.6, windowSize: 100, thumbnailWidth: 320,
        maxPixels: 67_108_864, pipeline: "default"),
      backbone: .init(name: "thumbnail", precision: "f32", dimension: 2, inputWidth: 64, inputHeight: 36),
      gate: .init(name: "coverage", price: 4, retention: 0.5, coverage: 0.9),
      encoder: .init(weights: "identity", windowSize: 100, levels: 1, dimension: 2),
      counts: .init(decoded: 100, sampled: 16, reused: 0, retained: 2, contexts: 1, scenes: 1, transitions: 0))
  }
}

/// The problem that `body` throws.
func problem(_ body: () throws(ArchiveError) -> Void) -> ArchiveError.Problem? {
  do throws(ArchiveError) {
    try body()
    return nil
  } catch { return error.problem }
}
