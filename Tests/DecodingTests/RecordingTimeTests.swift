import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `The time of a recording` {
  private func recorded(_ name: String, _ tags: String) throws -> Double? {
    let path = try clip(name, "-f lavfi -i testsrc2=s=96x64:r=25:d=0.2 \(tags) -c:v libx264 -pix_fmt yuv420p")
    return try VideoReader(path).stream.recorded
  }

  @Test(arguments: ["mp4", "mov", "mkv"]) func `is read from the container`(ending: String) throws {
    #expect(try recorded("dated.\(ending)", "-metadata creation_time=2024-05-01T14:30:00+02:00") == 1_714_566_600)
    #expect(try recorded("undated.\(ending)", "") == nil)
  }

  @Test func `is Apple's, which stays where a file is written anew`() throws {
    let tags = "-metadata com.apple.quicktime.creationdate=2024-05-01T14:30:00+0200 -metadata creation_time=2025-01-01T00:00:00Z"
    #expect(try recorded("apple.mov", "\(tags) -movflags use_metadata_tags") == 1_714_566_600)
    let nonsense = tags.replacing("2024-05-01T14:30:00+0200", with: "yesterday")
    #expect(try recorded("odd.mov", "\(nonsense) -movflags use_metadata_tags") == 1_735_689_600)
  }

  @Test(arguments: ["2024", "2024-05-01", "2024-05-01 14", "noon"]) func `is a moment or nothing`(tag: String) throws {
    #expect(StreamChoice.recordingTime(tag) == nil)
    let tags = "-metadata com.apple.quicktime.creationdate=\(tag.replacing(" ", with: "_")) -movflags use_metadata_tags"
    #expect(try recorded("vague-\(tag.count)-\(tag.first!).mov", tags) == nil)
  }

  @Test func `is in UTC where no offset is stated, as in AVI`() {
    #expect(StreamChoice.recordingTime("2024-05-01 12:30:00") == 1_714_566_600)
    #expect(StreamChoice.recordingTime("2024-05-01T12:30:00.5") == 1_714_566_600.5)
  }
}
