extension SceneList {
  /// The same video in longer scenes: each a run of scenes of this list, from the first one's start to the last one's end.
  ///
  /// Transitions stay as they are, also those that are inside a scene now; ``boundaries`` are only those that still start a scene.
  ///
  /// - Parameter starts: indices into ``scenes`` of the first of each run, ascending from 0; empty without scenes.
  public func joined(startingAt starts: [Int]) -> SceneList {
    precondition(
      starts.first == (scenes.isEmpty ? nil : 0) && zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
        && starts.last ?? -1 < scenes.count, "expected ascending starts from 0 below \(scenes.count), got \(starts)")
    let runs = zip(starts, starts.dropFirst() + [scenes.count]).map { start, end in
      let (first, last) = (scenes[start], scenes[end - 1])
      return Scene(
        frames: first.frames.lowerBound..<last.frames.upperBound, pts: first.pts.lowerBound..<last.pts.upperBound,
        seconds: first.seconds.lowerBound..<last.seconds.upperBound)
    }
    let frames = Set(runs.map(\.frames.lowerBound))
    let kept = boundaries.indices.filter { frames.contains(boundaries[$0].frame) }
    return SceneList(
      scenes: runs, transitions: transitions, boundaries: kept.map { boundaries[$0] }, boundaryPTS: kept.map { boundaryPTS[$0] },
      timeBase: timeBase, frameRate: frameRate, frameCount: frameCount, startPTS: startPTS)
  }
}
