import KeepframeDecoding
import Testing

@testable import KeepframeBoundaries

@Suite struct `Joining shots into scenes` {
  /// Shots from 0, 10, 20 and 30 of 40 frames, the third after a dissolve.
  private let shots: SceneList = {
    var assembler = SceneAssembler()
    for index in 0..<40 {
      assembler.push(FrameTime(index: index, pts: 7 + Int64(index) * 2, durationTicks: 2, seconds: Double(index) * 0.02))
    }
    let dissolve = Transition(kind: .dissolve, frames: 16..<24, score: 0.8)
    return assembler.finish(
      boundaries: [
        Boundary(frame: 10, cause: .cut, score: 0.9), Boundary(frame: 20, cause: .transition(dissolve), score: 0.8),
        Boundary(frame: 30, cause: .cut, score: 0.7),
      ], timeBase: Rational(1, 100), minimumSceneSeconds: 0)
  }()

  @Test func `starts each scene with the exact first frame of its first shot`() {
    let joined = shots.joined(startingAt: [0, 2])
    #expect(joined.scenes.map(\.frames) == [0..<20, 20..<40])
    #expect(joined.scenes.map(\.pts) == [7..<47, 47..<87])
    #expect(joined.scenes[1].seconds == shots.scenes[2].seconds.lowerBound..<shots.scenes[3].seconds.upperBound)
    #expect(joined.opening(of: joined.scenes[1])?.score == 0.8 && joined.boundaryPTS == [47])
    #expect(joined.frameCount == 40 && joined.startPTS == 7)
  }

  @Test func `keeps a transition that is inside a scene now`() {
    let joined = shots.joined(startingAt: [0, 1])
    #expect(joined.transitions == shots.transitions && joined.boundaries.map(\.frame) == [10])
    let csv = SceneFormat.csv.text(
      SceneFindings(
        list: joined,
        video: VideoFacts(
          path: "a", shape: PictureShape(codedWidth: 2, codedHeight: 2), frameRate: nil, timeBase: Rational(1, 100), startPTS: 7,
          durationSeconds: 0.8,
          frameCount: 40), media: EditorMedia(absolutePath: Array("/a".utf8)), toolVersion: "0"))
    #expect(csv.split(separator: "\n").first == "Timecode List:,00:00:00.200", "cuts that start no scene are not in the list")
  }

  @Test func `changes nothing where every shot is a scene, or there is none`() {
    #expect(shots.joined(startingAt: [0, 1, 2, 3]) == shots)
    let none = SceneAssembler().finish(boundaries: [], timeBase: Rational(1, 100))
    #expect(none.joined(startingAt: []) == none)
  }
}
