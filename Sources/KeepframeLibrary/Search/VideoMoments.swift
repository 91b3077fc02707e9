/// What a search needs of one video: its moments, and which is on display when. They may lie in a
/// mapped block, or come from elsewhere.
package protocol VideoMoments {
  /// M
  var momentCount: Int { get }
  /// How many runs of samples there are, each with one moment that stands for it.
  var runCount: Int { get }
  /// From `seconds` on, until the next run or the video's end, moment `row` stands for all samples.
  ///
  /// - Precondition: `index` is in `0..<runCount`.
  func run(_ index: Int) -> (seconds: Double, row: Int)
  /// When a moment is shown, in seconds since the first frame.
  ///
  /// - Precondition: `row` is in `0..<momentCount`.
  func seconds(ofMoment row: Int) -> Double
  /// Calls `body` with the vectors of the moments, `[M * d]`, row after row.
  func withMoments<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result
}

extension VideoBlock: VideoMoments {
  package func seconds(ofMoment row: Int) -> Double { moment(row).seconds }
}

extension VideoMoments {
  /// Which run is on display at a time; nil of a video without any.
  func run(at seconds: Double) -> Int? {
    guard runCount > 0, momentCount > 0 else { return nil }
    var found = 0
    while found + 1 < runCount, run(found + 1).seconds <= seconds { found += 1 }
    return found
  }

  /// The moment on display at a time, as a query; nil if the video has none then.
  package func query(at seconds: Double, of video: LibraryVideo) -> SearchQuery? {
    guard seconds >= 0, seconds < max(video.durationSeconds, 1e-9), let run = run(at: seconds) else { return nil }
    let row = self.run(run).row
    let vector = withMoments { moments in
      let dimension = moments.count / momentCount
      return Array(moments[row * dimension..<(row + 1) * dimension])
    }
    return SearchQuery(picture: vector, source: .init(video: video.id, seconds: seconds))
  }
}
