import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

/// What `scenes` makes beside the list on standard output. cuts.mp4 has shots from 0, 25, 45, 76,
/// 98 and 125, and 146 frames.
@Suite struct `The scenes verb's files` {
  private let folder = Folder()
  private let cuts = Samples.clip("cuts.mp4")
  private static let starts = [0, 25, 45, 76, 98, 125]

  private func scenes(_ options: Word..., of video: FilePath? = nil) -> Outcome {
    Keepframe.run(["scenes", Word(video ?? cuts)] + options, in: folder.path)
  }

  private func names(_ subfolder: FilePath = "") -> [String] {
    Folder.names(in: folder.path.pushing(subfolder)).map(\.string).sorted()
  }

  private func text(_ name: FilePath) -> String { String(decoding: Folder.contents(folder.path.pushing(name)), as: UTF8.self) }

  @Test func `writes every format in one run, under the names that their users know`() {
    let outcome = scenes("-f", "table,csv,json,jsonl,edl,otio,fcpxml,qp,vtt,ffmetadata,transnetv2", "-o", "lists")
    #expect(outcome.status == 0 && outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
    #expect(
      names("lists") == [
        "cuts-Scenes.csv", "cuts-Scenes.txt", "cuts.chapters.vtt", "cuts.edl", "cuts.fcpxml", "cuts.ffmetadata", "cuts.otio",
        "cuts.qp",
        "cuts.scenes.json", "cuts.scenes.jsonl", "cuts.scenes.txt",
      ])
    #expect(text("lists/cuts.qp") == Self.starts.map { "\($0) I -1\n" }.joined())
    for format in ["edl", "otio", "fcpxml", "ffmetadata"] {
      #expect(scenes("-f", Word(format)).standardOutput == text(FilePath("lists/cuts.\(format)")), "\(format) alone")
    }
  }

  @Test(arguments: [
    ["-f", "csv,edl"], ["-f", "csv,csv", "-o", "x"], ["-f", "xls"], ["--images", "0"], ["--filename", "$SCENE_NUMBER"],
    ["--split-mode", "exact"],
    ["--sprite-interval", "2"], ["--images", "3", "--filename", "$VIDEO_NAME"], ["--split", "p", "--filename", "$WHAT"],
    ["--effort", "fast", "--images", "3", "-o", "x/"], ["--effort", "balanced", "--stats", "s.csv"],
    ["--effort", "fast", "--sprites"],
    ["--effort", "fast", "--split", "p"], ["--effort", "none"],
  ])
  func `refuses what does not fit together, before it decodes`(options: [String]) {
    let outcome = Keepframe.run(["scenes", Word(cuts)] + options.map { Word($0) }, in: folder.path)
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty)
  }

  @Test func `reads a bundle's scenes without its video`() throws {
    #expect(Keepframe.index(cuts, into: folder.path).status == 0)
    let bundle = folder.path.appending("cuts.keepframe")
    for format in ["csv", "json", "edl", "otio", "fcpxml", "vtt", "table"] {
      let kept = scenes("-f", Word(format), of: bundle)
      #expect(kept.status == 0, "\(kept.testDescription)")
      #expect(kept.standardOutput == scenes("-f", Word(format)).standardOutput, "\(format)")
    }
    let asked = scenes("--images", "3", of: bundle)
    #expect(asked.status == 64, "\(asked.testDescription)")
  }

  @Test func `saves pictures of each scene, first and last frame exactly`() throws {
    let outcome = scenes(
      "--images", "3", "--filename", "$VIDEO_NAME-$SCENE_NUMBER-$IMAGE_NUMBER-$FRAME_NUMBER", "-o", "pictures/")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let images = names("pictures").filter { $0.hasSuffix(".jpg") }
    #expect(images.count == 18)
    let ends = Self.starts.dropFirst() + [146]
    for (scene, (start, end)) in zip(Self.starts, ends).enumerated() {
      let frames = images.filter { $0.hasPrefix("cuts-00\(scene + 1)-") }
        .compactMap { $0.split(separator: "-").last?.split(separator: ".").first.flatMap { Int($0) } }
      #expect(frames.first == start && frames.last == end - 1 && frames.count == 3, "scene \(scene + 1): \(frames)")
      #expect(abs((frames.dropFirst().first ?? 0) - (start + end - 1) / 2) <= 5, "scene \(scene + 1): \(frames)")
    }
    let again = scenes("--images", "3", "-o", "pictures/other.txt")
    #expect(again.status == 0 && names("pictures").contains("cuts-Scene-001-01.jpg"), "\(again.testDescription)")
    let tree = folder.tree()
    let refused = scenes("--images", "3", "-o", "pictures/third.txt")
    #expect(refused.status == 73 && folder.tree() == tree, "\(refused.testDescription)")
  }

  @Test func `saves a sheet of thumbnails and says in WebVTT which is where`() throws {
    let outcome = scenes("--sprites", "--sprite-interval", "0.5", "-o", "web/")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(names("web") == ["cuts-Scenes.txt", "cuts.thumbs-000.jpg", "cuts.thumbs.vtt"])
    let cues = text("web/cuts.thumbs.vtt").split(separator: "\n")
    #expect(cues[0] == "WEBVTT" && cues.count == 1 + 2 * 12, "5.84 s are 12 halves")
    #expect(cues[1] == "00:00:00.000 --> 00:00:00.520", "the first frame behind half a second is at 0.52")
    #expect(cues[23] == "00:00:05.520 --> 00:00:05.840")
    let cell = try #require(cues[2].split(separator: ",").suffix(2).map { Int($0) } as? [Int])
    #expect(cues[24] == "cuts.thumbs-000.jpg#xywh=\(cell[0]),\(cell[1]),\(cell[0]),\(cell[1])", "the 12th is in the second row")
    #expect(size("web/cuts.thumbs-000.jpg") == [cell[0] * 10, cell[1] * 2])
  }

  @Test func `saves a contact sheet`() {
    let outcome = scenes("--contact-sheet", "sheet.jpg")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let size = size("sheet.jpg")
    #expect(size.count == 2 && (size[0] - 4) % 6 == 0, "six scenes in a row: \(size)")
    let same = Folder.contents(folder.path.appending("sheet.jpg"))
    #expect(scenes("--contact-sheet", "sheet.jpg").status == 73)
    #expect(scenes("--contact-sheet", "sheet.jpg", "--force").status == 0)
    #expect(Folder.contents(folder.path.appending("sheet.jpg")) == same, "the same bytes again")
  }

  @Test func `makes all of it in one run`() {
    let outcome = scenes(
      "-f", "json", "-o", "all/", "--images", "1", "--sprites", "--contact-sheet", "all/sheet.jpg", "--split", "all")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(names("all").filter { $0.hasSuffix(".jpg") }.count == 6 + 2, "\(names("all"))")
    #expect(!names("all").contains { $0.hasPrefix(".") }, "nothing is left over: \(names("all"))")
  }

  private func size(_ name: FilePath) -> [Int] { probe(name, "stream=width,height") }

  private func probe(_ name: FilePath, _ entries: String) -> [Int] {
    let outcome = run(
      "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", Word(entries), "-of", "csv=p=0",
      Word(folder.path.pushing(name)))
    return outcome.standardOutput.split(whereSeparator: { $0 == "," || $0.isNewline }).compactMap { Int($0) }
  }
}

