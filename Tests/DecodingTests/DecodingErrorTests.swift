import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A decoding error` {
  @Test(arguments: [
    (DecodingError.Kind.noSuchFile, "film.mp4: no such file; check the path"),
    (.notRegularFile("a pipe"), "film.mp4: a pipe, not a regular file; pass a video file"),
    (.noVideoStream(audio: 2), "film.mp4: no video stream (2 audio streams); pass a file with video"),
    (.noVideoStream(audio: 1), "film.mp4: no video stream (1 audio stream); pass a file with video"),
    (.noVideoStream(audio: 0), "film.mp4: no video stream, and no sound either; get another copy, its header may be damaged"),
    (.encrypted("h264"), "film.mp4: encrypted (h264); pass a copy without that protection"),
    (.changed, "film.mp4: the file changed while it was read; run again when it is complete"),
    (.noSuchVideoStream(wanted: 3, available: 2), "film.mp4: no video stream 3, it has 2; choose from 0 to 1"),
    (.unsupportedCodec("av1"), "film.mp4: cannot decode codec av1; convert it to H.264, HEVC, VP9 or AV1 first"),
    (
      .tooLarge(width: 9, height: 8, limit: 70),
      "film.mp4: frames of 9x8 are over the limit of 70 pixels; raise the limit if you trust the file"
    ),
  ])
  func `says what failed, on what, and what to do`(kind: DecodingError.Kind, expected: String) {
    #expect(DecodingError(path: "film.mp4", kind: kind, operation: "open").description == expected)
  }

  @Test func `of a file that is cut off says what is missing`() throws {
    let cut = try file("cut.mp4", from: Clips.base()) { $0.removeLast($0.count / 2) }
    let error = try #require(failure(cut))
    #expect(error.detail == "moov atom not found")
    #expect(error.status < 0)
    #expect(
      error.description.hasSuffix(
        "cut off: its header (moov) comes last and is missing; copy or download it again"
      ))
  }

  @Test func `is one harmless line, whatever the name`() {
    let path = FilePath("a\u{1b}[31m\nb\u{202e}c\u{7f}ü漢.mp4")
    let text = DecodingError(path: path, kind: .noSuchFile, operation: "open").description
    #expect(text == "a\\u{1b}[31m\\u{a}b\\u{202e}c\\u{7f}ü漢.mp4: no such file; check the path")
  }
}
