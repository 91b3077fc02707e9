import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

/// Frames of the footage, and pictures besides, each with renderings of it as copies may show it.
struct RenderedArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of photographs (JPEG, PNG) to learn from besides.", valueName: "dir"), completion: .directory)
  var pictures: String?

  @Option(help: ArgumentHelp("Renderings of each frame and picture.", valueName: "n"))
  var views = RenderedSet.usualViews

  @Option(
    help: ArgumentHelp(
      "Kinds of change to leave out of training, with commas: \(Alteration.allCases.map(\.rawValue).joined(separator: ", ")).",
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
      throw ValidationError("--hold-out: expected some kinds to be left to learn from")
    }
  }

  func pictureFolder() throws -> PictureFolder? { try pictures.map { try PictureFolder(RawArgument.path($0)) } }

  /// Embeds what is asked for, or takes it from the cache.
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
