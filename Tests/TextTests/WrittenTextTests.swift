import Glibc
import KeepframeDecoding
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeText

@Suite struct `Written words of a video` {
  private let folder = Folder()

  @Test(arguments: [("srt", "lines.mkv"), ("ass", "lines-ass.mkv"), ("webvtt", "lines-vtt.mkv"), ("mov_text", "lines.mp4")])
  func `are every line of subtitles inside it, at its time`(codec: String, name: String) throws {
    let text = try Lines.read(try Lines.film(name, codec: codec))
    #expect(areLines(text.of(.subtitle), language: "deu"), "\(text.pieces)")
    #expect(text.record.pieces == text.pieces.count && text.record.subtitleFiles.isEmpty && !text.record.isCut)
  }

  @Test(arguments: [("srt", "late.mkv"), ("mov_text", "late.mp4")])
  func `count from the first frame where the file's clock starts later`(codec: String, name: String) throws {
    let film = try Lines.film(name, codec: codec, after: "-output_ts_offset 5")
    let text = try Lines.read(film)
    #expect(areLines(text.of(.subtitle), language: "deu"), "\(text.pieces)")
  }

  /// The video begins a second after the container, and lines inside count on its clock.
  @Test func `count from the first frame where sound comes before it`() throws {
    let film = try clip(
      "sound-first.mkv",
      "-f lavfi -i sine=d=9 -itsoffset 1 -f lavfi -i testsrc2=s=96x54:r=10:d=8 -i \(Lines.srt()) -map 0 -map 1 -map 2 "
        + "-c:v libx264 -c:a flac -c:s srt -metadata:s:s:0 language=deu")
    let inside = try Lines.read(film).of(.subtitle)
    #expect(inside.map(\.text) == Lines.texts && inside[0].startS == 0 && abs(inside[1].startS - 1) < 0.011, "\(inside)")

    // Files beside it count as players do, from the container's start.
    let copy = folder.copy(film, as: "film.mkv")
    folder.copy(try Lines.srt(), as: "film.srt")
    let beside = try Lines.read(copy).of(.subtitle).filter { $0.language == nil }
    #expect(beside.map(\.text) == Lines.texts && beside[0].startS == 0 && abs(beside[1].startS - 1) < 0.011, "\(beside)")
  }

  @Test func `are lines of files beside it, by the file's language`() throws {
    let film = folder.copy(try clip("plain.mp4", "-f lavfi -i testsrc2=s=96x54:r=10:d=8 -c:v libx264"), as: "film.mp4")
    let (srt, vtt) = (try Lines.srt(), try Lines.vtt())
    folder.copy(srt, as: "film.srt")
    folder.copy(vtt, as: "film.en-GB.vtt")
    folder.copy(try clip("lines.ass", "-i \(srt)"), as: "film.de.forced.ass")
    for other in ["film2.srt", "film.notes.srt", "other.srt", "film.en.txt"] { folder.copy(srt, as: FilePath.Component(other)!) }
    let text = try Lines.read(film)
    for language in [nil, "en-GB", "de"] {
      #expect(areLines(text.of(.subtitle).filter { $0.language == language }, language: language), "\(text.pieces)")
    }
    #expect(text.of(.subtitle).count == 12 && text.record.unreadable.isEmpty)
    #expect(text.record.subtitleFiles.keys.sorted() == ["film.de.forced.ass", "film.en-GB.vtt", "film.srt"])
    #expect(text.record.subtitleFiles == WrittenText.subtitleFiles(beside: film))
    folder.write("1\n00:00:01,000 --> 00:00:02,000\nchanged\n", to: "film.srt")
    #expect(text.record.subtitleFiles != WrittenText.subtitleFiles(beside: film))
  }

  @Test func `are titles and chapters, and end with the video`() throws {
    let described = try file(
      "chapters.txt",
      Array(
        """
        ;FFMETADATA1
        title=A holiday in <b>Spain</b>\u{1B}[31m
        description=Sun
        [CHAPTER]
        TIMEBASE=1/1000
        START=0
        END=3000
        title=The journey
        [CHAPTER]
        TIMEBASE=1/1000
        START=3000
        END=60000
        title=The beach
        """.utf8))
    let film = try clip(
      "chapters.mkv", "-f lavfi -i testsrc2=s=96x54:r=10:d=8 -i \(described) -map 0 -map_metadata 1 -map_chapters 1 -c:v libx264")
    let text = try Lines.read(film)
    #expect(text.of(.title).map(\.text) == ["A holiday in <b>Spain</b> [31m", "Sun"], "\(text.pieces)")
    #expect(text.of(.title).allSatisfy { $0.seconds == 0..<8 })
    #expect(text.of(.chapter).map(\.text) == ["The journey", "The beach"] && text.of(.chapter).map(\.seconds) == [0..<3, 3..<8])
  }

