import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import Synchronization
import SystemPackage

@testable import KeepframeFootage

/// Clips of numbers only: each sample's embedding is its own random direction, and its number is
/// told by nothing else.
enum MadeFootage {
  static let dimension = 32
  static let rate = 4.0

  /// - Parameter shots: lengths in samples; a blank sample lies between one and the next.
  static func clip(_ name: String, source: String, shots lengths: [Int]) -> FootageClip {
    var random = SeededGenerator(seed: 1, name: name)
    func directions(_ count: Int) -> Matrix {
      Matrix(stacking: (0..<count).map { _ in normalized((0..<dimension).map { _ in random.gaussian() })! })
    }
    var (shots, count) = ([Range<Int>](), 0)
    for length in lengths {
      shots.append(count..<count + length)
      count += length + 1
    }
    count -= 1
    let quality = (0..<count).map { sample in
      FrameQuality(
        meanLuma: Float(sample), lumaDeviation: shots.contains { $0.contains(sample) } ? 40 : 0, sharpness: 3, motion: 1)
    }
    var views: [View: Matrix] = [:]
    for view in View.usual { views[view] = directions((count + 1) / 2) }
    return FootageClip(
      name: name, source: source, path: FilePath("/footage/\(name)"), samplesPerSecond: rate,
      durationSeconds: Double(count) / rate, seconds: (0..<count).map { Double($0) / rate }, embeddings: directions(count),
      quality: quality, shots: shots, viewStride: 2, views: views, bridges: [])
  }

  /// Sources `s0`, `s1` ..., two clips of six shots each, with a fade and a dissolve at every
  /// twelfth sample or so.
  static func clips(sources: Int) -> [FootageClip] {
    var random = SeededGenerator(seed: 2)
    var clips = (0..<sources * 2).map { index in
      clip(
        "s\(index / 2)_\(index % 2).mp4", source: "s\(index / 2)", shots: (0..<6).map { _ in random.uniform(in: 3..<60) })
    }
    for index in clips.indices {
      for sample in stride(from: 7, to: clips[index].count, by: 12) where clips[index].shot(of: sample) != nil {
        clips[index].bridges.append(bridge(from: clips[index], sample, to: nil, 0))
        let other = clips.filter { $0.source != clips[index].source }[random.uniform(in: 0..<clips.count - 2)]
        let landing = random.uniform(in: 0..<other.count)
        if other.shot(of: landing) != nil { clips[index].bridges.append(bridge(from: clips[index], sample, to: other, landing)) }
      }
    }
    return clips
  }

  private static func bridge(from clip: FootageClip, _ sample: Int, to other: FootageClip?, _ landing: Int) -> Bridge {
    let kind: Bridge.Kind = other == nil ? .fade : .dissolve
    var random = SeededGenerator(seed: UInt64(sample), name: "\(clip.name) \(kind)")
    let rows = (0..<kind.shares.count).map { _ in normalized((0..<dimension).map { _ in random.gaussian() })! }
    return Bridge(
      kind: kind, from: SampleReference(clip: clip.name, sample: sample),
      to: other.map { SampleReference(clip: $0.name, sample: landing) }, embeddings: Matrix(stacking: rows),
      quality: rows.map { _ in FrameQuality(meanLuma: 9, lumaDeviation: 9, sharpness: 9, motion: 9) })
  }
}

/// The built-in descriptor, counting how often it runs.
final class CountingBackbone: Backbone {
  let description = ThumbnailBackbone().description
  private let counter = Mutex(0)
  var count: Int { counter.withLock { $0 } }

  func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
    counter.withLock { $0 += 1 }
    return try ThumbnailBackbone().embed(picture)
  }
}

/// What was reported, in order.
final class Events: Sendable {
  private let events = Mutex<[FootageEvent]>([])
  var all: [FootageEvent] { events.withLock { $0 } }
  func take(_ event: FootageEvent) { events.withLock { $0.append(event) } }
}

enum Clips {
  /// Two shots, ffmpeg's test picture and a Mandelbrot set, then half a second of black.
  static func twoShots() throws -> FilePath {
    try KeepframeTestSupport.clip(
      "two-shots.mp4",
      "-f lavfi -i testsrc2=s=160x90:r=8:d=5 -f lavfi -i mandelbrot=s=160x90:r=8 -f lavfi -i color=black:s=160x90:r=8:d=0.5 "
        + "-filter_complex [1:v]trim=duration=5,setpts=PTS-STARTPTS[m];[0:v][m][2:v]concat=n=3:v=1[v] -map [v] -c:v libx264 -pix_fmt yuv420p"
    )
  }

  static func life() throws -> FilePath {
    try KeepframeTestSupport.clip(
      "life.mp4",
      "-f lavfi -i life=s=160x90:mold=10:r=8:ratio=0.1:seed=7:death_color=#C83232:life_color=#00ff00 -t 6 -c:v libx264 -pix_fmt yuv420p"
    )
  }

  static func cells() throws -> FilePath {
    try KeepframeTestSupport.clip("cells.mp4", "-f lavfi -i cellauto=s=160x90:rule=110:r=8 -t 6 -c:v libx264 -pix_fmt yuv420p")
  }

  static func short() throws -> FilePath {
    try KeepframeTestSupport.clip("short.mp4", "-f lavfi -i rgbtestsrc=s=160x90:r=8 -t 2 -c:v libx264 -pix_fmt yuv420p")
  }

  /// A folder of links to clips.
  static func folder(_ clips: [(name: String, clip: FilePath)]) throws -> FootageFolder {
    let root = try scratchFolder("footage")
    for (name, clip) in clips { try runOrThrow("ln", ["-s", clip.string, root.appending(name).string]) }
    return try FootageFolder(root)
  }

  static func threeSources() throws -> FootageFolder {
    try folder([("a_1.mp4", twoShots()), ("b_1.mp4", life()), ("c_1.mp4", cells())])
  }

  /// The three, loaded once for all tests that only look.
  static let loaded = Result { try loadFootage(threeSources(), backbone: ThumbnailBackbone(), cache: nil) }
}
