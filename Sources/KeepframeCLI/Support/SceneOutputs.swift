import Keepframe
import KeepframeSceneFiles
import SystemPackage

/// Everything that one run of `scenes` writes for one video: lists, pictures, parts.
///
/// All places are claimed before decoding starts. Files get their names once all of them are made.
final class SceneOutputs {
  private let video: FilePath
  private let replace: Bool
  private let naming: OutputNaming
  private let arguments: SceneFileArguments
  private let images: SceneImages?
  private let sprites: SpriteSheets?
  private let contactSheet: ContactSheet?
  private let frameTimes: FrameTimeWatcher?
  private var splitter: SceneSplitter?

  /// - Parameters:
  ///   - folder: where pictures go.
  ///   - isClean: makes parts of clean clips only.
  ///   - naming: how files are named, and which inputs they must not replace.
  init(
    _ arguments: SceneFileArguments, of video: FilePath, in folder: FilePath, isClean: Bool, replace: Bool, naming: OutputNaming
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
    let mode = isClean ? .exact : arguments.splitMode ?? .copy
    frameTimes = arguments.split != nil && mode == .copy ? FrameTimeWatcher() : nil
    splitter =
      if let split = arguments.split {
        try SceneSplitter(mode, into: RawArgument.path(split), of: video, leavesGaps: isClean, naming: naming)
      } else { nil }
  }

  /// The outputs that look at every frame of the scan.
  var watchers: [any SceneWatcher] {
    let all: [(any SceneWatcher)?] = [images, sprites, contactSheet, frameTimes]
    return all.compactMap(\.self)
  }

  /// What ``publish(_:decoding:)`` made.
  struct Parts {
    /// If parts were made, frames of the video, or of its clips, that are in none of them.
    var lackingFrames = 0
    /// Nil if none were asked for.
    var paths: [FilePath]?
  }

  /// Makes and names all files.
  ///
  /// - Parameter decoding: the options with which the scenes were found.
  func publish(_ found: SceneScanner.Result, decoding: DecodingOptions) throws -> Parts {
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
    let parts = try splitAndPublish(found, decoding)
    try publishImages?()
    try sprites?.publish(replace: replace)
    try contactSheet?.publish(list)
    return parts
  }

  private func splitAndPublish(_ found: SceneScanner.Result, _ decoding: DecodingOptions) throws -> Parts {
    guard splitter != nil, let folder = arguments.split.map({ RawArgument.path($0) }) else { return Parts() }
    let plan = try splitter!.plan(
      found, frames: frameTimes, decoding: decoding, cancellation: Interruption.cancellation)
    var names = try names(of: plan.parts, plan.suffix)
    try splitter!.requireFree(names, replace: replace)
    let report: PartReport
    do { report = try splitter!.split(cancellation: Interruption.cancellation) } catch {
      try found.checkUnchanged()
      throw error
    }
    try found.checkUnchanged()
    if report.suffix != plan.suffix {
      names = try self.names(of: plan.parts, report.suffix)
      try splitter!.requireFree(names, replace: replace)
    }
    try splitter!.publish(as: names)
    var lines = report.lines
    if report.encodingHelps, let last = lines.popLast() {
      lines.append(last + "; --split-mode exact cuts between any two frames")
    }
    let (parts, scenes) = (plan.parts.count, found.scenes.scenes.count)
    if parts < scenes {
      lines.append(
        "\(scenes) scenes became \(parts) parts, since copies begin at key frames only; --split-mode exact cuts at every scene")
    }
    for line in lines { Messages.warning("\(PrintableText.escaping(video)): \(line)") }
    return Parts(lackingFrames: report.lackingFrames, paths: names.map { folder.pushing($0) })
  }

  private func names(of parts: [SceneSplitter.Part], _ suffix: String) throws -> [FilePath] {
    let template = try arguments.partTemplate()
    return parts.enumerated().map { index, part in
      template.name(
        of: video,
        .init(
          sceneNumber: index + 1, sceneCount: parts.count, frame: part.frames.lowerBound, seconds: part.seconds.lowerBound,
          frames: part.frames, sceneSeconds: part.seconds), suffix: suffix,
        keepsExtension: naming.keepsExtension)
    }
  }
}