  @Test func `are no lines of what is no file of subtitles`() throws {
    let film = folder.copy(try clip("plain.mp4", "-f lavfi -i testsrc2=s=96x54:r=10:d=8 -c:v libx264"), as: "film.mp4")
    folder.write("#EXTM3U\n#EXTINF:8,\nfile:///etc/hostname\n", to: "film.srt")
    folder.copy(film, as: "film.vtt")
    folder.makeFolder("film.en.srt")
    _ = folder.path.appending("film.de.srt").withPlatformString { mkfifo($0, 0o600) }
    _ = folder.path.appending("film.fr.srt").withPlatformString { symlink("/dev/zero", $0) }
    let text = try Lines.read(film)
    #expect(text.of(.subtitle).isEmpty, "\(text.pieces)")
    #expect(text.record.unreadable == ["film.de.srt", "film.en.srt", "film.fr.srt", "film.srt", "film.vtt"])
  }

  @Test func `that are not UTF-8 are taken for Latin-1, and hostile ones do no harm`() throws {
    let film = folder.copy(try clip("plain.mp4", "-f lavfi -i testsrc2=s=96x54:r=10:d=8 -c:v libx264"), as: "film.mp4")
    let cue = "1\n00:00:01,000 --> 00:00:02,000\n"
    folder.write(Array((cue + "M").utf8) + [0xFC] + Array("ller\n".utf8), to: "film.de.srt")
    let long = Array(repeating: String(repeating: "word ", count: 100), count: 100).joined(separator: "\n")
    folder.write(
      cue + "\u{1B}]0;title\u{7} \u{202E}evil\u{2066} <script>alert(1)</script> {\\an8}up\n\n"
        + "2\n00:00:03,000 --> 00:00:02,000\nbackwards\n\n3\n99:00:01,000 --> 99:00:02,000\nbeyond the end\n\n"
        + "4\n00:00:04,000 --> 00:00:05,000\n\(long)\n", to: "film.en.srt")
    let text = try Lines.read(film)
    #expect(text.of(.subtitle).filter { $0.language == "de" }.map(\.text) == ["Müller"])
    for piece in text.pieces { #expect(piece.isValid && piece.endS <= 8, "\(piece)") }
    let hostile = text.of(.subtitle).filter { $0.language == "en" }
    #expect(hostile.contains { $0.text.contains("evil alert(1)") }, "\(hostile.map { $0.text.prefix(100) })")
    #expect(!hostile.contains { $0.text.contains("beyond") || $0.text.contains("<") || $0.text.contains("\u{1B}") })
    #expect(hostile.contains { $0.text.hasPrefix("word word") && $0.text.count <= TextPiece.mostCharacters })
  }

}

@Suite struct `Plain text` {
  private func ofEvent(_ text: String) -> String { PlainText.ofEvent(Array("0,0,Default,,0,0,0,,\(text)".utf8)) }

  @Test(arguments: [
    ("{\\i1}Hello{\\i0}\\Nworld", "Hello world"), ("a, b, c", "a, b, c"), ("{\\p1}m 0 0 l 100 0{\\p0}shown", "shown"),
    ("{\\pos(1,2)}here", "here"), ("{unclosed", "{unclosed"), ("a < b > c", "a < b > c"), ("1 <3 you", "1 <3 you"),
    ("<font color=\"red\">red</font>", "red"), ("<v Roger Bingham>We are", "We are"), ("<00:00:01.000>now", "now"),
    ("Tom &amp; Jerry &lt;x&gt;", "Tom & Jerry <x>"), ("so\u{AD}ft hy\u{200B}phen", "soft hyphen"),
    ("\u{202E}abc\u{1B}[2J", "abc [2J"), ("  many\t\tspaces \\h ", "many spaces"), ("&&amp", "&&amp"), ("\\", "\\"), ("{}", ""),
  ])
  func `has no markup and nothing that steers`(marked: String, plain: String) { #expect(ofEvent(marked) == plain) }

  @Test func `of anything is valid, and no longer than it may be`() {
    var generator = SplitMix(state: 7)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? Array("{}\\pN<>/&;,i1".utf8).randomElement(using: &generator)! : UInt8.random(in: 0 ... .max, using: &generator)
      }
      for text in [PlainText.ofEvent(bytes), PlainText.line(bytes)] where !text.isEmpty {
        #expect(TextPiece(.subtitle, 0..<1, text).isValid, "\(bytes)")
      }
    }
    #expect(PlainText.line(Array(String(repeating: "é", count: 10_000).utf8)).unicodeScalars.count == TextPiece.mostCharacters)
  }

  @Test func `of a file's name is what is before its ending`() {
    func name(_ path: FilePath) -> String? { TextPiece(nameOf: path, durationSeconds: 1)?.text }
    #expect(name("/films/Red car.2024.mp4") == "Red car.2024" && name(".hidden") == ".hidden" && name("/") == nil)
    #expect(name(FilePath(bytes: [0x61, 0xFF, 0x1B, 0x62, 0x2E, 0x63])) == "aÿ b")
  }
}
