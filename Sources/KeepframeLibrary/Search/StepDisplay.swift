/// Twelve days. A damaged duration could ask for more memory than there is.
let mostSteps = 1 << 22

/// Which of several entries is on display in each step of a video.
///
/// Each entry is on display from its start to that of the next.
///
/// - Parameters:
///   - duration: of the video, in seconds.
///   - count: how many entries there are.
///   - start: of an entry, in seconds; ascending.
/// - Returns: an entry for each ``ClipAlignment/stepSeconds``, at least one, and at most
///   ``mostSteps``.
func shownInSteps(of duration: Double, count: Int, start: (Int) -> Double) -> [Int] {
  let steps = max(1, Int(min(Double(mostSteps), (duration / ClipAlignment.stepSeconds).rounded(.up))))
  var entry = 0
  return (0..<steps).map { step in
    // An entry that starts on a step counts for it, whichever way its time was rounded.
    let seconds = (Double(step) + 1e-3) * ClipAlignment.stepSeconds
    while entry + 1 < count, start(entry + 1) <= seconds { entry += 1 }
    return entry
  }
}
