import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The stream that is decoded` {
  static let still = "-f lavfi -i testsrc2=s=640x360:r=25:d=0.04"
  static let film = "-f lavfi -i testsrc2=s=160x120:r=25:d=2"
  static let encoder = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"

  func chosen(_ path: FilePath) throws -> (index: Int, isClose: Bool) {
    let stream = try VideoReader(path).stream
    return (stream.streamIndex, stream.isCloseChoice)
  }

  @Test(arguments: ["mp4", "mkv", "mov", "ts"])
  func `is the film, where a larger still comes first`(ending: String) throws {
    let clip = try clip("still-first.\(ending)", "\(Self.still) \(Self.film) -map 0:v -map 1:v \(Self.encoder)")
    let choice = try chosen(clip)
    #expect(choice.index == 1 && !choice.isClose)
    #expect(try read(clip).frames.count == 50)
    #expect(try read(clip) { $0.videoStream = 0 }.frames.count == 1, "the still can be asked for")
  }

  @Test func `is the film, where the still is the default stream`() throws {
    let clip = try clip(
      "still-default.mkv",
      "\(Self.still) \(Self.film) -map 0:v -map 1:v \(Self.encoder) -disposition:v:0 default -disposition:v:1 0")
    #expect(try chosen(clip).index == 1)
  }

  @Test func `is the film of a motion photo with a few large frames`() throws {
    let clip = try clip(
      "motion-photo.mp4",
      "-f lavfi -i testsrc2=s=640x360:r=1:d=2 \(Self.film) -map 0:v -map 1:v \(Self.encoder)")
    let choice = try chosen(clip)
    #expect(choice.index == 1 && !choice.isClose)
  }

  @Test func `is as long as the file`() throws {
    let clip = try clip(
      "teaser.mp4",
      "-f lavfi -i testsrc2=s=320x240:r=25:d=0.6 \(Self.film) -map 0:v -map 1:v \(Self.encoder) -disposition:v default")
    #expect(try chosen(clip).index == 1)
  }

  @Test func `is the default one of two films`() throws {
    let clip = try clip(
      "two-films.mkv",
      "-f lavfi -i testsrc2=s=320x240:r=25:d=2 \(Self.film) -map 0:v -map 1:v \(Self.encoder) "
        + "-disposition:v:0 0 -disposition:v:1 default")
    let choice = try chosen(clip)
    #expect(choice.index == 1 && !choice.isClose)
  }

  @Test func `is told to be a close choice where only its size tells it from another`() throws {
    let clip = try clip(
      "two-cameras.mp4",
      "\(Self.film) -f lavfi -i testsrc2=s=320x240:r=25:d=2 -map 0:v -map 1:v \(Self.encoder) "
        + "-disposition:v default")
    let choice = try chosen(clip)
    #expect(choice.index == 1 && choice.isClose)
    var options = DecodingOptions()
    options.videoStream = 0
    #expect(try !VideoReader(clip, options: options).stream.isCloseChoice, "nothing was chosen")
  }
}
