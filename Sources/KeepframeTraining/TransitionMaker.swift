internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

/// Makes transitions of any length from the rendered ones of footage, as a gate would sample them.
/// Clarity is learned from these.
///
/// A ``Bridge`` has a transition's embedding at a few steps. Between two of them the embedding is
/// nearly linear, so a dissolve of any length and phase is interpolated. The motion of both sides
/// continues, in proportion to how much of each side still shows.
struct TransitionMaker {
  /// Samples four a second.
  struct Sequence {
    fileprivate(set) var embeddings: [[Float]] = []
    fileprivate(set) var quality: [FrameQuality] = []
    /// Whether each sample is in the middle of a transition; nil if that is hard to say, or if its
    /// surroundings are cut off.
    fileprivate(set) var labels: [Bool?] = []
  }

  /// Possible lengths in samples of a dissolve, or of either half of a fade.
  private static let lengths = [1, 2, 3, 4, 5, 6, 8, 10]
  /// Samples of the shots on either side.
  private static let surroundings = 8
  /// Samples that ``ClarityFeatures`` reads before and after.
  private static let reach = 4
  /// If the share of one side is below this, it is hard to say whether a sample is in a transition.
  fileprivate static let doubtful = 0.1

  private let clips: [FootageClip]
  private let index: [String: Int]
  /// Bridges that lead to footage of these clips, or to black.
  private let bridges: [(clip: Int, bridge: Bridge)]
  private let fades: [(clip: Int, bridge: Bridge)]

  init(_ clips: [FootageClip]) {
    let index = Dictionary(uniqueKeysWithValues: clips.enumerated().map { ($1.name, $0) })
    let bridges = clips.enumerated().flatMap { number, clip in clip.bridges.map { (clip: number, bridge: $0) } }
    self.clips = clips
    self.index = index
    self.bridges = bridges.filter { $0.bridge.to.map { index[$0.clip] != nil } ?? true }
    fades = bridges.filter { $0.bridge.kind == .fade }
  }

  /// - Returns: about `count` of them; fewer if a bridge begins or ends outside of a shot.
  func make(_ count: Int, seed: UInt64) -> [Sequence] {
    var random = SeededGenerator(seed: seed, name: "transitions")
    return (0..<count).compactMap { _ in random.element(of: bridges).flatMap { make($0.clip, $0.bridge, &random) } }
  }

  private func make(_ clip: Int, _ bridge: Bridge, _ random: inout SeededGenerator) -> Sequence? {
    let from = Side(clips[clip], bridge.from.sample)
    var (to, parts): (Side?, [Part])
    switch bridge.to {
    case .some(let target):
      to = index[target.clip].flatMap { Side(clips[$0], target.sample) }
      parts = [Part(from, bridge, to)].compactMap(\.self)
    case nil:
      guard let entry = random.element(of: fades) else { return nil }
      to = Side(clips[entry.clip], entry.bridge.from.sample)
      parts = [Part(from, bridge, nil), Part(to, entry.bridge, nil)?.reversed].compactMap(\.self)
    }
    guard let from, let to, !parts.isEmpty else { return nil }
    var sequence = Sequence()
    sequence.append(from.clip, max(from.shot.lowerBound, from.sample - Self.surroundings)..<from.sample + 1)
    for part in parts { sequence.append(part, length: random.element(of: Self.lengths)!, phase: random.uniform(in: 0...1)) }
    sequence.append(to.clip, to.sample..<min(to.shot.upperBound, to.sample + Self.surroundings + 1))
    for cut in 0..<min(Self.reach, sequence.labels.count) {
      sequence.labels[cut] = nil
      sequence.labels[sequence.labels.count - 1 - cut] = nil
    }
    return sequence
  }

  /// A sample next to a transition, and the shot that it lies in.
  fileprivate struct Side {
    let clip: FootageClip
    let sample: Int
    let shot: Range<Int>

    init?(_ clip: FootageClip, _ sample: Int) {
      guard let shot = clip.shot(of: sample) else { return nil }
      self.clip = clip
      self.sample = sample
      self.shot = clip.shots[shot]
    }

    /// How the sample at a distance differs from this one. Beyond the shot's ends nothing moves.
    func movement(_ distance: Int) -> [Float] {
      let other = min(max(sample + distance, shot.lowerBound), shot.upperBound - 1)
      return zip(clip.embeddings[row: other], clip.embeddings[row: sample]).map { $0 - $1 }
    }
  }

  /// The known steps of a transition, evenly apart, its ends included.
  fileprivate struct Part {
    var embeddings: [[Float]]
    var quality: [FrameQuality]
    let sides: (from: Side, to: Side)?

    init?(_ from: Side?, _ bridge: Bridge, _ to: Side?) {
      guard let from, (to == nil) == (bridge.kind == .fade) else { return nil }
      let ends = [from, to].compactMap { $0.map { ($0.clip.embeddings[row: $0.sample], $0.clip.quality[$0.sample]) } }
      embeddings = [ends[0].0] + (0..<bridge.embeddings.rows).map { bridge.embeddings[row: $0] } + ends.dropFirst().map(\.0)
      quality = [ends[0].1] + bridge.quality + ends.dropFirst().map(\.1)
      sides = to.map { (from, $0) }
    }

    var reversed: Part {
      var part = self
      part.embeddings.reverse()
      part.quality.reverse()
      return part
    }
  }
}

extension TransitionMaker.Sequence {
  /// The samples of a clip as they are. Those in no shot are labelled as in a transition.
  init(_ clip: FootageClip) {
    embeddings = (0..<clip.count).map { clip.embeddings[row: $0] }
    quality = clip.quality
    labels = (0..<clip.count).map { clip.shot(of: $0) == nil }
  }

  fileprivate mutating func append(_ clip: FootageClip, _ samples: Range<Int>) {
    embeddings += samples.map { clip.embeddings[row: $0] }
    quality += clip.quality[samples]
    labels += samples.map { _ in false }
  }

  /// - Parameter phase: 0...1: where the transition begins between two samples.
  fileprivate mutating func append(_ part: TransitionMaker.Part, length: Int, phase: Double) {
    let shares = (0...length).map { (Double($0) + phase) / (Double(length) + 0.5) }.filter { $0 > 0 && $0 < 1 }
    for (step, share) in shares.enumerated() {
      let place = share * Double(part.embeddings.count - 1)
      let (before, rest) = (Int(place), Float(place - place.rounded(.down)))
      var row = zip(part.embeddings[before], part.embeddings[before + 1]).map { $0 + rest * ($1 - $0) }
      if let (from, to) = part.sides {
        add(from.movement(step + 1), times: Float(1 - share), to: &row)
        add(to.movement(step - shares.count), times: Float(share), to: &row)
      }
      embeddings.append(normalized(row) ?? part.embeddings[before])
      quality.append(FrameQuality(between: part.quality[before], part.quality[before + 1], rest))
      let isDoubtful = min(share, 1 - share) < TransitionMaker.doubtful
      labels.append(isDoubtful ? nil : true)
    }
  }
}

extension FrameQuality {
  fileprivate init(between a: FrameQuality, _ b: FrameQuality, _ share: Float) {
    func mixed(_ path: KeyPath<FrameQuality, Float>) -> Float { a[keyPath: path] + share * (b[keyPath: path] - a[keyPath: path]) }
    self.init(
      meanLuma: mixed(\.meanLuma), lumaDeviation: mixed(\.lumaDeviation), sharpness: mixed(\.sharpness), motion: mixed(\.motion))
  }
}
