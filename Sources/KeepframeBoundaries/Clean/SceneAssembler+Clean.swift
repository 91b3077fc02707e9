public import KeepframeDecoding

extension SceneAssembler {
  /// The clean clips between `boundaries`, as a list with gaps.
  ///
  /// Its ``SceneList/boundaries`` are all that were found, not only those next to a clip.
  ///
  /// - Parameters:
  ///   - boundaries: Ascending. Those at frame 0 or past the last frame are ignored.
  ///   - frameRate: The stream's nominal rate, for counting lengths in frames.
  public func finish(
    _ clean: CleanClips, boundaries: [Boundary], timeBase: Rational, frameRate: Rational? = nil
  ) -> SceneList {
    let all = finish(boundaries: boundaries, timeBase: timeBase, frameRate: frameRate, minimumSceneSeconds: 0)
    let clock = clock(timeBase: timeBase, frameRate: frameRate)
    let clips = clean.spans(between: boundaries, on: clock).map { span in
      let ticks = clock.ticks(span.frames.lowerBound)..<clock.ticks(span.frames.upperBound)
      let scene = Segment(
        frames: span.frames, pts: ticks,
        seconds: timeBase.seconds(ticks.lowerBound - all.startPTS)..<timeBase.seconds(ticks.upperBound - all.startPTS))
      return CleanClips.Clip(scene: scene, opening: span.opening, closing: span.closing)
    }
    return all.replacingScenes(with: clips)
  }
}
