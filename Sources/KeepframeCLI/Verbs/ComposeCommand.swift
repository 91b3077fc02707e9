import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct ComposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Make edited videos with known cuts from real footage, or slides that are built line by line.",
    discussion: """
      The videos have cuts, dissolves, fades, wipes, slides, pushes and zooms. They also have events that only look like \
      boundaries: flashes, strobe, exposure ramps, whip pans, captions and more. A JSON file beside each video holds its truth, \
      in the form that `keepframe eval boundaries --truth` reads. Encoding needs ffmpeg.

      With --decks the videos show slides whose lines appear one by one. Their truth says when the last line of each slide \
      appears. In some of them the footage plays in a corner. `keepframe train gate --decks` and `keepframe eval decks` read \
      these videos.

      EXAMPLE
        keepframe compose --footage clips/ --count 20 -o edits/
        keepframe eval boundaries --truth edits/ --footage edits/
        keepframe compose --footage clips/ --recipes jump,punch_in -o jumps/
        keepframe compose --decks --pictures photographs/ --footage clips/ -o decks/
      """)

  @OptionGroup(title: "Footage")
  var footage: ReelArguments

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder for the videos and their truth.", valueName: "dir"), completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("Number of videos: about half a minute each, or three minutes with --decks.", valueName: "n"))
  var count = 20

  @Flag(help: "Never put two shots of one origin next to each other, except at jumps. Boundaries are then easy to see.")
  var apart = false

  @Option(
    help: ArgumentHelp(
      "Make only these kinds of edit, separated by commas: \(EditRecipes.names.joined(separator: ", ")).", valueName: "kinds"))
  var recipes: String?

  @Flag(help: "Make slides that are built line by line, instead of edits.")
  var decks = false

  @Option(
    help: ArgumentHelp(
      "Folder of photographs (JPEG, PNG) to put behind the text of some slides. Needs --decks.", valueName: "dir"),
    completion: .directory)
  var pictures: String?

  @Flag(help: "Replace existing files.")
  var force = false

  func validate() throws {
    if !(1...999).contains(count) { throw ValidationError("--count: expected 1 to 999, got \(count)") }
    if let problem = recipeNames.flatMap({ EditRecipes.problem(in: $0) }) {
      throw ValidationError("--recipes: \(problem)")
    }
    if decks, recipes != nil { throw ValidationError("--recipes: slides have no edits; leave out --recipes or --decks") }
    if decks, apart { throw ValidationError("--apart: slides have no shots to keep apart; leave out --apart or --decks") }
    if !decks, pictures != nil { throw ValidationError("--pictures needs --decks") }
  }

  private var recipeNames: [String]? { recipes?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }

  func run() throws {
    try reporting {
      let folder = RawArgument.path(output)
      let clips = try footage.options.folder()
      let photographs = try pictures.map { try PictureFolder(RawArgument.path($0)).pictures.map(\.path) } ?? []
      let inputs = try InputFiles.ofRun(clips, footage.labelFiles(clips) + photographs)
      let set = EditSet(count, of: decks ? "deck" : "edit", in: folder)
      for path in set.files { try inputs.check(path) }
      if !force, let there = set.videos.first(where: { FileSystem.exists($0) }) {
        throw ArchiveError(.exists(what: "the file exists"), at: there)
      }
      let printer = TrainingPrinter(footage.progress)
      let videos = try footage.videos(of: clips)
      let used = footage.fold == nil ? videos.training : videos.heldOut
      let reels = try footage.reels(used, try footage.teachers(used), printer)
      let truths = try set.truths.map { try Output($0, replace: force, sparing: inputs) }
      let (texts, told) = decks ? try makeDecks(set, reels, photographs) : try makeEdits(set, reels)
      for (truth, output) in zip(texts, truths) { try output.write(Array(truth.utf8)) }
      printer.finish()
      try Messages.result("\(PrintableText.escaping(folder)): \(count) videos of \(told)\n")
      return .ok
    }
  }

  /// - Returns: the truth of each video as JSON, and their contents in words.
  private func makeEdits(_ set: EditSet, _ reels: [Reel]) throws -> ([String], String) {
    let maker = try EditMaker(
      reels, neighbours: apart ? .apart : .mixed, recipes: recipeNames.flatMap { EditRecipes($0) }, seed: footage.seed)
    let made = try set.make(by: maker, threads: footage.threads, cancellation: Interruption.cancellation)
    let frames = made.reduce(0) { $0 + $1.frameCount }
    let cuts = made.reduce(0) { $0 + $1.cuts.count }
    let jumps = made.reduce(0) { $0 + $1.jumps.count }
    let transitions = made.reduce(0) { $0 + $1.transitions.count }
    let negatives = made.reduce(0) { $0 + $1.negatives.count }
    return (
      made.map(\.json),
      "\(frames) frames with \(cuts) cuts, \(jumps) jumps, \(transitions) transitions and \(negatives) that only look like one"
    )
  }

  private func makeDecks(_ set: EditSet, _ reels: [Reel], _ pictures: [FilePath]) throws -> ([String], String) {
    // Footage is split by origin. Each photograph counts as an origin of its own.
    let used = footage.fold.map { fold in pictures.enumerated().filter { $0.offset % fold.count == fold.index }.map(\.element) }
    let maker = try DeckMaker(reels, pictures: used ?? pictures, seed: footage.seed)
    let made = try set.make(by: maker, threads: footage.threads, cancellation: Interruption.cancellation)
    let frames = made.reduce(0) { $0 + $1.frameCount }
    let slides = made.reduce(0) { $0 + $1.slides.count }
    let lines = made.reduce(0) { $0 + $1.slides.reduce(0) { $0 + $1.lineCount } }
    return (made.map(\.json), "\(frames) frames with \(slides) slides of \(lines) lines")
  }
}
