import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `What is no video` {
  private static let texts: [(content: String, says: String)] = [
    ("", "an empty file, not a video file; copy or download it again"),
    ("Dear reader,\nthis is no video.\n", "a text file, not a video file; pass the video itself"),
    ("<!DOCTYPE html>\n<html><body>404", "a web page, not a video file; download the video itself"),
    ("#EXTM3U\n#EXTINF:1,\n1.ts\n", "a playlist (M3U) that leads to other files, not a video file; pass one of those files"),
    ("<?xml version=\"1.0\"?>\n<MPD/>", "a playlist (DASH) that leads to other files"),
    ("ffconcat version 1.0\nfile a.mp4\n", "a playlist (ffconcat) that leads to other files"),
    ("PK\u{3}\u{4}........", "an archive (ZIP), not a video file; unpack it first"),
    (String(repeating: "\0", count: 100_000), "not a video file, it begins with nothing but zeros; copy or download it again"),
    (
      "1\n00:00:00,000 --> 00:00:02,000\nHello\n\n2\n00:00:02,000 --> 00:00:03,000\nthere\n",
      "subtitles (srt), not a video file; pass the video itself"
    ),
  ]

  @Test(arguments: texts.indices)
  func `is told in words, whatever it is called`(index: Int) throws {
    let (content, says) = Self.texts[index]
    let error = try #require(failure(try file("film.mp4", Array(content.utf8))))
    #expect(error.kind == .notMedia)
    #expect("\(error)".contains("film.mp4: \(says)"), "\(error)")
  }

  @Test(arguments: [
    ("picture.png", "-f lavfi -i testsrc2=s=96x64 -frames:v 1", "an image (PNG), not a video file"),
    ("picture.jpg", "-f lavfi -i testsrc2=s=96x64 -frames:v 1", "an image (JPEG), not a video file"),
    ("sound.mp3", "-f lavfi -i sine=d=1", "sound alone (MP3), not a video file"),
    ("sound.flac", "-f lavfi -i sine=d=1", "sound alone (FLAC), not a video file"),
    ("flash.swf", "-f lavfi -i testsrc2=d=1:s=96x64 -c:v flv1", "a kind of file that Keepframe does not read (SWF"),
  ])
  func `is told by its content`(name: String, recipe: String, says: String) throws {
    let content = try bytes(of: try clip(name, recipe))
    let error = try #require(failure(try file("film.mkv", content)))
    #expect("\(error)".contains("film.mkv: \(says)"), "\(error)")
  }

  @Test func `never brings libav's list of containers, nor a line about repeated lines`() throws {
    for (content, _) in Self.texts {
      let error = try #require(failure(try file("film.mp4", Array(content.utf8))))
      #expect(!"\(error)".contains("whitelist") && !"\(error)".contains("repeated"), "\(error)")
      #expect("\(error)".utf8.count < 260 && "\(error)".count(where: { $0 == ";" }) == 1, "one reason, one thing to do: \(error)")
    }
  }
}
