package import KeepframeBoundaries
package import KeepframeBundle
package import KeepframeDecoding
package import SystemPackage

/// Takes pictures of every scene while the video is decoded: JPEG files at full size.
///
/// Which frames to keep is known only when a scene ends, and then they can no longer be decoded. So
/// more are taken than are kept (``CaptureSchedule``). The first and the last frame of a scene
/// between cuts are exact; those between are the nearest that were taken. Memory is bounded by the
/// pictures of one scene. The files wait in a hidden folder beside their final place.
package final class SceneImages: SceneWatcher {
  package static let quality = 90

  /// One file whose scene is known.
  package struct Image: Hashable, Sendable {
    /// Index of the scene in the list, and of the picture within the scene; from 0.
    package let scene: Int
    package let image: Int
    package let time: FrameTime
    let draft: String
  }

  private struct Draft {
    let time: FrameTime
    let name: String
  }

  /// Pictures of each scene.
  package let count: Int
  private let files: SharedStagedFiles
  private var captured: ShotCapture<[UInt8]>
  private var drafts: [Draft] = []

  /// - Parameters:
  ///   - count: at least 1; PySceneDetect's default is 3.
  ///   - folder: where the files go, claimed at once.
  ///   - video: the video whose images they are. Only one run at a time may make those of one
  ///     video.
  ///   - naming: how the files are distinguished from those of other videos, and which files they
  ///     must not replace.
  package init(count: Int, in folder: FilePath, of video: FilePath, naming: OutputNaming = .init()) throws(ArchiveError) {
    precondition(count >= 1, "\(count) pictures of a scene")
    self.count = count
    files = SharedStagedFiles(
      try StagedFiles(in: folder, for: naming.named(after: video, suffix: ".images"), sparing: naming.inputs))
    captured = ShotCapture(growth: max(6, 2 * Double(count)))
  }

  package var needsPreviousFrame: Bool { true }

  package func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws {
    let time = reader.frame
    if isCutCandidate {
      _ = try reader.withPreviousFrame { previous throws(DecodingError) in try take(&previous) }
    }
    if captured.isDue(at: time, isCutCandidate: isCutCandidate) || reader.isLastFrame { try take(&reader) }
    for shot in captured.close(at: certain, now: time) { try keep(shot) }
  }

  package func end(certain: [Boundary]) throws {
    for shot in captured.finish(at: certain) { try keep(shot) }
  }

  private func take(_ reader: inout VideoReader) throws(DecodingError) {
    if let last = captured.lastIndex, last >= reader.frame.index { return }
    captured.append(try reader.readJPEG(maxWidth: 65_535, quality: Self.quality), at: reader.frame)
  }

  private func keep(_ shot: CapturedShot<[UInt8]>) throws {
    var kept = -1
    for (time, jpeg) in shot.evenlySpread(count) where time.index > kept {
      kept = time.index
      let name = "\(drafts.count).jpg"
      try files.value.write(jpeg, as: name)
      drafts.append(Draft(time: time, name: name))
    }
  }

  /// The pictures of each scene in the final list, in which short scenes may have been joined or
  /// dropped.
  package func images(of list: SceneList) -> [Image] {
    var start = 0
    return list.scenes.enumerated().flatMap { index, scene -> [Image] in
      while start < drafts.count, drafts[start].time.index < scene.frames.lowerBound { start += 1 }
      var end = start
      while end < drafts.count, drafts[end].time.index < scene.frames.upperBound { end += 1 }
      let own = Array(drafts[start..<end])
      guard let first = own.first, let last = own.last else { return [] }
      return own.nearest(to: places(count, in: first.time.seconds...last.time.seconds)) { $0.time.seconds }
        .enumerated().map { Image(scene: index, image: $0, time: $1.time, draft: $1.name) }
    }
  }

  /// - Throws: ``ArchiveError`` `exists` for the first of `names` that is there already, unless
  ///   `replace`.
  package func requireFree(_ names: [FilePath], replace: Bool) throws(ArchiveError) {
    try files.value.requireFree(names, replace: replace)
  }

  /// Writes all files or none, unless the disk fails in between.
  ///
  /// - Parameter names: names for `images`, in the same order. A frame that is used twice becomes
  ///   two files.
  package func publish(_ images: [Image], as names: [FilePath]) throws(ArchiveError) {
    precondition(images.count == names.count, "\(images.count) images with \(names.count) names")
    var used: Set<String> = []
    let renamed = try zip(images, names).enumerated().map { index, pair throws(ArchiveError) in
      if used.insert(pair.0.draft).inserted { return (draft: pair.0.draft, name: pair.1) }
      let copy = "copy-\(index).jpg"
      try files.value.copy(pair.0.draft, as: copy)
      return (draft: copy, name: pair.1)
    }
    try files.value.publish(renamed)
  }
}

/// Lets a class own staged files.
final class SharedStagedFiles {
  let value: StagedFiles
  init(_ value: consuming StagedFiles) { self.value = value }
}
