import KeepframeTestSupport
import SystemPackage
import Testing

/// `library export --to postgres`, psql, and `search --postgres`, as a user calls them.
@Suite struct `A library taken to PostgreSQL` {
  private let folder = Folder()

  private func keepframe(_ words: Word...) -> Outcome { Keepframe.run(words, in: folder.path) }

  /// Two of the sources for each, under a name that must not steer psql, CSV or SQL.
  private func makeVideos() throws -> [FilePath] {
    let sources = ["testsrc2", "smptebars", "rgbtestsrc", "yuvtestsrc", "testsrc", "mandelbrot"]
    let names: [FilePath.Component] = ["a.mp4", "it's \"b\", \\.;--\n\\.\n.mp4", "$1::c\t%s.mp4", "d.mp4", "e.mp4"]
    return try names.indices.map { index in
      func input(_ source: String) -> String { "-f lavfi -i \(source)=s=96x54:r=10\(source == "mandelbrot" ? "" : ":d=1.5")" }
      let made = try clip(
        "pair\(index).mp4",
        input(sources[index]) + " " + input(sources[index + 1])
          + " -filter_complex [0:v]format=yuv420p[a];[1:v]trim=duration=1.5,format=yuv420p[b];[a][b]concat=n=2:v=1[v] "
          + "-map [v] -c:v libx264")
      return folder.copy(made, as: names[index])
    }
  }

  @Test(.enabled(if: PostgresServer.absence == nil, "\(PostgresServer.absence ?? "")"))
  func `gives the same answers`() throws {
    let videos = try makeVideos()
    let index = Keepframe.run(
      ["index"] + videos.map { Word($0) } + ["--library", "films", "--backbone", "thumbnail"], in: folder.path)
    #expect(index.status == 0, "\(index)")
    let export = keepframe("library", "export", "films", "--to", "postgres", "-o", "out/films")
    #expect(export.status == 0 && export.standardOutput.isEmpty && export.standardError.isEmpty, "\(export)")

    let server = try PostgresServer.shared.get()
    let address = try server.makeDatabase("films")
    let loaded = try server.psql(address, ["-f", "load.sql"], in: folder.path.pushing("out/films"))
    #expect(loaded.status == 0 && loaded.errors == "", "\(loaded.errors)")
    let names = try server.psql(address, ["-c", "SELECT count(*), count(name) FROM keepframe.path"])
    #expect(names.output == "5|3\n", "names with control characters are bytes only: \(names.output)")

    let still = folder.path.appending("still.png").string
    try runOrThrow("ffmpeg", ["-nostdin", "-v", "error", "-y", "-ss", "1", "-i", videos[3].string, "-frames:v", "1", still])
    let queries: [[Word]] = [
      ["--image", Word(still)], ["--clip", Word(videos[1])], ["--clip", "\(videos[4])@0.5-2.5"], ["--moment", "\(videos[0])@2"],
      ["--moment", "\(videos[3])@0.5"], ["--clip", Word(videos[2]), "-k", "1", "--offset", "1"],
      ["--clip", Word(videos[1]), "--path", "'; DROP SCHEMA keepframe CASCADE; --"],
      ["--clip", Word(videos[1]), "--path", "b\", \\."],
    ]
    var found = 0
    for query in queries {
      let own = Keepframe.run(["search", "films", "-f", "json"] + query, in: folder.path)
      let distant = Keepframe.run(["search", "--postgres", Word(address), "-f", "json"] + query, in: folder.path)
      #expect(own.status == 0 && distant.status == 0 && distant.standardOutput == own.standardOutput, "\(own) \(distant)")
      found += own.standardOutput.split(separator: "\n").count
    }
    #expect(found > 8, "most have answers")

    let other = keepframe("search", "--postgres", Word(server.address(of: "nothing-there")), "--moment", "a.mp4@1")
    #expect(other.status == 69 && other.errorLines.count == 1 && other.standardError.contains("does not exist"), "\(other)")
    let wrong = keepframe("search", "--postgres", Word(server.address(of: "films", password: "sesame")), "--moment", "a.mp4@1")
    #expect(wrong.status == 69 && wrong.errorLines.count == 1 && !wrong.standardError.contains("sesame"), "\(wrong)")
    let unloaded = keepframe("search", "--postgres", Word(try server.makeDatabase("bare")), "--moment", "a.mp4@1")
    #expect(unloaded.status == 65 && unloaded.errorLines.count == 1, "\(unloaded)")
  }

  @Test func `is refused in one line where that cannot be`() throws {
    let lines: [(words: [Word], status: Int32)] = [
      (["library", "export", "nowhere", "--to", "postgres", "-o", "out"], 66),
      (["library", "export", "films", "-o", "out"], 64), (["library", "export", "films", "--to", "postgres"], 64),
      (["library", "export", "films", "--to", "oracle", "-o", "out"], 64),
      (["search", "--moment", "a.mp4@1"], 64), (["search", "films", "--postgres", "postgresql:///", "--moment", "a@1"], 64),
      (["search", "--postgres", "host=h password=sesame", "--moment", "a@1"], 64),
      (["search", "--postgres", "postgresql://me:se/same@h/d", "--moment", "a@1"], 64),
      (["search", "--postgres", "postgresql://me:sesame@/d?host=/nowhere", "--moment", "a@1"], 69),
    ]
    for (words, status) in lines {
      let outcome = Keepframe.run(words, in: folder.path)
      #expect(outcome.status == status && outcome.errorLines.count == 1 && outcome.standardOutput.isEmpty, "\(outcome)")
      #expect(!outcome.standardError.contains("same"), "no part of a password: \(outcome)")
    }
    #expect(folder.names().isEmpty)
  }
}