@Suite struct `Splitting at the scenes` {
  private let folder = Folder()

  private func split(_ video: FilePath, _ options: Word..., environment: String = "") -> Outcome {
    Keepframe.run(["scenes", Word(video), "--split", "parts"] + options, in: folder.path)
  }

  private func names() -> [String] { Folder.names(in: folder.path.appending("parts")).map(\.string).sorted() }

  /// Frames and seconds of each part's video.
  private func parts() -> [(frames: Int, seconds: Double)] {
    names().map { name in
      let outcome = run(
        "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
        "stream=nb_read_frames:format=duration", "-of",
        "csv=p=0", Word(folder.path.appending("parts").appending(name)))
      let numbers = outcome.standardOutput.split(whereSeparator: { $0 == "," || $0.isNewline })
      return (numbers.first.flatMap { Int($0) } ?? -1, numbers.last.flatMap { Double($0) } ?? -1)
    }
  }

  @Test(arguments: ["cuts.mp4", "cuts-23976.mkv", "cuts-mpeg2.ts"])
  func `encodes again where asked: every part is one scene, and they add up`(name: String) throws {
    let truth = Samples.truth(name)
    let outcome = split(Samples.clip(name), "--split-mode", "exact")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let bounds = [0] + (truth.cuts ?? []) + [truth.frames ?? 0]
    #expect(parts().map(\.frames) == zip(bounds, bounds.dropFirst()).map { $1 - $0 })
    let rate = name == "cuts-23976.mkv" ? 24000.0 / 1001 : 25
    #expect(abs(parts().reduce(0) { $0 + $1.seconds } - Double(truth.frames ?? 0) / rate) <= 1 / rate, "\(parts())")
    #expect(names().first?.hasSuffix("-Scene-001.mp4") == true)
  }

