import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeBoundaries

@Suite struct `Scanning for scenes` {
  @Test func `counts a least length in frames of the stream's own rate`() {
    #expect(SceneLength.frames(15).seconds(at: Rational(30, 1)) == 0.5)
    #expect(SceneLength.frames(15).seconds(at: nil) == 0.6)
    #expect(SceneLength.seconds(0.25).seconds(at: Rational(30, 1)) == 0.25)
  }

  @Test(.enabled(if: footage("kivy_bbb_trailer.m4v") != nil))
  func `finds nine in ten of the cuts of a film trailer, to the frame`() throws {
    let video = try #require(footage("kivy_bbb_trailer.m4v"))
    // Judged by eye; the same list is beside the footage, but for a cut 7 frames after the last: no
    // scene is that short.
    let cuts: Set = [227, 280, 330, 347, 375, 400, 415, 623, 650, 749]
    let found = Set(try SceneScanner().scenes(of: video).scenes.scenes.map(\.frames.lowerBound))
    #expect(found.intersection(cuts).count >= cuts.count - 1)
  }

  @Test(.enabled(if: faultyInput("slides1.mp4") != nil), arguments: ["slides1.mp4", "slides02.mp4"])
  func `finds each of twelve slides that are seen for a frame`(name: String) throws {
    let found = try SceneScanner().scenes(of: try #require(faultyInput(name))).scenes
    #expect(found.scenes.map(\.frames.lowerBound) == Array(0..<12))
  }

  @Test(
    .enabled(if: faultyInput("telecine.mpg") != nil),
    arguments: [("ilace-odd.mp4", 1), ("telecine.mpg", 25.025 / 24)])
  func `finds the cuts of interlaced and telecined twins within a frame`(name: String, pace: Double) throws {
    let found = try SceneScanner().scenes(of: try #require(faultyInput(name))).scenes.scenes
    let seconds = [2, 3.8, 5.4, 6.8, 9].map { $0 * pace }
    #expect(found.count == 6)
    for (scene, cut) in zip(found.dropFirst(), seconds) { #expect(abs(scene.seconds.lowerBound - cut) < 0.05, "\(scene)") }
  }
}
