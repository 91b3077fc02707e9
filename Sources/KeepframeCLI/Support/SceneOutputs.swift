import Keepframe
import SystemPackage

/// Everything that one run of `scenes` writes of one video: lists, pictures, parts.
///
/// All places are claimed before decoding starts; files get their names once all of them are made.
final class SceneOutputs {
  private let video: FilePath
  private let replace: Bool
  private let naming: OutputNaming
  private let arguments: SceneFileArguments
  private let images: SceneImages?
  private let sprites: SpriteSheets?
  private let contactSheet: ContactSheet?
  private let keyFrames: KeyFrameWatcher?
  private var splitter: SceneSplitter?

  /// - Parameters:
  ///   - folder: for pictures.
  ///   - naming: how files are called, and what none of them may be.
  init(
    _ arguments: SceneFileArguments, of video: FilePath, in folder: FilePath, replace: Bool, naming: OutputNaming
  ) throws {
    self.arguments = arguments
    self.video = video
    self.replace = replace
    self.naming = naming
    images = try arguments.images.map { try SceneImages(count: $0, in: folder, of: video, naming: naming) }
    sprites =
      arguments.sprites
      ? try SpriteSheets(every: arguments.spriteInterval ?? 2, in: folder, of: video, replace: replace, naming: naming)
      : nil
    contactSheet = try arguments.contactSheet.map {
      try ContactSheet(RawArgument.path($0), replace: replace, sparing: naming.inputs)
    }
    let mode = arguments.splitMode ?? .copy
    keyFrames = arguments.split != nil && mode == .copy ? KeyFrameWatcher() : nil
    splitter =
      if let split = arguments.split {
        try SceneSplitter(mode, into: RawArgument.path(split), of: video, naming: naming)
      } else { nil }
  }

  /// To look at every frame of the scan.
  var watchers: [any SceneWatcher] {
    let all: [(any SceneWatcher)?] = [images, sprites, contactSheet, keyFrames]
    return all.compactMap(\.self)
  }

  /// Makes and names all files.
  func publish(_ found: SceneScanner.Result) throws {
    let list = found.scenes
    var publishImages: (() throws -> Void)?
    if let images {
      let chosen = images.images(of: list)
      let template = try arguments.imageTemplate()
      let names = chosen.map { image in
        let scene = list.scenes[image.scene]
        var values = NameTemplate.Values(
          sceneNumber: image.scene + 1, sceneCount: list.scenes.count, frame: image.time.index, seconds: image.time.seconds,
          frames: scene.frames, sceneSeconds: scene.seconds)
        values.imageNumber = image.image + 1
        values.imageCount = images.count
        return template.name(of: video, values, suffix: ".jpg", keepsExtension: naming.keepsExtension)
      }
      try images.requireFree(names, replace: replace)
      publishImages = { try images.publish(chosen, as: names) }
    }
    try splitAndPublish(found)
    try publishImages?()
    try sprites?.publish(replace: replace)
    try contactSheet?.publish(list)
  }

  private func splitAndPublish(_ found: SceneScanner.Result) throws {
    guard splitter != nil else { return }
    let parts = splitter!.parts(of: found.scenes, keyFrames: keyFrames?.keyFrames ?? [])
    let template = try arguments.partTemplate()
    let suffix = splitter!.suffix(for: found.stream)
    let names = parts.enumerated().map { index, part in
      template.name(
        of: video,
        .init(
          sceneNumber: index + 1, sceneCount: parts.count, frame: part.frames.lowerBound, seconds: part.seconds.lowerBound,
          frames: part.frames, sceneSeconds: part.seconds), suffix: suffix,
        keepsExtension: naming.keepsExtension)
    }
    try splitter!.requireFree(names, replace: replace)
    do {
      try splitter!.split(
        video, found.stream, startSeconds: found.scenes.timeBase.seconds(found.scenes.startPTS), into: parts,
        cancellation: Interruption.cancellation)
    } catch {
      try found.checkUnchanged()
      throw error
    }
    try found.checkUnchanged()
    try splitter!.publish(found.stream, as: names)
    if parts.count < found.scenes.scenes.count {
      Talk.warning(
        "\(PrintableText.escaping(video)): \(found.scenes.scenes.count) scenes became \(parts.count) parts, since copies begin at key frames "
          + "only; --split-mode exact cuts at every scene")
    }
  }
}
