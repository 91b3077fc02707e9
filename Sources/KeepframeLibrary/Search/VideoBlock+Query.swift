extension VideoBlock {
  /// Which run is on display at a time; nil of a video without any.
  package func run(at seconds: Double) -> Int? {
    guard runCount > 0, momentCount > 0 else { return nil }
    var (first, last) = (0, runCount - 1)
    while first < last {
      let middle = (first + last + 1) / 2
      if run(middle).seconds <= seconds { first = middle } else { last = middle - 1 }
    }
    return first
  }

  /// The moment on display at a time, as a query; nil if the video has none then.
  package func query(at seconds: Double, of video: LibraryVideo) -> SearchQuery? {
    guard seconds >= 0, seconds < max(video.durationSeconds, 1e-9), let run = run(at: seconds) else { return nil }
    let row = self.run(run).row
    let vector = withMoments { Array($0[row * dimension..<(row + 1) * dimension]) }
    return SearchQuery(picture: vector, source: .init(video: video.id, seconds: seconds))
  }
}
