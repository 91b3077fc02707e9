internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics

/// One video on its way to a ``FootageClip``.
struct LoadedVideo: Sendable {
  let video: FootageFolder.Video
  let fingerprint: Fingerprint
  let record: ClipRecord
}

/// Plans the transitions of a set of videos, and makes them from the stills that their records
/// hold.
///
/// Each still fades to black. A still with at least a second of its shot before it also dissolves
/// into a still of another source with at least a second of its shot after it. Of these, first a
/// source is drawn, then a still.
struct BridgeMaker: Sendable {
  let recipe: ClipRecipe
  let backbone: any Backbone
  let videos: [LoadedVideo]
  /// The source of each video, after merging.
  let sources: [String]
  /// The stills that transitions may lead to, by source and sorted by it.
  private let landings: [(source: String, stills: [Place])]

  /// A still of a video.
  struct Place: Sendable, Equatable {
    let video: Int
    let still: Int
  }

  struct Plan: Sendable, Equatable {
    let from: Place
    /// nil fades to black.
    let to: Place?
  }

  init(recipe: ClipRecipe, backbone: any Backbone, videos: [LoadedVideo], sources: [String]) {
    self.recipe = recipe
    self.backbone = backbone
    self.videos = videos
    self.sources = sources
    var landings: [String: [Place]] = [:]
    for (video, loaded) in videos.enumerated() {
      for (still, picture) in loaded.record.stills.enumerated()
      where loaded.record.room(at: picture).after >= recipe.samplesOfOneSecond {
        landings[sources[video], default: []].append(Place(video: video, still: still))
      }
    }
    self.landings = landings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The transitions that start in a video, in order.
  func plans(of video: Int) -> [Plan] {
    let (record, others) = (videos[video].record, landings.filter { $0.source != sources[video] })
    var random = SeededGenerator(seed: 0, name: "\(videos[video].fingerprint.digest) bridges")
    return record.stills.enumerated().flatMap { index, still -> [Plan] in
      let from = Place(video: video, still: index)
      let fade = Plan(from: from, to: nil)
      guard record.room(at: still).before >= recipe.samplesOfOneSecond, let source = random.element(of: others) else {
        return [fade]
      }
      return [fade, Plan(from: from, to: random.element(of: source.stills))]
    }
  }

  /// The key of the cache file of these transitions.
  func key(of video: Int, _ plans: [Plan]) -> String {
    func words(_ place: Place) -> String {
      "\(videos[place.video].record.stills[place.still].sample) of \(videos[place.video].fingerprint.digest)"
    }
    let lines = plans.map { plan in
      plan.to.map { "\(videos[video].record.stills[plan.from.still].sample) to \(words($0))" } ?? "\(words(plan.from)) to black"
    }
    return (["bridges", recipe.key(videos[video].fingerprint)] + lines).joined(separator: "\n")
  }

  /// Embeds planned transitions.
  ///
  /// - Parameter embedded: called after each embedding.
  /// - Returns: `[R, D]` embeddings and R qualities: the rows of all plans, one after the other.
  func make(_ plans: [Plan], embedded: () throws -> Void) throws -> (embeddings: Matrix, quality: [FrameQuality]) {
    let black = Picture(width: recipe.backbone.inputWidth, height: recipe.backbone.inputHeight)
    var (rows, quality) = ([Float](), [FrameQuality]())
    for plan in plans {
      let (old, new) = (try picture(plan.from), try plan.to.map { try picture($0) } ?? black)
      for share in plan.kind.shares {
        let mixed = old.blended(with: new, share: share)
        // The share rises by 64 in a quarter of a second: 6.25 frames at 25 a second, 10 a frame.
        let before = Thumbnail(old.blended(with: new, share: share - 10))
        quality.append(FrameQuality(Thumbnail(mixed), previous: before))
        rows += try backbone.embed(mixed).values
        try embedded()
      }
    }
    return (Matrix(rows: quality.count, columns: recipe.backbone.dimension, values: rows), quality)
  }

  private func picture(_ place: Place) throws -> Picture {
    try Picture(jpeg: videos[place.video].record.stills[place.still].jpeg)
  }

  /// Cuts the rows of ``make(_:embedded:)`` into transitions.
  func bridges(_ plans: [Plan], embeddings: Matrix, quality: [FrameQuality]) -> [Bridge] {
    func reference(_ place: Place) -> SampleReference {
      SampleReference(clip: videos[place.video].video.name, sample: videos[place.video].record.stills[place.still].sample)
    }
    var start = 0
    return plans.map { plan in
      let range = start..<start + plan.kind.shares.count
      start = range.upperBound
      let values = embeddings.values[range.lowerBound * embeddings.columns..<range.upperBound * embeddings.columns]
      return Bridge(
        kind: plan.kind, from: reference(plan.from), to: plan.to.map(reference),
        embeddings: Matrix(rows: range.count, columns: embeddings.columns, values: Array(values)),
        quality: Array(quality[range]))
    }
  }
}

extension BridgeMaker.Plan {
  var kind: Bridge.Kind { to == nil ? .fade : .dissolve }
}
