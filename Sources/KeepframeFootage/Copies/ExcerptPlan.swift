internal import KeepframeNumerics

/// A ``CopiedExcerpt`` whose random numbers are drawn: what is to be decoded for it.
struct ExcerptPlan: Sendable {
  /// Index of the clip that it is of.
  let clip: Int
  let kind: CopiedExcerpt.Kind
  let rendering: Rendering
  let parts: [Part]

  /// Consecutive seconds of one clip.
  struct Part: Sendable {
    /// Index of the clip that is shown.
    let clip: Int
    let start: Double
    let videoStart: Double
    let length: Double
  }

  /// Seconds between two samples, as ``SearchEmbedder`` takes them.
  static let step = 0.25

  /// - Parameters:
  ///   - clip: index of a clip that is long enough.
  ///   - number: of the excerpt among those of this clip and kind.
  /// - Returns: nil if the clip is shorter than 5 seconds, or nothing foreign is there.
  init?(_ kind: CopiedExcerpt.Kind, of clip: Int, in clips: [FootageClip], number: Int) {
    var random = SeededGenerator(seed: UInt64(number), name: "\(clips[clip].name) \(kind.rawValue) excerpt")
    let duration = clips[clip].durationSeconds
    guard duration >= 5 else { return nil }
    let length = kind == .frame ? 0 : min(0.9 * duration, Double(random.uniform(in: Float(4)...12)))
    let start = Double(random.uniform(in: Float(0)...1)) * (duration - max(length, 0.5))
    let least = kind == .frame ? 2 : 1
    let drawn = Set(random.shuffled(Alteration.allCases).prefix(random.uniform(in: least..<4)))
    rendering = Rendering(Alteration.allCases.filter(drawn.contains), &random)
    (self.clip, self.kind) = (clip, kind)
    guard kind == .foreign else {
      parts = [Part(clip: clip, start: 0, videoStart: start, length: length)]
      return
    }
    let others = clips.indices.filter { clips[$0].source != clips[clip].source && clips[$0].durationSeconds >= 2 }
    let cut = Double(random.uniform(in: Float(0.3)...0.7)) * length
    var pieces = [(clip, start, cut), (clip, start + cut, length - cut)]
    for place in [0, 2] {
      guard let other = random.element(of: others) else { return nil }
      let most = min(0.9 * clips[other].durationSeconds, length / 2)
      let from = Double(random.uniform(in: Float(0)...1)) * (clips[other].durationSeconds - most)
      pieces.insert((other, from, most), at: place)
    }
    var at = 0.0
    parts = pieces.map { clip, videoStart, length in
      // Parts begin on the grid of the samples, as if the copy were cut there.
      defer { at = ((at + length) / Self.step).rounded(.up) * Self.step }
      return Part(clip: clip, start: at, videoStart: videoStart, length: length)
    }
  }

  /// When each sample of a part is shown, in its clip.
  static func times(of part: Part) -> [Double] {
    let count = max(1, Int((part.length / step).rounded(.down)))
    return (0..<count).map { part.videoStart + Double($0) * step }
  }
}
