import KeepframeBundle
import KeepframeDecoding
import SystemPackage
import Testing

@testable import KeepframeSceneFiles

@Suite struct `Name template` {
  private var values: NameTemplate.Values {
    var values = NameTemplate.Values(
      sceneNumber: 7, sceneCount: 1200, frame: 130, seconds: 5.2, frames: 125..<250, sceneSeconds: 5..<10)
    values.imageNumber = 2
    values.imageCount = 3
    return values
  }

  private func name(_ template: String, of video: FilePath = "dir/film.mp4") throws -> String {
    try NameTemplate(Array(template.utf8)).name(of: video, values, suffix: ".jpg").string
  }

  /// As PySceneDetect 0.7.2 names them: numbers padded by how many there are, semicolons in times.
  @Test func `knows PySceneDetect's macros`() throws {
    #expect(try name("$VIDEO_NAME-Scene-$SCENE_NUMBER-$IMAGE_NUMBER") == "film-Scene-0007-02.jpg")
    #expect(try name("$FRAME_NUMBER $TIMECODE $TIMESTAMP_MS") == "130 00;00;05.200 5200.jpg")
    #expect(try name("$START_TIME-$END_TIME-$START_FRAME-$END_FRAME") == "00;00;05.000-00;00;10.000-125-250.jpg")
    #expect(try name("${SCENE_NUMBER}th for 5$$") == "0007th for 5$.jpg")
  }

  @Test(arguments: ["$SCENE", "$", "${SCENE_NUMBER", "a/b", "", "$video_name"])
  func `refuses what it does not know`(template: String) {
    #expect(throws: NameTemplate.Problem.self) { try NameTemplate(Array(template.utf8)) }
  }

  @Test func `tells whether names can be the same`() throws {
    #expect(NameTemplate.images.tellsApart(images: true) && NameTemplate.parts.tellsApart(images: false))
    #expect(!NameTemplate.parts.tellsApart(images: true))
    #expect(!(try NameTemplate(Array("$VIDEO_NAME".utf8))).tellsApart(images: false))
    #expect(try NameTemplate(Array("$START_FRAME-$IMAGE_NUMBER".utf8)).tellsApart(images: true))
  }

  @Test func `keeps the bytes of a video's name, and cuts a long one`() throws {
    let raw = FilePath(platformString: [CChar(bitPattern: 0xFF), 0x41, 0])
    #expect(NameTemplate.parts.name(of: raw, values, suffix: ".mp4").bytes == [0xFF, 0x41] + Array("-Scene-0007.mp4".utf8))
    let long = FilePath(String(repeating: "x", count: 251) + ".mp4")
    let twice = try NameTemplate(Array("$VIDEO_NAME $VIDEO_NAME $SCENE_NUMBER".utf8)).name(of: long, values, suffix: ".mp4")
    #expect(twice.length <= 255 && twice.string.hasSuffix(" 0007.mp4"))
  }
}
