internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Which shots an edit puts beside each other.
package enum Neighbours: Sendable {
  /// Half of the time one of the same source, as films do.
  case mixed
  /// Never of the same source, if there are two: what is on both sides of a boundary has nothing in
  /// common.
  case apart
}

/// Makes videos with known cuts and transitions out of reels of real footage, encoded by ffmpeg.
///
/// Cuts, dissolves, fades through black, white or any colour, wipes, slides, pushes and zooms of 2
/// to 60 frames, jumps within a take, runs of shots of 1 to 5 frames, cuts under a flash, at 8 to
/// 60 frames a second (recipes: 1 to 120), some of them at a variable rate, some with every picture
/// repeated, and by recipe of woven fields (``FieldWeave``); grain, wear, letterbox, upright video,
/// logo, compression from good to poor. And what is no boundary: ``EditPlan/Disturbance/Kind``. Or
/// only what ``EditRecipes`` name.
package struct EditMaker: Sendable {
  /// Goes up whenever a plan gives other pictures than before.
  static let version = 4

  package let reels: [Reel]
  package let neighbours: Neighbours
  package let recipes: EditRecipes?
  package let seed: UInt64
  /// Of the pictures before they are encoded.
  var (width, height) = (Reel.width, Reel.height)
  private let encoder: VideoEncoder

  /// - Parameter recipes: what edits hold; nil for a bit of everything.
  /// - Throws: ``TrainingError/noFFmpeg``
  package init(
    _ reels: [Reel], neighbours: Neighbours = .mixed, recipes: EditRecipes? = nil, seed: UInt64
  ) throws(TrainingError) {
    encoder = try VideoEncoder()
    self.reels = reels
    self.neighbours = neighbours
    self.recipes = recipes
    self.seed = seed
  }

  /// What programme `index` is made of.
  ///
  /// - Throws: ``DecodingError`` if a frame of a reel is no JPEG.
  func plan(_ index: Int) throws(DecodingError) -> EditPlan {
    var planner = EditPlanner(reels, neighbours: neighbours, recipes: recipes, seed: seed, name: "edit \(index)")
    return try planner.plan()
  }

  /// Makes programme `index` as a Matroska file, replacing what is there.
  ///
  /// - Throws: `DecodingError`, `ArchiveError`, ``TrainingError/ffmpeg(status:lastWords:)``,
  ///   `CancellationError`
  package func make(_ index: Int, at path: FilePath, cancellation: Cancellation? = nil) throws -> EditTruth {
    try make(try plan(index), at: path, cancellation: cancellation)
  }

  func make(_ plan: EditPlan, at path: FilePath, cancellation: Cancellation?) throws -> EditTruth {
    var renderer = EditRenderer(plan, reels, width: width, height: height)
    let input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "\(width)x\(height)", "-framerate", "\(plan.pictureRate)"]
    try encoder.encode(
      path, plan.encoding, input: input, filters: filters(plan), isWoven: plan.weave != nil, cancellation: cancellation
    ) { frames in
      for frame in 0..<plan.frameCount {
        try cancellation?.check()
        let rgb = try renderer.picture(frame).rgb
        for _ in 0..<plan.hold { try frames.append(rgb) }
      }
    }
    return EditTruth(plan)
  }

  private func filters(_ plan: EditPlan) -> [String] {
    let width = plan.encoding.width
    var filters = ["scale=\(width):\(width * height / self.width / 2 * 2):flags=bilinear"]
    filters += plan.weave?.filters ?? []
    // Uneven times, each still after the one before it.
    if plan.isVariableRate { filters.append("setpts=(N+0.4*mod(N*7\\,5)/5)/(\(plan.frameRate)*TB)") }
    return filters
  }
}
