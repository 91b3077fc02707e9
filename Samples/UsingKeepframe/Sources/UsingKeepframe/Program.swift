import Keepframe
import SystemPackage

/// Our own types with names that the library has too. A qualified name finds the library's.
struct Indexer {}
struct Shot {}
struct Matrix {}

/// Prints the shots of a video, indexes it and embeds two frames a second.
@main
enum Program {
  static func main() async {
    guard CommandLine.arguments.count == 3 else { return print("usage: UsingKeepframe VIDEO FOLDER") }
    let (video, folder) = (FilePath(CommandLine.arguments[1]), FilePath(CommandLine.arguments[2]))
    do {
      try await threeCalls(video, folder)
      try await ownParts(video, folder)
      try withoutAsync(video)
    } catch let error as any KeepframeFailure {
      print(error.code, error.subject ?? "-", error.failure, error.remedy ?? "-", separator: " | ")
    } catch {
      print(error)
    }
  }

  static func threeCalls(_ video: FilePath, _ folder: FilePath) async throws {
    for shot in try await Keepframe.shots(of: video) { print(shot.frames, shot.time) }

    let index = try await Keepframe.index(video, to: folder.appending("film.keepframe"))
    print(index)
    for frame in index.retained { print(frame.frame, frame.t, frame.covers.seconds) }
    print(index.retainedVectors.rows, index.contexts.map(\.kind), index.ledger.count, index.shots.count)

    let embeddings = try await Keepframe.embeddings(of: video, every: .seconds(0.5))
    try embeddings.write(to: folder.appending("film.npy"))
    print(embeddings)
  }

  /// A detector, a gate and a backbone of our own, and a run that reports its progress.
  static func ownParts(_ video: FilePath, _ folder: FilePath) async throws {
    var settings = IndexSettings()
    settings.detector.custom = CustomDetector(name: "brightness") { _ in BrightnessDetector() }
    settings.customGate = CustomGate(name: "first-of-shot", defaultPrice: 0.1) { FirstOfShot(price: $0) }
    let updates = Keepframe.updates(
      indexing: video, to: folder.appending("own.keepframe"), settings: settings, backbone: MeanColor())
    for try await update in updates {
      guard let index = update.index else { continue }
      print(index.manifest.settings.detector, index.manifest.settings.gate, index.manifest.backbone.name)
      print(index.shots)
    }
  }

  /// The same without `async`, frame by frame.
  static func withoutAsync(_ video: FilePath) throws {
    var reader = try VideoReader(video)
    var thumbnail = Thumbnail()
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      if reader.frame.index == 0 { print(reader.stream.codec, reader.frame.seconds, thumbnail.luma.count) }
    }
    let scanner = SceneScanner()
    print(SceneFormat.csv.text(SceneFindings(try scanner.scenes(of: video), of: video, toolVersion: keepframeVersion)))
    let indexer = Keepframe.Indexer(settings: IndexSettings(), backbone: MeanColor())
    print(indexer.settings.samplesPerSecond)
  }
}

/// Reports a cut where the mean brightness jumps.
struct BrightnessDetector: BoundaryDetector {
  private var index = 0
  private var last: Double?
  private(set) var isCutCandidate = false
  private(set) var lastMetrics: [Double] = []
  let delay = 0

  mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    let brightness = Double(thumbnail.luma.reduce(0) { $0 + Int($1) }) / Double(thumbnail.luma.count)
    isCutCandidate = last.map { abs($0 - brightness) > 8 } ?? false
    defer { (last, index) = (brightness, index + 1) }
    return isCutCandidate ? [Boundary(frame: index, cause: .cut, score: 1)] : []
  }

  mutating func finish() -> [Boundary] { [] }
}

/// Keeps a sample that looks unlike the one before it.
struct FirstOfShot: Gate {
  let price: Double

  mutating func judge(_ outlook: Outlook) -> Verdict {
    guard let similarity = outlook.similarityToPrevious else { return Verdict(keeps: true, score: 2, reason: .first) }
    let novelty = Double(1 - similarity)
    return Verdict(keeps: novelty > price, score: novelty, reason: novelty > price ? .worthItsPrice : .known)
  }
}

/// Embeds a picture as its mean colour.
struct MeanColor: Backbone {
  let description = BackboneDescription(
    name: "mean-color", modelDigest: nil, precision: "f32", dimension: 3, inputWidth: 8, inputHeight: 8)

  func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
    var sums: [Float] = [1, 1, 1]
    for (offset, value) in picture.rgb.enumerated() { sums[offset % 3] += Float(value) }
    let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Embedding(unit: sums.map { $0 / length })
  }
}
