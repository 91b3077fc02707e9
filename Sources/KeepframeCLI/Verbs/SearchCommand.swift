import ArgumentParser
import Keepframe
import KeepframeLibrary
import KeepframeLibraryPages
import KeepframeNumerics
import KeepframePostgres
import KeepframeSceneFiles
import SystemPackage

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find where in a library words are said or shown, or a picture, a clip or a moment was seen.",
    discussion: """
      A picture is compared with every retained frame. A clip is looked for as a whole: its samples must agree on one offset in \
      time, and other footage in it does no harm. Black and blurred frames match nothing. Words are looked for in file names, \
      titles, chapters, subtitles, text on screen (index --ocr) and names of what is seen; what has all of them comes first.

      EXAMPLE
        keepframe search videos --words "red car"
        keepframe search videos --image frame.jpg
        keepframe search videos --clip film.mp4@10-25 -k 3
        keepframe search videos --moment film.mp4@12.5 -f json
        keepframe search --postgres postgresql://me@localhost/videos --image frame.jpg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, csv }

  @Argument(help: "A library, made by index --library.", completion: .directory)
  var library: String?

  @Option(
    help: ArgumentHelp(
      "Search a library that was exported to PostgreSQL. Leave a password to PGPASSWORD or ~/.pgpass: others see a command's words.",
      valueName: "url"))
  var postgres: String?

  @Option(
    help: ArgumentHelp(
      "Look for words. Quotes and operators have no meaning. Needs no network without --text-model.", valueName: "text"))
  var words: String?

  @Option(help: ArgumentHelp("Look for a picture.", valueName: "file"), completion: .file())
  var image: String?

  @Option(help: ArgumentHelp("Look for a video, or for its seconds a to b.", valueName: "file[@a-b]"), completion: .file())
  var clip: String?

  @Option(
    help: ArgumentHelp("Look for what an indexed video shows at a time, in seconds. Needs no network.", valueName: "file@t"),
    completion: .file())
  var moment: String?

  @Option(name: .customShort("k"), help: ArgumentHelp("Answers at most.", valueName: "n"))
  var limit = 10

  @Option(help: ArgumentHelp("Answers to skip before the first.", valueName: "n"))
  var offset = 0

  @Option(help: ArgumentHelp("The least score of an answer.", valueName: "score"))
  var minScore = 0.0

  @Option(
    help: ArgumentHelp(
      "The .onnx or .xml model that the library's pictures were embedded by, for --image and --clip. (default: the library's, if it comes with keepframe)",
      valueName: "model"),
    completion: .file())
  var backbone: String?

  @Option(help: ArgumentHelp("File for a page with the picture of each answer.", valueName: "file"), completion: .file())
  var html: String?

  @Option(
    help: ArgumentHelp("Folder to save the found parts in, encoded again by ffmpeg.", valueName: "dir"), completion: .directory)
  var cut: String?

  @Flag(help: "Replace existing files.")
  var force = false

  @Option(
    name: .shortAndLong, help: ArgumentHelp("table, json (one object a line) or csv.", valueName: "format"))
  var format = Format.table

  @Option(
    help: ArgumentHelp(
      "The text half of the library's own .onnx or .xml model, such as CLIP's: --words are compared with pictures, too.",
      valueName: "model"),
    completion: .file())
  var textModel: String?

  @OptionGroup(title: "Videos")
  var videos: VideoFilterArguments

  func validate() throws {
    guard (library == nil) != (postgres == nil) else { throw ValidationError("give one of a library and --postgres") }
    guard [words, image, clip, moment].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("give one of --words, --image, --clip and --moment")
    }
    if backbone != nil, image == nil, clip == nil { throw ValidationError("--backbone: only --image and --clip embed anything") }
    if textModel != nil, words == nil || postgres != nil {
      throw ValidationError("--text-model: only --words in a library's folder are compared with pictures")
    }
    if html != nil, postgres != nil { throw ValidationError("--html: a library in PostgreSQL has no pictures") }
    if limit < 1 { throw ValidationError("-k: expected 1 or more, got \(limit)") }
    if offset < 0 { throw ValidationError("--offset: expected 0 or more, got \(offset)") }
    if !minScore.isFinite { throw ValidationError("--min-score: expected a number, got \(minScore)") }
  }

  func run() throws {
    try reporting {
      var request = SearchRequest()
      request.limit = limit
      request.skipped = offset
      request.minimumScore = minScore
      request.videos = videos.filter
      let placed = [clip, moment].compactMap(\.self).map { PlacedTime($0)?.file ?? $0 }
      let models = [backbone, textModel].compactMap(\.self).flatMap { modelFiles(ofBackbone: $0) }
      let inputs = try InputFiles.ofRun(([library, image].compactMap(\.self) + placed).map { RawArgument.path($0) } + models)
      let page = try html.map { try Output(RawArgument.path($0), replace: force, sparing: inputs) }
      let parts = try cut.map { try FoundParts(into: RawArgument.path($0), sparing: inputs) }
      let (hits, snapshot) = try hits(request)
      try parts?.save(found(hits), replace: force, cancellation: Interruption.cancellation)
      if let page, let snapshot {
        try page.write(Array(try SearchPage.html(hits, asked: asked, in: snapshot).utf8))
      }
      try Messages.result(text(hits))
      return .ok
    }
  }

  /// What `--cut` saves: the answer's number, its video's name and its time make a name.
  private func found(_ hits: [SearchHit]) -> [FoundParts.Part] {
    hits.enumerated().map { index, hit in
      let times = "\(fixed(hit.seconds.lowerBound, digits: 2))-\(fixed(hit.seconds.upperBound, digits: 2))"
      let number = (offset + index + 1).padded(2)
      let end = "@\(times).mp4"
      let stem = String(decoding: OutputName.stem(of: hit.video.path, besides: "\(number)-\(end)".utf8.count), as: UTF8.self)
      return FoundParts.Part(
        video: hit.video.path, seconds: hit.seconds.lowerBound..<max(hit.seconds.upperBound, hit.seconds.lowerBound + 0.04),
        name: "\(number)-\(stem)\(end)")
    }
  }

  /// What is looked for, in words.
  private var asked: String {
    if let words { return "“\(words)”" }
    return PrintableText.escaping(RawArgument.path(image ?? clip ?? moment ?? ""))
  }

  /// - Throws: ``UsageError`` if there is nothing to look for.
  private func wanted(_ text: String) throws(UsageError) -> String {
    func isOfWord(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || scalar.properties.numericType != nil }
    guard textModel != nil || text.unicodeScalars.contains(where: isOfWord) else {
      throw UsageError("--words: expected letters or digits, got \(text)")
    }
    return text
  }

  /// The answers, and the library that they are of, unless it is in PostgreSQL.
  private func hits(_ request: SearchRequest) throws -> ([SearchHit], LibrarySnapshot?) {
    if let postgres {
      let library = try PostgresLibrary(postgres, cancellation: Interruption.cancellation)
      if let words { return (try library.search(words: try wanted(words), request), nil) }
      let query = try placedMoment(library.videos).map { try library.query(at: $0.seconds, of: $0.index) }
      return (
        try library.search(
          try query ?? embedded(try SearchEmbedder(library, backbone: try model(of: library.space))), request), nil
      )
    }
    let snapshot = try Library(RawArgument.path(library ?? ""), for: .reading).snapshot()
    if let words {
      let text = try wanted(words)
      let seen = try textModel.map { try snapshot.query(words: text, by: try TextTower(model: RawArgument.path($0))) }
      return (try snapshot.search(words: text, request, seen: seen), snapshot)
    }
    let query = try placedMoment(snapshot.videos).map { try snapshot.query(at: $0.seconds, of: $0.index) }
    return (
      try snapshot.search(
        try query ?? embedded(try SearchEmbedder(snapshot, backbone: try snapshot.space.flatMap(model))), request), snapshot
    )
  }

  /// The model of `--backbone`; nil for one that comes with Keepframe. A library does not know
  /// where another one is.
  private func model(of space: VectorSpace) throws -> (any Backbone)? {
    if let backbone { return try makeBackbone(BackboneChoice(backbone)) }
    guard space.modelDigest == nil || space.backbone == RuntimeBackbone.defaultName else {
      let name = PrintableText.escaping(FilePath(space.backbone))
      throw UsageError("the library's pictures were embedded by \(name); give the path of that model as --backbone")
    }
    return nil
  }

  /// The video and time of `--moment`; nil without it.
  private func placedMoment(_ videos: [LibraryVideo]) throws -> (seconds: Double, index: Int)? {
    guard let moment else { return nil }
    guard let place = PlacedTime(moment), place.seconds.isEmpty else {
      throw UsageError("--moment: expected FILE@SECONDS, got \(moment)")
    }
    let path = RawArgument.path(place.file)
    guard let index = videos.firstIndex(where: { $0.isAt(path) }) else {
      throw UsageError("--moment: \(PrintableText.escaping(path)) is not in the library; keepframe library list shows what is")
    }
    return (place.seconds.lowerBound, index)
  }

  /// The query of `--image` or `--clip`.
  private func embedded(_ embedder: SearchEmbedder) throws -> SearchQuery {
    if let image {
      let file = RawArgument.path(image)
      let bytes: [UInt8]
      do throws(Errno) {
        if FileSystem.exists(file), !FileSystem.isRegularFile(file) { throw Errno.invalidArgument }
        bytes = try FileSystem.read(file, limit: 1 << 28)
      } catch { throw ArchiveError(.cannotRead(error), at: file) }
      return try embedder.picture(file, bytes: bytes)
    }
    let word = clip ?? ""
    guard !FileSystem.exists(RawArgument.path(word)), let place = PlacedTime(word) else {
      return try embedder.clip(RawArgument.path(word), cancellation: Interruption.cancellation)
    }
    guard !place.seconds.isEmpty else {
      throw UsageError("--clip: expected FILE or FILE@START-END in seconds, got \(word)")
    }
    return try embedder.clip(
      RawArgument.path(place.file), part: place.seconds, cancellation: Interruption.cancellation)
  }

  private func text(_ hits: [SearchHit]) -> String {
    switch format {
    case .json: hits.map { json($0).compact() + "\n" }.joined()
    case .csv: "path,start_s,end_s,score,moment_s,reason\n" + hits.map(csv).joined()
    case .table:
      hits.isEmpty
        ? "nothing found\n"
        : hits.map { hit in
          let span = "\(Timecode.clock(hit.seconds.lowerBound)) - \(Timecode.clock(hit.seconds.upperBound))"
          return "\(fixed(hit.score, digits: 2))  \(span)  \(PrintableText.escaping(hit.video.path))  \(hit.reason)\n"
        }.joined()
    }
  }

  private func json(_ hit: SearchHit) -> JSONText {
    var found: [JSONText] = []
    if case .words(let texts) = hit.reason {
      found = texts.map { .object([("channel", .string($0.channel.rawValue)), ("text", .string($0.text))]) }
    }
    let members: [(String, JSONText)] = [
      ("path", .string(hit.video.path.string)), ("start_s", .number(hit.seconds.lowerBound)),
      ("end_s", .number(hit.seconds.upperBound)), ("score", .number(hit.score)), ("moment_s", .number(hit.momentSeconds)),
      ("reason", .string(hit.reason.description)),
    ]
    return .object(members + (found.isEmpty ? [] : [("found", .array(found))]))
  }

  private func csv(_ hit: SearchHit) -> String {
    let numbers = [hit.seconds.lowerBound, hit.seconds.upperBound, hit.score, hit.momentSeconds].map { fixed($0, digits: 3) }
    // Only words can have a comma.
    let reason = if case .words = hit.reason { quoted(hit.reason.description) } else { hit.reason.description }
    return "\(quoted(hit.video.path.string)),\(numbers.joined(separator: ",")),\(reason)\n"
  }

  /// Scalar by scalar: a quote and a mark that combines with it are one character.
  private func quoted(_ text: String) -> String {
    var field = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "\"" { field.append(scalar) }
      field.append(scalar)
    }
    field.append("\"")
    return String(field)
  }
}

/// A file and a part of it, as in `film.mp4@10-25`, or a moment, as in `film.mp4@12.5`.
struct PlacedTime: Hashable {
  let file: String
  /// A moment is a span of no length.
  let seconds: Range<Double>

  /// Nil if no time follows the last `@`.
  init?(_ text: String) {
    guard let at = text.lastIndex(of: "@"), at > text.startIndex else { return nil }
    let times = text[text.index(after: at)...].split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
    guard (1...2).contains(times.count), let start = times[0], let end = times[times.count - 1],
      start >= 0, start.isFinite, end.isFinite
    else { return nil }
    file = String(text[..<at])
    // A span that ends before it begins is none, and refused as a moment is where a span is meant.
    seconds = start..<max(start, end)
  }
}
