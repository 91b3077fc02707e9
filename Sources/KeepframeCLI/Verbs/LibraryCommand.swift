import ArgumentParser
import Keepframe
import KeepframeLibrary
import KeepframePostgres
import KeepframeSystem
import SystemPackage

struct LibraryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "library",
    abstract: "Look into a library of videos, and look after it.",
    discussion: """
      A library is made by index --library, and searched by search.

      EXAMPLE
        keepframe library list videos
        keepframe library remove videos film.mp4
        keepframe library verify videos
      """,
    subcommands: [
      ListCommand.self, AddCommand.self, RemoveCommand.self, VerifyCommand.self, RepairCommand.self, MergeCommand.self,
      VacuumCommand.self, RebuildCommand.self, ExportCommand.self,
    ])

  struct Place: ParsableArguments {
    @Argument(help: "The library's folder.", completion: .directory)
    var library: String

    var path: FilePath { RawArgument.path(library) }
    func open(_ access: Library.Access) throws(LibraryError) -> Library { try Library(path, for: access) }
  }

  struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the videos, in the order in which they were added.")

    @OptionGroup var place: Place

    @Flag(help: "Print one JSON object for each video.")
    var json = false

    func run() throws {
      try reporting {
        for video in try place.open(.reading).videos() { try Messages.result(json ? object(video) : line(video)) }
        return .ok
      }
    }

    private func line(_ video: LibraryVideo) -> String {
      "\(PrintableText.escaping(video.path)): \(video.moments) moments, \(Timecode.clock(video.durationSeconds))"
        + (video.isPartial ? ", partial" : "") + "\n"
    }

    private func object(_ video: LibraryVideo) -> String {
      JSONText.object([
        ("path", .string(video.path.string)), ("other_paths", .array(video.otherPaths.map { .string($0.string) })),
        ("content_id", .string(video.contentID)), ("bytes", .integer(Int(video.sizeBytes))),
        ("duration_s", .number(video.durationSeconds)), ("width", .integer(video.width)), ("height", .integer(video.height)),
        ("recorded", .optional(video.recorded.flatMap(CalendarSpan.text))),
        ("moments", .integer(video.moments)), ("contexts", .integer(video.contexts)), ("partial", .bool(video.isPartial)),
      ]).compact() + "\n"
    }
  }

  struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Add bundles that index made; index --library makes and adds them at once.")

    @OptionGroup var place: Place

    @Argument(help: "Bundles.", completion: .directory)
    var bundles: [String]

    func run() throws {
      try reporting {
        let opened = try bundles.map { try Bundle(RawArgument.path($0)) }
        let library = try Library.openOrCreate(at: place.path)
        for bundle in opened {
          let video = place(ofVideoIn: bundle)
          try Messages.result("\(PrintableText.escaping(video)): \(try library.add(bundle, of: video))\n")
        }
        return .ok
      }
    }

    /// A bundle states the path that its video was given by. A relative one was so from the folder
    /// of the run: this one, or the bundle's.
    private func place(ofVideoIn bundle: Bundle) -> FilePath {
      let stated = FilePath(bundle.manifest.video.path)
      let beside = bundle.path.removingLastComponent().pushing(stated)
      guard stated.isRelative, !isVideo(stated, of: bundle), isVideo(beside, of: bundle) else { return stated }
      return beside
    }

    private func isVideo(_ path: FilePath, of bundle: Bundle) -> Bool {
      (try? Fingerprint(of: path).digest) == bundle.manifest.video.fingerprint
    }
  }

  struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Remove videos from the library; the files stay. vacuum frees the space.")

    @OptionGroup var place: Place

    @Argument(help: "Videos of the library, by path.", completion: .file())
    var videos: [String]

    func run() throws {
      try reporting {
        let library = try place.open(.writing)
        let known = try library.videos()
        let chosen = try videos.map { name in
          let path = RawArgument.path(name)
          guard let video = known.first(where: { $0.isAt(path) }) else {
            throw UsageError("\(PrintableText.escaping(path)) is not in the library; keepframe library list shows what is")
          }
          return video
        }
        for video in chosen { try library.remove(video) }
        return .ok
      }
    }
  }

  struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Compare everything in the library with its checksums. Exits with 65 if something is damaged.")

    @OptionGroup var place: Place

    func run() throws {
      try reporting {
        let found = try place.open(.reading).verify()
        try Messages.result("\(found)\n")
        return found.isSound ? .ok : .badMedia
      }
    }
  }

  struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "repair",
      abstract: "Rebuild the library from what is sound. Exits with 3 if videos had to be dropped, and names them.")

    @OptionGroup var place: Place

    func run() throws {
      try reporting {
        let result = try Library.repair(place.path)
        try Messages.result("\(result)\n")
        return result.dropped.isEmpty ? .ok : .partial
      }
    }
  }

  struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "merge", abstract: "Copy the videos of other libraries into this one; those that it has are skipped.")

    @OptionGroup var place: Place

    @Argument(help: "Libraries to copy from; they are only read.", completion: .directory)
    var others: [String]

    func run() throws {
      try reporting {
        let sources = try others.map { try Library(RawArgument.path($0), for: .reading) }
        let library = try Library.openOrCreate(at: place.path)
        for source in sources {
          let (added, known) = try library.merge(source)
          try Messages.result("\(PrintableText.escaping(source.path)): \(added) added, \(known) known\n")
        }
        return .ok
      }
    }
  }

  struct VacuumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "vacuum", abstract: "Free the space of removed videos. Nothing of them is left then.")

    @OptionGroup var place: Place

    func run() throws {
      try reporting {
        let (before, after) = try place.open(.writing).vacuum()
        try Messages.result("\(PrintableText.escaping(place.path)): \(before) bytes before, \(after) now\n")
        return .ok
      }
    }
  }

  struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write the library as files that a database loads.",
      discussion: """
        postgres: tables and CSV files for PostgreSQL with pgvector. load.sql, run by psql in the folder, makes the tables in the \
        schema keepframe and fills them, whole or not at all; with -v replace=1 in place of another. index.sql makes optional indexes. Pictures are left out.

        EXAMPLE
          keepframe library export videos --to postgres -o videos-postgres
          cd videos-postgres && psql -X -f load.sql postgresql://me@localhost/videos
          keepframe search --postgres postgresql://me@localhost/videos --image frame.jpg
        """)

    enum Target: String, ExpressibleByArgument, CaseIterable { case postgres }

    @OptionGroup var place: Place

    @Option(help: ArgumentHelp("For which database: postgres.", valueName: "database"))
    var to: Target

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp("Folder for the files; it appears whole or not at all.", valueName: "folder"), completion: .directory)
    var output: String

    @Flag(help: "Replace an export that is there.")
    var force = false

    func run() throws {
      try reporting {
        let snapshot = try place.open(.reading).snapshot()
        switch to {
        case .postgres:
          try snapshot.exportPostgres(
            to: RawArgument.path(output), replace: force, cancellation: Interruption.cancellation)
        }
        return .ok
      }
    }
  }
}

extension LibraryVideo {
  /// Whether the video was indexed by this path, or by another path of the same file.
  func isAt(_ path: FilePath) -> Bool {
    if ([self.path] + otherPaths).contains(Library.absolute(path)) { return true }
    guard let identity = FileIdentity(of: path) else { return false }
    return ([self.path] + otherPaths).contains { FileIdentity(of: $0) == identity }
  }
}
