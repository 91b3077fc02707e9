public import ArgumentParser
public import Keepframe
public import KeepframeSceneFiles
import SystemPackage

extension Effort: ExpressibleByArgument {}
extension SceneSplitter.Mode: ExpressibleByArgument {}

/// What `scenes` makes besides lists: pictures and parts.
struct SceneFileArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Save this many pictures of each scene as JPEG; 3 are its start, middle and end.", valueName: "n"))
  var images: Int?

  @Flag(help: "Save thumbnails for a player's timeline: sheets as JPEG, and a WebVTT file that refers to them.")
  var sprites = false

  @Option(help: ArgumentHelp("Seconds between two thumbnails of --sprites. (default: 2)", valueName: "s"))
  var spriteInterval: Double?

  @Option(
    help: ArgumentHelp("Save one page with a small picture and the time of each scene, as JPEG.", valueName: "file"),
    completion: .file())
  var contactSheet: String?

  @Option(
    help: ArgumentHelp("Save each scene as a file of its own in this folder.", valueName: "folder"), completion: .directory)
  var split: String?

  @Option(
    help: ArgumentHelp(
      "copy cuts at the key frames nearest to the scenes; exact cuts at the scenes, and encodes again with ffmpeg. "
        + "(default: copy; exact with --clean)",
      valueName: "mode"))
  var splitMode: SceneSplitter.Mode?

  @Option(
    help: ArgumentHelp(
      "Names of pictures and parts, without extension. Macros: $VIDEO_NAME $SCENE_NUMBER $IMAGE_NUMBER $FRAME_NUMBER $TIMECODE "
        + "$TIMESTAMP_MS $START_TIME $END_TIME $START_FRAME $END_FRAME.", valueName: "template"))
  var filename: String?

  var isEmpty: Bool { images == nil && !sprites && contactSheet == nil && split == nil }

  /// Whether frames are looked at while they are decoded.
  var readsFrames: Bool { images != nil || sprites || contactSheet != nil || (split != nil && splitMode != .exact) }

  func validate() throws {
    if let images, !(1...100).contains(images) { throw ValidationError("--images: expected 1 to 100, got \(images)") }
    if let spriteInterval {
      if !(spriteInterval > 0 && spriteInterval.isFinite) {
        throw ValidationError("--sprite-interval: expected more than 0 s, got \(spriteInterval)")
      }
      if !sprites { throw ValidationError("--sprite-interval needs --sprites") }
    }
    if splitMode != nil, split == nil { throw ValidationError("--split-mode needs --split") }
    if let filename {
      if images == nil, split == nil {
        throw ValidationError("--filename names pictures and parts; it needs --images or --split")
      }
      let template = try self.template(filename)
      for (isAsked, isImages) in [(images != nil, true), (split != nil, false)] where isAsked {
        if !template.tellsApart(images: isImages) {
          throw ValidationError(
            "--filename \(filename): would give one name to several files; it needs $SCENE_NUMBER\(isImages ? " and $IMAGE_NUMBER" : "")"
          )
        }
      }
    }
  }

  private func template(_ text: String) throws -> NameTemplate {
    do throws(NameTemplate.Problem) { return try NameTemplate(RawArgument.bytes(text)) } catch {
      throw ValidationError("--filename \(text): \(error.line)")
    }
  }

  /// The first file of each kind that is named after a video.
  ///
  /// - Parameter folder: for pictures.
  func firstNames(of video: FilePath, in folder: FilePath, _ naming: OutputNaming) -> [FilePath] {
    func name(_ suffix: String) -> FilePath { naming.named(after: video, suffix: suffix) }
    return (images == nil ? [] : [folder.pushing(name("-Scene-001-01.jpg"))])
      + (sprites ? [folder.pushing(name(".thumbs.vtt")), folder.pushing(name(".thumbs-000.jpg"))] : [])
      + (split.map { [RawArgument.path($0).pushing(name("-Scene-001.mp4"))] } ?? [])
  }

  func imageTemplate() throws -> NameTemplate { try filename.map { try template($0) } ?? .images }
  func partTemplate() throws -> NameTemplate { try filename.map { try template($0) } ?? .parts }
}
