import KeepframeBoundaries
import KeepframeDecoding
import KeepframeFeatures
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import Keepframe

@Suite struct `Scanning for scenes` {
  @Test func `reports a stream whose frames last unequally as variable`() throws {
    let variable = try clip(
      "variable.mkv",
      "-f lavfi -i testsrc2=s=64x36:r=25:d=4 -vf select='not(eq(mod(n,5),2))' -fps_mode vfr -c:v libx264 -pix_fmt yuv420p")
    let constant = try clip("constant.mkv", "-f lavfi -i testsrc2=s=64x36:r=30000/1001:d=4 -c:v libx264 -pix_fmt yuv420p")
    for (video, isVariable) in [(variable, true), (constant, false)] {
      let destination = try scratchFolder("rate").appending("video.keepframe")
      let manifest = try Indexer(settings: .withoutNetwork, backbone: ThumbnailBackbone()).index(video, to: destination)
      #expect(manifest.video.variableFrameRate == isVariable)
    }
  }

  @Test func `counts a least length in frames of the stream's own rate`() {
    #expect(SceneLength.frames(15).seconds(at: Rational(30, 1)) == 0.5)
    #expect(SceneLength.frames(15).seconds(at: nil) == 0.6)
    #expect(SceneLength.seconds(0.25).seconds(at: Rational(30, 1)) == 0.25)
  }

  @Test(.enabled(if: footage("kivy_bbb_trailer.m4v") != nil))
  func `finds nine in ten of the cuts of a film trailer, to the frame`() throws {
    let video = try #require(footage("kivy_bbb_trailer.m4v"))
    // Judged by eye; the same list is beside the footage, but for a cut 7 frames after the last: no scene is that short.
    let cuts: Set = [227, 280, 330, 347, 375, 400, 415, 623, 650, 749]
    let found = Set(try SceneScanner().scenes(of: video).scenes.scenes.map(\.frames.lowerBound))
    #expect(found.intersection(cuts).count >= cuts.count - 1)
  }
}
