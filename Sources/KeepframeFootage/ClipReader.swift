internal import KeepframeBoundaries
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeSystem
internal import SystemPackage

/// Decodes one video and embeds its samples and their views: from a file to a ``ClipRecord``.
///
/// Holds one picture at a time, and keeps two JPEGs for each four seconds of the video.
struct ClipReader {
  let recipe: ClipRecipe
  let backbone: any Backbone
  /// With one decoder thread: other videos are decoded at the same time.
  let decoding: DecodingOptions
  let cancellation: Cancellation?

  /// - Parameters:
  ///   - content: a name for the video's content, which seeds all random choices.
  ///   - embedded: called after each embedding.
  /// - Throws: ``DecodingError``, ``FeatureError`` or `CancellationError`.
  func read(_ video: FilePath, content: String, embedded: () -> Void) throws -> ClipRecord {
    var reader = try VideoReader(video, options: decoding, cancellation: cancellation)
    var detector = AdaptiveDetector(frameRate: reader.stream.frameRate?.doubleValue ?? 25)
    var grid = SampleGrid(samplesPerSecond: recipe.samplesPerSecond)
    let degradations = recipe.views.map { Degradation($0, clip: content) }
    var (thumbnail, previous) = (Thumbnail(), Thumbnail?.none)
    var picture = Picture(width: recipe.backbone.inputWidth, height: recipe.backbone.inputHeight)
    var record = ClipRecord()
    var boundaries: [Boundary] = []
    var frames: [Int] = []
    var rows: [Float] = []
    var viewRows = [[Float]](repeating: [], count: degradations.count)
    var chosen: Set<Int> = []
    while try reader.advance() {
      let time = reader.frame
      try reader.readThumbnail(into: &thumbnail)
      boundaries += detector.push(thumbnail)
      record.durationMicroseconds = microseconds(time.seconds + reader.stream.timeBase.seconds(time.durationTicks))
      if grid.isDue(at: time.seconds) {
        let sample = frames.count
        frames.append(time.index)
        record.microseconds.append(microseconds(time.seconds))
        record.quality.append(FrameQuality(thumbnail, previous: previous))
        try reader.readPicture(into: &picture)
        rows += try backbone.embed(picture).values
        embedded()
        if sample % recipe.viewStride == 0 {
          for (index, degradation) in degradations.enumerated() {
            viewRows[index] += try backbone.embed(try degradation.apply(to: picture, sample: sample)).values
            embedded()
          }
        }
        if sample == 0 || recipe.window(of: sample) != recipe.window(of: sample - 1) {
          chosen = recipe.stills(ofWindow: recipe.window(of: sample), clip: content)
        }
        if chosen.contains(sample) {
          record.stills.append(.init(sample: sample, jpeg: try picture.jpeg(quality: ClipRecord.stillQuality)))
        }
      }
      previous = thumbnail
    }
    boundaries += detector.finish()
    record.shots = ClipRecord.shots(frames: frames, isBlank: record.quality.map(\.isBlank), boundaries: boundaries)
    record.embeddings = Matrix(rows: frames.count, columns: recipe.backbone.dimension, values: rows)
    for (view, values) in zip(recipe.views, viewRows) {
      record.views[view] = Matrix(
        rows: values.count / recipe.backbone.dimension, columns: recipe.backbone.dimension, values: values)
    }
    record.stills = useful(record)
    return record
  }

  /// Chooses one still of each four seconds: one at which a transition may both start and end, else
  /// one at which it may start or end, else none.
  private func useful(_ record: ClipRecord) -> [ClipRecord.Still] {
    let least = recipe.samplesOfOneSecond
    func worth(_ still: ClipRecord.Still) -> Int {
      let room = record.room(at: still)
      return (room.before >= least ? 2 : 0) + (room.after >= least ? 1 : 0)
    }
    let windows = Dictionary(grouping: record.stills) { recipe.window(of: $0.sample) }
    return windows.sorted { $0.key < $1.key }.compactMap { _, stills in
      stills.filter { worth($0) > 0 }.max { worth($0) < worth($1) }
    }
  }

  private func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e6).rounded()) }
}
