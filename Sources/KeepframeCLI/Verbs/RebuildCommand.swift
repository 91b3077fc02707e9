import ArgumentParser
import Keepframe
import KeepframeLibrary
import KeepframeSystem
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
        let settings = try indexing.settings()
        try LibraryTarget.check(settings.0)
        let library = try place.open(.writing)
        let lock = try library.lockRebuilding()
        defer { withExtendedLifetime(lock) {} }
        let (all, missing) = try jobs(of: library)
        let status = try makeBundles(all, settings)
        guard [.ok, .partial].contains(status) else {
          Messages.warning("\(PrintableText.escaping(library.path)): as it was, because not all videos could be indexed")
          return status
        }
        // That took a while. A video that is back was not indexed, and must not be dropped.
        let gone = try missing.filter { try whereIs($0) == nil }
        try library.rebuild(from: try all.map { try Bundle($0.bundle) }, dropping: Set(gone.map(\.contentID)))
        library.removeRebuilding()
        for video in gone { Messages.warning("\(PrintableText.escaping(video.path)): missing, and dropped") }
        try Messages.result(
          "\(PrintableText.escaping(library.path)): \(all.count) \(all.count == 1 ? "video" : "videos") indexed anew"
            + (gone.isEmpty ? "" : ", \(gone.count) dropped") + "\n")
        return status
      }
    }

    private struct Job: Sendable {
      let video: FilePath
      let bundle: FilePath
    }

    /// What there is to do, and the videos that are nowhere any more.
    ///
    /// - Throws: ``LibraryError`` `notRebuilt` if those may not go, ``ArchiveError`` if a file that
    ///   is there cannot be read.
    private func jobs(of library: Library) throws -> (all: [Job], missing: [LibraryVideo]) {
      var (all, missing) = ([Job](), [LibraryVideo]())
      for video in try library.videos() {
        if let path = try whereIs(video) {
          all.append(Job(video: path, bundle: library.rebuildingPath(contentID: video.contentID)))
        } else {
          missing.append(video)
        }
      }
      if let first = missing.first, !dropMissing {
        throw LibraryError(.notRebuilt(videos: missing.count, such: first.path), at: library.path)
      }
      return (all, missing)
    }

    /// Where a video still is what it was; nil if nothing, or something else, is at its paths.
    private func whereIs(_ video: LibraryVideo) throws -> FilePath? {
      try ([video.path] + video.otherPaths).first { path in
        do throws(ArchiveError) { return try Fingerprint(of: path).digest == video.contentID } catch {
          switch error.problem {
          case .cannotRead(.noSuchFileOrDirectory), .cannotRead(.notDirectory): return false
          default: throw error
          }
        }
      }
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
        // A finished one stays as it is, so it must be sound.
        if FileSystem.exists(job.bundle) {
          do throws(ArchiveError) { try Bundle(job.bundle).verify() } catch { try? FileSystem.removeTree(job.bundle) }
        }
        let made = try maker.make(job.video, at: job.bundle, bar.map { ($0, number) }, cancellation)
        var reply = Reply()
        maker.note(made, of: job.video, in: &reply)
        return reply
      }
      return try crew.run(atOnce: atOnce)
    }
  }
}
