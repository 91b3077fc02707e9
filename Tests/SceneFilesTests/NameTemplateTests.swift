import KeepframeBoundaries
import KeepframeBundle
import KeepframeDecoding
import SystemPackage
import Testing

@testable import Keepframe

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

@Suite struct `Capture schedule` {
  private func taken(seconds: Double, growth: Double, edges: Set<Int> = []) -> [Int] {
    var schedule = CaptureSchedule(growth: growth)
    return (0..<Int(seconds * 25)).filter { schedule.isDue(at: Double($0) / 25, isEdge: $0 == 0 || edges.contains($0)) }
  }

  @Test func `some picture is near every place in a scene of any length`() {
    for length in [1.0, 4, 30, 600] {
      let frames = taken(seconds: length, growth: 6).map { Double($0) / 25 }
      for place in places(3, in: 0...length).dropLast() {
        let distance = frames.map { ($0 - place).magnitude }.min() ?? .infinity
        #expect(distance <= max(0.2, length / 12) + 0.04, "\(distance) s from \(place) of \(length)")
      }
    }
  }

  @Test func `pictures grow with the logarithm of the length`() {
    #expect(taken(seconds: 3600, growth: 6).count < 80)
  }

  @Test func `edges are always taken, and begin anew`() {
    let frames = taken(seconds: 60, growth: 6, edges: [1001, 1003])
    #expect(frames.contains(1001) && frames.contains(1003) && frames.contains(1008))
  }

  @Test func `a scene keeps its first and latest shots when there are many`() {
    var open = OpenScene<Int>()
    for index in 0..<1000 {
      open.append(index, at: FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index)))
    }
    let shots = open.close(at: nil).map(\.time.index)
    #expect(shots.count <= 48 && shots.first == 0 && shots.suffix(4) == [996, 997, 998, 999])
    #expect(shots.contains { (300...700).contains($0) }, "and something between: \(shots)")
  }

  @Test func `pictures inside a transition are left to neither side`() {
    var open = OpenScene<Int>()
    for index in stride(from: 0, to: 100, by: 5) {
      open.append(index, at: FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index)))
    }
    let dissolve = Transition(kind: .dissolve, frames: 40..<60, score: 1)
    let before = open.close(at: Boundary(frame: 50, cause: .transition(dissolve), score: 1)).map(\.time.index)
    let after = open.close(at: nil).map(\.time.index)
    #expect(before == Array(stride(from: 0, to: 40, by: 5)) && after == Array(stride(from: 60, to: 100, by: 5)))
  }
}
