import FoundationEssentials
import Keepframe
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A gate that is taught` {
  /// Eight videos of four origins: a test picture for a while, then a Mandelbrot set.
  private static let footage = Result<FilePath, any Error> {
    let root = try scratchFolder("teaching")
    for index in 0..<8 {
      let seconds = 3 + index % 3
      let clip = try KeepframeTestSupport.clip(
        "teaching-\(index).mp4",
        "-f lavfi -i testsrc2=s=160x90:r=8:d=\(seconds) -f lavfi -i mandelbrot=s=160x90:r=8:start_scale=\(3 - 0.2 * Double(index)) "
          + "-filter_complex [1:v]trim=duration=\(8 - seconds),setpts=PTS-STARTPTS[m];[0:v][m]concat=n=2:v=1[v] -map [v] "
          + "-c:v libx264 -pix_fmt yuv420p")
      try runOrThrow("ln", ["-s", clip.string, root.appending("s\(index / 2)_\(index).mp4").string])
    }
    return root
  }

  /// Says of each video where the Mandelbrot set is.
  private func labels(_ count: Int = 8) throws -> FilePath {
    let path = try scratchFolder("labels").appending("seen.jsonl")
    let lines = (0..<count).map { index in
      "{\"video\": \"s\(index / 2)_\(index).mp4\", \"start_s\": \(3 + index % 3), \"end_s\": 8, \"labels\": [\"set\"]}\n"
    }
    try write(Array(lines.joined().utf8), to: path)
    return path
  }

  private func train(_ arguments: [Word]) throws -> Outcome {
    let folder = try Self.footage.get()
    return Keepframe.run(
      ["train", "gate", "--footage", Word(folder), "--cache", Word(folder.removingLastComponent().appending("teaching-cache"))]
        + ["--backbone", "thumbnail", "--progress", "none"] + arguments)
  }

  @Test func `by a file of labels is a file that index takes`() throws {
    let output = try scratchFolder("taught").appending("set.safetensors")
    let trained = try train(["--labels", Word(labels()), "--want", "set", "-o", Word(output)])
    #expect(trained.status == 0, "\(trained.standardError)")
    #expect(
      trained.standardOutput.hasPrefix(
        "\(output.string): taught by 8 labelled videos of "))
    let video = try Self.footage.get().appending("s0_0.mp4")
    let bundles = try scratchFolder("bundles")
    let indexed = Keepframe.run([
      "index", Word(video), "-o", Word(bundles), "--backbone", "thumbnail", "--gate-weights", Word(output), "--budget", "1",
      "--progress", "none",
    ])
    #expect(indexed.status == 0, "\(indexed.standardError)")
    let kept = try Bundle(bundles.appending("s0_0.keepframe")).retained()
    #expect(kept.count == 1 && kept[0].t >= 3, "what is kept is what was wanted: \(kept.map(\.t))")
  }

  @Test func `learns from decks when a slide is complete`() throws {
    let origins = try scratchFolder("origins")
    for origin in 0..<2 {
      let clip = try KeepframeTestSupport.clip(
        "corner-\(origin).mp4",
        "-f lavfi -i testsrc2=s=160x90:r=12:d=4 -vf hue=h=\(90 * origin) -pix_fmt yuv420p -c:v libx264")
      try runOrThrow("ln", ["-s", clip.string, origins.appending("o\(origin)_a.mp4").string])
    }
    let decks = try scratchFolder("decks")
    let cache: [Word] = ["--cache", Word(try scratchFolder("decks-cache")), "--progress", "none"]
    let composed = Keepframe.run(
      ["compose", "--decks", "--count", "1", "--footage", Word(origins), "--force", "-o", Word(decks)] + cache)
    #expect(composed.status == 0, "\(composed.testDescription)")
    let output = try scratchFolder("taught").appending("waits.safetensors")
    let trained = try train([
      "--labels", Word(labels()), "--want", "set", "--finished", "--decks", Word(decks), "-o", Word(output),
    ])
    #expect(trained.status == 0, "\(trained.testDescription)")
    #expect(trained.standardOutput.contains("; a slide is finished by cosine "), "\(trained.testDescription)")
    let again = try scratchFolder("taught").appending("again.safetensors")
    let usual = try train(["--labels", Word(labels()), "--want", "set", "--finished", "-o", Word(again)])
    #expect(usual.status == 0 && !usual.standardOutput.contains("a slide is finished"), "\(usual.testDescription)")
  }

  @Test func `says in one line what is wrong with its labels`() throws {
    let output = try scratchFolder("taught").appending("no.safetensors")
    func refusal(_ arguments: [Word]) throws -> String {
      let result = try train(arguments + ["-o", Word(output)])
      #expect(result.status == 64 || result.status == 65)
      return result.standardError
    }
    let (seen, few) = try (Word(labels()), Word(labels(7)))
    #expect(
      try refusal(["--labels", seen]).hasSuffix(
        "seen.jsonl: has named labels (set), but none is chosen as wanted; say which of them are wanted with --want\n"))
    #expect(
      try refusal(["--labels", few, "--want", "set"]).hasSuffix(
        "8 labelled videos are needed, 7 found; label moments of more videos\n"))
    #expect(
      try refusal(["--labels", seen, "--want", "sets"]).hasSuffix("no label sets, only set; give one of these to --want\n"))
    #expect(try refusal(["--want", "set"]).contains("--want, --start and --finished need --labels"))
    for option: [Word] in [["--steps", "5"], ["--transitions", "30"]] {
      #expect(
        try refusal(["--labels", seen, "--want", "set"] + option).contains(
          "--transitions and --steps cannot be used with --labels"), "\(option)")
    }
    #expect(try refusal(["--labels", seen, "--want", "set", "--decks", "decks"]).contains("--decks needs --finished"))
  }

  @Test func `of a pipeline gives way to another backbone, and is named by path or name`() throws {
    let folder = try scratchFolder("pipelines")
    let file = folder.appending("mine.yaml")
    try write(Array("gate_weights: \(folder.appending("none.safetensors").string)\n".utf8), to: file)
    let video = try Self.footage.get().appending("s0_0.mp4")
    let missing = Keepframe.run(["index", Word(video), "-o", Word(folder), "--pipeline", Word(file), "--progress", "none"])
    #expect(
      missing.status == 66 && missing.standardError.contains("none.safetensors: cannot open: No such file"),
      "\(missing.standardError)")
    for name in ["film", "lecture", "surveillance"] {
      let other = Keepframe.run([
        "index", Word(video), "-o", Word(folder.appending(name)), "--pipeline", Word(name), "--backbone", "thumbnail",
        "--progress", "none",
      ])
      #expect(other.status == 0, "\(other.standardError)")
    }
  }

  @Test func `by an example keeps what is like it`() throws {
    let video = try Self.footage.get().appending("s0_0.mp4")
    let folder = try scratchFolder("examples")
    func kept(_ name: String, exampleAt seconds: String) throws -> Double {
      let pictures = folder.appending("\(name)-pictures")
      try runOrThrow("mkdir", [pictures.string])
      try runOrThrow(
        "ffmpeg",
        ["-v", "error", "-ss", seconds, "-i", video.string, "-frames:v", "1", pictures.appending("a.png").string])
      let indexed = Keepframe.run([
        "index", Word(video), "-o", Word(folder.appending(name)), "--want-like", Word(pictures), "--budget", "1", "--progress",
        "none",
      ])
      #expect(indexed.status == 0, "\(indexed.standardError)")
      let rows = try Bundle(folder.appending(name).appending("s0_0.keepframe")).retained()
      return try #require(rows.first, "\(name)").t
    }
    #expect(try kept("set", exampleAt: "6") >= 3)
    #expect(try kept("pattern", exampleAt: "1") < 3)
    let none = Keepframe.run([
      "index", Word(video), "-o", Word(folder.appending("none")), "--want-like", Word(folder.appending("nothing")), "--progress",
      "none",
    ])
    #expect(none.status == 66 && none.standardError.contains("nothing: "), "\(none.standardError)")
  }
}
