import ArgumentParser
import Keepframe
import KeepframeLibrary
import SystemPackage

extension LibraryCommand {
  struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rebuild",
      abstract: "Index all videos of the library anew, by another backbone or this version's encoder.",
      discussion: """
        The library can be searched meanwhile, and stays as it was until all is done. A run that was interrupted goes on where it \
        was. Videos are indexed with the settings that are given here, not with those that they had.

        EXAMPLE
          keepframe library rebuild videos
          keepframe library rebuild videos --backbone clip.onnx
        """)

    @OptionGroup var place: Place

    @Flag(help: "Let go of videos that are not where they were; without this, nothing is done if one is missing.")
    var dropMissing = false

    @Option(help: ArgumentHelp("Number of videos to index at once.", valueName: "n"))
    var jobs = 1

    @OptionGroup(title: "Indexing")
    var indexing: IndexingArguments

    @OptionGroup(title: "Decoding")
    var decoding: DecodingArguments

    @OptionGroup(title: "Reporting")
    var messages: MessageArguments

    func validate() throws {
      if !(1...64).contains(jobs) { throw ValidationError("--jobs: expected 1 to 64, got \(jobs)") }
    }

    func run() throws {
      try reporting {
        let (settings, backbone) = try indexing.settings()
        let library = try place.open(.writing)
        let lock = try library.lockRebuilding()
        defer { withExtendedLifetime(lock) {} }
        let videos = try library.videos()
        let found = videos.map(whereIs)
        let missing = zip(videos, found).filter { $1 == nil }.map(\.0)
        if let first = missing.first, !dropMissing {
          throw LibraryError(.notRebuilt(videos: missing.count, such: first.path), at: library.path)
        }
        let all = zip(videos, found).compactMap { video, path in
          path.map { Job(video: $0, bundle: library.rebuildingPath(contentID: video.contentID)) }
        }
        let status = try makeBundles(all, (settings, backbone))
        guard [.ok, .partial].contains(status) else {
          Messages.warning("\(PrintableText.escaping(library.path)): as it was, because not all videos could be indexed")
          return status
        }
        try library.rebuild(from: try all.map { try Bundle($0.bundle) }, dropping: Set(missing.map(\.contentID)))
        library.removeRebuilding()
        for video in missing { Messages.warning("\(PrintableText.escaping(video.path)): missing, and dropped") }
        try Messages.result(
          "\(PrintableText.escaping(library.path)): \(all.count) \(all.count == 1 ? "video" : "videos") indexed anew"
            + (missing.isEmpty ? "" : ", \(missing.count) dropped") + "\n")
        return status
      }
    }

    private struct Job: Sendable {
      let video: FilePath
      let bundle: FilePath
    }

    /// Where a video still is what it was.
    private func whereIs(_ video: LibraryVideo) -> FilePath? {
      ([video.path] + video.otherPaths).first { (try? Fingerprint(of: $0).digest) == video.contentID }
    }

    private func makeBundles(_ all: [Job], _ settings: (IndexSettings, BackboneChoice)) throws -> ExitStatus {
      guard !all.isEmpty else { return .ok }
      let atOnce = min(jobs, all.count)
      let reads = try InputFiles.ofRun(
        all.map(\.video), options: indexing.files, backbone: settings.1.name)
      var maker = try BundleMaker(indexing, settings, decoding, atOnce: atOnce, messages: messages, sparing: reads)
      maker.replacement = .outdated
      let bar = atOnce > 1 && messages.progress.resolved == .bar ? BatchBar(of: all.count) : nil
      let noClash: @Sendable (Job) -> NameClash? = { _ in nil }
      let aside: @Sendable (() -> Void) -> Void = { [bar] in if let bar { bar.aside($0) } else { $0() } }
      let crew = Crew(all, cancellation: Interruption.cancellation, aside: aside, clash: noClash) {
        [maker] number, job, cancellation in
        defer { bar?.finish(number) }
        let made = try maker.make(job.video, at: job.bundle, bar.map { ($0, number) }, cancellation)
        var reply = Reply()
        maker.note(made, of: job.video, in: &reply)
        return reply
      }
      return try crew.run(atOnce: atOnce)
    }
  }
}