  /// cuts.mp4 has key frames where its encoder saw fit.
  @Test func `copies at key frames: nothing is lost, nothing twice`() {
    let outcome = split(Samples.clip("cuts.mp4"))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(parts().reduce(0) { $0 + $1.frames } == 146)
    #expect(outcome.errorLines.isEmpty == (parts().count == 6), "fewer parts are told: \(outcome.testDescription)")
  }

  @Test func `names may hold anything`() throws {
    let odd = folder.path.appending("a %d 'b' \"c\" $(d)\n;.mp4")
    let source = Samples.clip("cuts.mp4")
    #expect(run("cp", "--", Word(source), Word(odd)).status == 0)
    let outcome = split(odd, "--filename=-$SCENE_NUMBER%d$VIDEO_NAME")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(names().first == "-001%da %d 'b' \"c\" $(d)\n;.mp4")
  }

  @Test func `says what to install where ffmpeg is missing, and decodes nothing`() {
    let outcome = Keepframe.shell(
      "cd \"$1\" && PATH=/nowhere exec \"$keepframe\" scenes \"$2\" --split parts --split-mode exact",
      [folder.path, Samples.clip("cuts.mp4")])
    #expect(outcome.status == 69 && outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("apt-get install ffmpeg"))
    #expect(folder.tree().isEmpty)
  }

  @Test func `leaves nothing where ffmpeg fails, or a part is there already`() {
    let tools = folder.path.appending("tools")
    let failing = Keepframe.shell(
      """
      mkdir "$3" && printf '#!/bin/sh\\nfor last; do :; done\\nlast=${last#file:}\\n: >"${last%%-%%06d*}-000000.mp4"\\necho broken >&2; exit 3\\n' >"$3/ffmpeg"
      chmod +x "$3/ffmpeg"; cd "$1" && PATH="$3:$PATH" exec "$keepframe" scenes "$2" --split parts --split-mode exact
      """, [folder.path, Samples.clip("cuts.mp4"), tools])
    #expect(failing.status == 74 && failing.standardError.contains("broken"), "\(failing.testDescription)")
    #expect(Folder.names(in: folder.path.appending("parts")).isEmpty, "\(folder.tree().keys)")

    #expect(split(Samples.clip("cuts.mp4")).status == 0)
    let tree = folder.tree()
    let again = split(Samples.clip("cuts.mp4"))
    #expect(again.status == 73 && folder.tree() == tree, "\(again.testDescription)")
  }

  @Test func `stopped, it stops ffmpeg and leaves nothing`() {
    let tools = folder.path.appending("tools")
    let sleeping = Keepframe.shell(
      """
      mkdir "$3" && printf '#!/bin/sh\\necho $$ >"%s/pid"\\nexec sleep 60\\n' "$1" >"$3/ffmpeg"
      chmod +x "$3/ffmpeg"; cd "$1"; PATH="$3:$PATH" "$keepframe" scenes "$2" --split parts --split-mode exact & run=$!
      while [ ! -s pid ]; do sleep 0.05; done; kill -TERM $run; wait $run; status=$?
      kill -0 "$(cat pid)" 2>/dev/null && echo alive; exit $status
      """, [folder.path, Samples.clip("cuts.mp4"), tools])
    #expect(sleeping.status == 143 && !sleeping.standardOutput.contains("alive"), "\(sleeping.testDescription)")
    #expect(Folder.names(in: folder.path.appending("parts")).isEmpty)
  }
}
