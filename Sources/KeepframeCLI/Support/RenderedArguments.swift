import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

/// Options of frames and pictures that are rendered: altered as copies of them may be.
struct RenderedArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of photographs (JPEG, PNG) to learn from as well.", valueName: "dir"), completion: .directory)
  var pictures: String?

  @Option(help: ArgumentHelp("Number of altered versions of each frame and picture, 1 to 64.", valueName: "n"))
  var views = RenderedSet.usualViews

  @Option(
    help: ArgumentHelp(
      "Kinds of change not to train on, separated by commas: \(Alteration.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "kinds"),
    transform: { text in
      Set(
        try text.split(separator: ",").map { word in
          guard let kind = Alteration(rawValue: String(word)) else {
            throw ValidationError("expected kinds of change, got \(word)")
          }
          return kind
        })
    })
  var holdOut: Set<Alteration> = []

  func validate() throws {
    if !(1...64).contains(views) { throw ValidationError("--views: expected 1 to 64, got \(views)") }
    if holdOut.count == Alteration.allCases.count {
      throw ValidationError("--hold-out: leave at least one kind to learn from")
    }
  }

  func pictureFolder() throws -> PictureFolder? { try pictures.map { try PictureFolder(RawArgument.path($0)) } }

  /// Embeds frames, pictures and their renderings, or takes them from the cache.
  func load(
    _ folder: FootageFolder, _ pictures: PictureFolder?, _ footage: FootageArguments
  ) throws -> Renderings {
    let printer = TrainingPrinter(footage.progress)
    defer { printer.finish() }
    let backbone = try makeBackbone(named: footage.backbone, precision: footage.precision)
    let frames = try loadRendered(
      folder, backbone: backbone, views: views, cache: footage.store, threads: footage.threads,
      cancellation: Interruption.cancellation, report: { printer.show($0) })
    let stills = try pictures.map {
      try loadRendered(
        $0, backbone: backbone, views: views, cache: footage.store, threads: footage.threads,
        cancellation: Interruption.cancellation, report: { printer.show($0) })
    }
    return Renderings(frames: frames, pictures: stills)
  }
}
