import KeepframeBoundaries
import KeepframeDecoding

@testable import KeepframeBundle
@testable import KeepframeReporting

extension ReportDocument {
  /// A made-up film at 24 frames and 4 samples a second, cut every five seconds, keeping the middle
  /// sample of each scene.
  static func sample(seconds: Int = 30, keepsEvery interval: Int = 20) -> ReportDocument {
    let samples = seconds * 4
    let kept = Array(stride(from: min(interval / 2, max(0, samples - 1)), to: samples, by: interval))
    func row(_ sample: Int) -> Int { min(sample / interval, kept.count - 1) }
    let ledger = (0..<samples).map { index in
      let isKept = kept[row(index)] == index
      return LedgerRecord(
        frame: index * 6, pts: Int64(index * 250), t: Double(index) / 4, kept: isKept, score: Double(index % interval), price: 4,
        nearest: nil, similarity: nil, reason: isKept ? "worth_its_price" : index.isMultiple(of: 3) ? "better_ahead" : "known",
        coveredBy: row(index), coverage: 1 - Float(index % 10) / 20, reused: index.isMultiple(of: 5))
    }
    let retained = kept.enumerated().map { row, index in
      RetainedRecord(
        row: row, frame: index * 6, pts: Int64(index * 250), t: Double(index) / 4, scene: index / 20,
        covers: .init(samples: interval, seconds: Double(interval) / 4, firstT: 0, endT: 1), thumb: "thumbs/\(row).jpg")
    }
    let scenes = stride(from: 0, to: seconds, by: 5).map { start in
      let end = min(seconds, start + 5)
      return Segment(
        frames: start * 24..<end * 24, pts: Int64(start * 1000)..<Int64(end * 1000), seconds: Double(start)..<Double(end))
    }
    let top = retained.prefix(3).map { ContextRecord.Attention(retained: $0.row, frame: $0.frame, weight: 0.25) }
    var contexts = [context("video", scene: nil, top: top), context("window", scene: nil, top: top)]
    contexts += top.enumerated().map { context("part", row: 2 + $0, parent: 0, scene: nil, top: [$1]) }
    contexts += scenes.indices.map { context("shot", scene: $0, top: top) }
    var document = ReportDocument(
      manifest: manifest(seconds: Double(seconds), samples: samples, retained: retained.count, scenes: scenes.count),
      retained: retained, ledger: ledger, contexts: contexts, scenes: .made(scenes))
    for row in document.picturedRows { document.thumbnails[row] = [0xFF, 0xD8, UInt8(row & 255), 0xFF, 0xD9] }
    return document
  }

  private static func context(
    _ kind: String, row: Int = 0, parent: Int? = nil, scene: Int?, top: [ContextRecord.Attention]
  ) -> ContextRecord {
    ContextRecord(
      row: row, kind: kind, level: 0, firstRetained: 0, endRetained: 1, startS: 0, endS: 5, parent: parent, scene: scene,
      top: top)
  }

  private static func manifest(seconds: Double, samples: Int, retained: Int, scenes: Int) -> Manifest {
    Manifest(
      tool: .init(name: "keepframe", version: "1.0.0"), partial: false,
      video: .init(
        path: "/films/sample.mp4", fingerprint: String(repeating: "ab", count: 32), sizeBytes: 1_234_567, container: "mov,mp4",
        codec: "h264", pixelFormat: "yuv420p", width: 640, height: 360, rotationDegrees: 0, mirrored: false, streamIndex: 0,
        videoStreams: 1, timeBase: "1/1000", frameRate: "24/1", variableFrameRate: false, startPts: 0, startSeconds: 0,
        durationSeconds: seconds, title: nil),
      damage: DecodingDamage(),
      settings: .init(
        samplesPerSecond: 4, gate: "coverage", price: 4, rate: nil, budget: nil, lookAheadSeconds: 2, backbone: "thumbnail",
        precision: "f32", detector: "adaptive", detectorThreshold: 0.5, minimumSceneSeconds: 0.6, windowSize: 100,
        thumbnailWidth: 320, videoStream: nil, maxDurationSeconds: nil, maxPixels: 1 << 28, pipeline: "default"),
      backbone: .init(name: "thumbnail", modelDigest: nil, precision: "f32", dimension: 96, inputWidth: 64, inputHeight: 36),
      gate: .init(
        name: "coverage", price: 4, retention: 0.05, coverage: 0.775, worst: .init(frame: 54, t: 2.25, similarity: 0.55)),
      encoder: .init(weights: "identity", windowSize: 100, levels: 1, dimension: 96),
      counts: .init(
        decoded: Int(seconds * 24), sampled: samples, reused: samples / 5, retained: retained, contexts: scenes + 5,
        scenes: scenes, transitions: 0))
  }

  var html: String { ReportPage(self).markup.html }
}

extension SceneList {
  /// At 24 frames and 1000 ticks a second.
  static func made(_ scenes: [Segment], _ transitions: [Transition] = []) -> SceneList {
    SceneList(
      scenes: scenes, transitions: transitions, boundaries: [], boundaryPTS: [], timeBase: Rational(1, 1000),
      frameRate: Rational(24, 1),
      frameCount: scenes.last?.frames.upperBound ?? 0, startPTS: 0)
  }
}
