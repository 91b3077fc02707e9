import Keepframe
import SystemPackage

/// Types of the client's own with the names of ours: a qualified name must still find ours.
struct Indexer {}
struct Bundle {}
struct Scene {}
struct Matrix {}

/// A backbone of the client's own.
struct Gray: Keepframe.Backbone {
  let description = BackboneDescription(
    name: "gray", modelDigest: nil, precision: "f32", dimension: 1, inputWidth: 8, inputHeight: 8)

  func embed(_ picture: Picture) throws(FeatureError) -> Embedding { Embedding(unit: [1]) }
}

@main
enum Client {
  static func main() throws {
    guard CommandLine.arguments.count == 3 else {
      print("usage: Client VIDEO BUNDLE")
      return
    }
    let (video, destination) = (FilePath(CommandLine.arguments[1]), FilePath(CommandLine.arguments[2]))
    do {
      try index(video, destination)
      try listShots(video)
      try readFrames(video)
    } catch let error as any KeepframeFailure {
      print(error.code, error.subject ?? "-", error.failure, error.remedy ?? "-", separator: " | ")
    }
  }

  static func index(_ video: FilePath, _ destination: FilePath) throws {
    var settings = IndexSettings()
    settings.samplesPerSecond = 2
    settings.target = .budget(10)
    let cancellation = Cancellation()
    let manifest = try Keepframe.Indexer(settings: settings, backbone: Gray()).index(
      video, to: destination, replace: true, cancellation: cancellation, progress: { _ in })
    print("kept \(manifest.counts.retained) of \(manifest.counts.decoded) frames, gate \(manifest.gate.name)")

    let bundle = try KeepframeBundle.Bundle(destination)
    for frame in try bundle.retained() { print(frame.frame, frame.t, frame.covers.seconds) }
    print(try bundle.retainedVectors().rows, try bundle.contexts().map(\.kind))
  }

  static func listShots(_ video: FilePath) throws {
    var scanner = SceneScanner()
    scanner.detector = DetectorSettings()
    let found = try scanner.scenes(of: video)
    for scene: KeepframeBoundaries.Scene in found.scenes.scenes { print(scene.frames, scene.seconds) }
    print(SceneJSON.text(found.scenes, video: found.facts, toolVersion: keepframeVersion, damage: found.damage))
  }

  static func readFrames(_ video: FilePath) throws {
    var reader = try VideoReader(video)
    var thumbnail = Thumbnail()
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      if reader.frame.index == 0 { print(reader.stream.codec, reader.frame.seconds, thumbnail.luma.count) }
    }
  }
}
