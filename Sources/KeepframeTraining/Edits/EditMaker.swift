internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Which shots an edit puts next to each other.
package enum Neighbours: Sendable {
  /// Half of the time the next shot is of the same source, as in films.
  case mixed
  /// The next shot is never of the same source, if there are two sources. The two sides of a
  /// boundary then have nothing in common.
  case apart
}

/// Makes videos with known cuts and transitions from reels of real footage, encoded by ffmpeg.
///
/// They hold cuts, cuts under a flash, jumps within a take, runs of shots of 1 to 5 frames, and
/// dissolves, fades through black, white or any colour, wipes, slides, pushes and zooms of 2 to 60
/// frames. They also hold events that are no boundaries: ``EditPlan/Disturbance/Kind``. They have 8
/// to 60 frames a second (with recipes 1 to 120); some have a variable rate, some repeat every
/// picture, and some recipes weave fields (``FieldWeave``). They may have grain, wear, letterbox,
/// upright video or a logo, and are compressed from well to poorly. With ``EditRecipes``, they hold
/// only what these name.
package struct EditMaker: Sendable {
  /// Raise it whenever a plan gives other pictures than before.
  static let version = 4

  package let reels: [Reel]
  package let neighbours: Neighbours
  package let recipes: EditRecipes?
  package let seed: UInt64
  /// Size of the pictures before they are encoded.
  var (width, height) = (Reel.width, Reel.height)
  private let encoder: VideoEncoder

  /// - Parameter recipes: what edits hold; nil for some of everything.
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

  /// The plan of programme `index`.
  ///
  /// - Throws: ``DecodingError`` if a frame of a reel is no JPEG.
  func plan(_ index: Int) throws(DecodingError) -> EditPlan {
    var planner = EditPlanner(reels, neighbours: neighbours, recipes: recipes, seed: seed, name: "edit \(index)")
    return try planner.plan()
  }

  /// Makes programme `index` as a Matroska file, replacing an existing one.
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
    // Frame times are uneven, but still ascend.
    if plan.isVariableRate { filters.append("setpts=(N+0.4*mod(N*7\\,5)/5)/(\(plan.frameRate)*TB)") }
    return filters
  }
}
