internal import Glibc
public import KeepframeBoundaries
public import KeepframeBundle
internal import KeepframeDecoding
public import SystemPackage

extension EditorMedia {
  /// A video where it lies now.
  public init(_ video: FilePath) {
    var path = video
    if path.isRelative, let here = getcwd(nil, 0) {
      path = FilePath(platformString: here).pushing(path)
      free(here)
    }
    self.init(absolutePath: path.lexicallyNormalized().bytes)
  }
}

extension SceneFindings {
  /// What a scan found, to be written.
  public init(_ found: SceneScanner.Result, of video: FilePath) {
    self.init(
      list: found.scenes, video: found.facts, damage: found.damage, media: EditorMedia(video), toolVersion: keepframeVersion,
      parameters: found.detector.parameters + [("min_scene_len_s", .number(found.minimumSceneSeconds))]
        + (found.effort == .exact ? [] : [("effort", .string(found.effort.rawValue))]))
  }

  /// The scenes that a bundle keeps; nothing is decoded.
  ///
  /// - Throws: ``ArchiveError``, `invalid` if its scenes contradict themselves.
  public init(_ bundle: Bundle) throws(ArchiveError) {
    let file = try bundle.sceneFile()
    let invalid = ArchiveError(.invalid(.contradictsItself(file: "scenes.json")), at: bundle.path)
    guard let timeBase = Rational(text: file.video.timeBase), file.video.durationS.isFinite, file.video.durationS >= 0 else {
      throw invalid
    }
    let limit = Double(1 << 40)
    let playerStart = file.video.playerStartS ?? 0
    let timecode = file.video.startTimecode.map { StartTimecode($0) }
    guard let shape = PictureShape(file.video), (0..<limit).contains(playerStart), timecode != .some(nil) else { throw invalid }
    let transitions = try file.transitions.map { found throws(ArchiveError) in
      guard let kind = Transition.Kind(rawValue: found.kind), 0 <= found.startFrame, found.startFrame <= found.endFrame else {
        throw invalid
      }
      return Transition(kind: kind, frames: found.startFrame..<found.endFrame, score: found.score)
    }
    let scenes = try file.scenes.map { scene throws(ArchiveError) in
      guard 0 <= scene.startFrame, scene.startFrame < scene.endFrame, scene.startPts < scene.endPts, 0 <= scene.startS,
        scene.startS <= scene.endS, scene.endS < limit
      else { throw invalid }
      return Scene(
        frames: scene.startFrame..<scene.endFrame, pts: scene.startPts..<scene.endPts, seconds: scene.startS..<scene.endS)
    }
    guard zip(scenes, scenes.dropFirst()).allSatisfy({ $0.frames.upperBound <= $1.frames.lowerBound }) else { throw invalid }
    let openings = zip(scenes, file.scenes).compactMap { scene, text -> (boundary: Boundary, pts: Int64)? in
      guard let score = text.in.score else { return nil }
      let frame = scene.frames.lowerBound
      let transition = transitions.first { $0.kind.rawValue == text.in.type && $0.frames.contains(frame) }
      let boundary = Boundary(frame: frame, cause: transition.map { .transition($0) } ?? .cut, score: score)
      return (boundary, scene.pts.lowerBound)
    }
    let rate = file.video.frameRate.flatMap { Rational(text: $0) }
    var damage = DecodingDamage()
    damage.undecodablePackets = file.damage.undecodablePackets
    damage.concealedFrames = file.damage.concealedFrames
    damage.synthesizedTimestamps = file.damage.synthesizedTimestamps
    damage.timestampJumps = file.damage.timestampJumps
    damage.formatChanges = file.damage.formatChanges
    damage.missingSeconds = file.damage.missingS
    damage.readError = file.damage.readError
    var facts = VideoFacts(
      path: file.video.path, shape: shape, frameRate: rate, timeBase: timeBase, startPTS: file.video.startPts,
      durationSeconds: file.video.durationS, frameCount: file.video.frames, codec: file.video.codec,
      playerStartMicroseconds: Int64((playerStart * 1_000_000).rounded()), startTimecode: timecode ?? nil)
    if file.video.frameRateSource == "measured" {
      facts.statedFrameRate = file.video.statedFrameRate.flatMap { Rational(text: $0) }
    }
    self.init(
      list: SceneList(
        scenes: scenes, transitions: transitions, boundaries: openings.map(\.boundary), boundaryPTS: openings.map(\.pts),
        timeBase: timeBase, frameRate: rate, frameCount: file.video.frames, startPTS: file.video.startPts),
      video: facts, damage: damage, isPartial: file.partial, media: EditorMedia(FilePath(file.video.path)),
      toolVersion: keepframeVersion,
      parameters: file.params.sorted { $0.key < $1.key }.map { ($0.key, JSONText($0.value)) })
  }
}

extension JSONText {
  fileprivate init(_ value: SceneFile.Scalar) {
    self =
      switch value {
      case .bool(let value): .bool(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .string(let value): .string(value)
      }
  }
}

extension Rational {
  /// `30000/1001`, both positive.
  fileprivate init?(text: String) {
    let parts = text.split(separator: "/").map { Int64($0) }
    guard parts.count == 2, let numerator = parts[0], let denominator = parts[1], numerator > 0, denominator > 0 else {
      return nil
    }
    self.init(numerator, denominator)
  }
}

extension PictureShape {
  /// - Returns: nil if the numbers cannot be those of a picture.
  fileprivate init?(_ video: SceneFile.Video) {
    let crop = video.crop.map { Cropping(left: $0.left, top: $0.top, right: $0.right, bottom: $0.bottom) } ?? .none
    let (width, height) = (video.codedWidth ?? video.width, video.codedHeight ?? video.height)
    let aspect = video.sampleAspect.map { Rational(text: $0) }
    guard (0...Int(Int32.max)).contains(width), (0...Int(Int32.max)).contains(height),
      crop == .none || crop.fits(width: width, height: height), aspect != .some(nil),
      (1.0 / 16...16).contains(aspect??.doubleValue ?? 1)
    else { return nil }
    self.init(
      codedWidth: width, codedHeight: height, cropping: crop, sampleAspect: aspect ?? nil,
      rotationDegrees: video.rotationDegrees ?? 0, isMirrored: video.mirrored ?? false)
  }
}
