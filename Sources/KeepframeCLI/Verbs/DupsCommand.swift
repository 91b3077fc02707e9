import ArgumentParser
import Keepframe
import KeepframeLibrary
import KeepframeLibraryPages
import SystemPackage

struct DupsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dups",
    abstract: "Find videos of a library that share footage: copies, excerpts, intros, credits and other parts.",
    discussion: """
      Every video is compared with every other, and what they share is aligned in time. It may be cropped, recoloured, mirrored or \
      written over, but must run at the same speed. --false-matches says how many false matches may be expected in a thousand hours of video.

      EXAMPLE
        keepframe dups videos
        keepframe dups videos --kind copy,excerpt --json
        keepframe dups videos --path new/ --html shared.html
      """)

  @Argument(help: "A library, made by index --library.", completion: .directory)
  var library: String

  @Option(
    help: ArgumentHelp(
      "False matches to allow for every thousand hours of the library. Fewer are surer, and find less.", valueName: "n"))
  var falseMatches = SharedFootageRequest().falseMatchesPerThousandHours

  @Option(
    help: ArgumentHelp("Only these kinds, separated by commas: copy, excerpt, intro, credits, part.", valueName: "kinds"),
    transform: { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
        guard let kind = SharedFootage.Kind(rawValue: String(word)) else {
          throw ValidationError(
            "expected \(SharedFootage.Kind.allCases.map(\.rawValue).joined(separator: ", ")), got \(word)")
        }
        return kind
      }
    })
  var kind: [SharedFootage.Kind] = SharedFootage.Kind.allCases

  @Option(help: ArgumentHelp("Leave out shorter parts, in seconds.", valueName: "s"))
  var minSeconds = SharedFootageRequest().leastSeconds

  @Flag(help: "Print one JSON object for each pair.")
  var json = false

  @Option(help: ArgumentHelp("File for a page that shows both sides.", valueName: "file"), completion: .file())
  var html: String?

  @Flag(help: "Replace an existing page.")
  var force = false

  @Option(help: ArgumentHelp("Number of threads, 1 to 64. Never changes the result.", valueName: "n"))
  var threads = 2

  @Option(help: ArgumentHelp("How to show progress: auto, bar, json or none.", valueName: "style"))
  var progress = ProgressStyle.auto

  @OptionGroup(title: "Videos: one of each pair at least")
  var videos: VideoFilterArguments

  func validate() throws {
    guard falseMatches > 0, falseMatches.isFinite else {
      throw ValidationError("--false-matches: expected a number above 0, got \(falseMatches)")
    }
    guard minSeconds >= 0, minSeconds.isFinite else {
      throw ValidationError("--min-seconds: expected 0 or more, got \(minSeconds)")
    }
    if !(1...64).contains(threads) { throw ValidationError("--threads: expected 1 to 64, got \(threads)") }
  }

  func run() throws {
    try reporting {
      let place = RawArgument.path(library)
      let page = try html.map {
        try Output(RawArgument.path($0), replace: force, sparing: try InputFiles.ofRun([place]))
      }
      let snapshot = try Library(place, for: .reading).snapshot()
      var request = SharedFootageRequest()
      request.falseMatchesPerThousandHours = falseMatches
      request.leastSeconds = minSeconds
      request.videos = videos.filter
      request.threads = threads
      request.cancellation = Interruption.cancellation
      let printer = TrainingPrinter(progress)
      let pairs = try snapshot.sharedFootage(request) { printer.show("comparing", share: $0) }.filter { kind.contains($0.kind) }
      printer.finish()
      if let page { try page.write(Array(try SharedFootagePage.html(pairs, in: snapshot).utf8)) }
      if json {
        for pair in pairs { try Messages.result(object(pair, snapshot).compact() + "\n") }
      } else {
        try Messages.result(pairs.isEmpty ? "nothing shared\n" : pairs.map(lines).joined())
      }
      return .ok
    }
  }

  private func lines(_ pair: SharedFootage) -> String {
    pair.parts.map { part in
      let (first, second) = (span(part.first), span(part.second))
      return "\(pair.kind.rawValue)  \(fixed(part.score, digits: 2))  \(first)  \(PrintableText.escaping(pair.first.path))  "
        + "\(second)  \(PrintableText.escaping(pair.second.path))\n"
    }.joined()
  }

  private func span(_ seconds: Range<Double>) -> String {
    "\(Timecode.clock(seconds.lowerBound)) - \(Timecode.clock(seconds.upperBound))"
  }

  private func object(_ pair: SharedFootage, _ snapshot: LibrarySnapshot) -> JSONText {
    func side(_ video: LibraryVideo, _ coverage: Double) -> JSONText {
      .object([
        ("path", .string(video.path.string)), ("duration_s", .number(video.durationSeconds)), ("shared", .number(coverage)),
      ])
    }
    return .object([
      ("kind", .string(pair.kind.rawValue)), ("score", .number(pair.score)),
      ("false_per_1000_hours", .number(snapshot.falseMatchesPerThousandHours(score: pair.score))),
      ("first", side(pair.first, pair.coverageOfFirst)), ("second", side(pair.second, pair.coverageOfSecond)),
      (
        "parts",
        .array(
          pair.parts.map { part in
            .object([
              ("first_start_s", .number(part.first.lowerBound)), ("first_end_s", .number(part.first.upperBound)),
              ("second_start_s", .number(part.second.lowerBound)), ("second_end_s", .number(part.second.upperBound)),
              ("score", .number(part.score)),
            ])
          })
      ),
    ])
  }
}
