package import KeepframeNumerics

/// Shots composed into scenes, so that it is known where scenes start.
///
/// S shots, D the backbone's dimension.
package struct ComposedFilm: Hashable, Sendable {
  package let name: String
  /// `[S, D]`, unit rows: the direction of the mean of up to 8 samples of each shot, at most about
  /// one a second.
  package let vectors: Matrix
  /// The first shot of every scene, ascending from 0.
  package let sceneStarts: [Int]
  /// Those of ``sceneStarts`` that follow a scene of the same source.
  package let hardStarts: [Int]
}

/// Composes films whose scenes are known.
///
/// A scene has 2 to 8 shots of one to three set-ups of one source. A shot is a stretch of 1 to 6
/// seconds of a set-up. Set-ups are one shot of a clip, consecutive shots of it, or shots of two
/// clips. They alternate, and each continues where it was left. The next scene is of another source
/// or, which is harder, of other clips of the same source. No clip is in two scenes of a film.
package struct FilmComposer: Sendable {
  package var settings = Settings()
  private let clips: [FootageClip]
  private let seed: UInt64

  package struct Settings: Hashable, Sendable {
    package var scenes = 6...12
    package var setUps = 1...3
    package var mostShots = 8
    package var shotSeconds = 1.0...6.0
    /// How often the next scene is of the same source, if that has clips left.
    package var sameSourceShare: Float = 0.4

    package init() {}
  }

  package init(_ clips: [FootageClip], seed: UInt64 = 0) {
    self.clips = clips
    self.seed = seed
  }

  /// Films `film-0`, `film-1` ... They have fewer scenes than drawn if the footage runs out.
  package func films(_ count: Int) -> [ComposedFilm] {
    (0..<count).map { number in
      var film = FilmInMaking(clips: clips, settings: settings, random: SeededGenerator(seed: seed, name: "film-\(number)"))
      return film.compose(name: "film-\(number)")
    }
  }
}

private struct FilmInMaking {
  let clips: [FootageClip]
  let settings: FilmComposer.Settings
  var random: SeededGenerator
  var used: Set<Int> = []
  var source: String?
  var vectors: [[Float]] = []

  /// A camera: a shot of a clip, and the sample that it shows next.
  struct SetUp {
    let clip: Int
    let samples: Range<Int>
    var next: Int
  }

  mutating func compose(name: String) -> ComposedFilm {
    var (starts, hard) = ([Int](), [Int]())
    for _ in 0..<random.uniform(in: settings.scenes.lowerBound..<settings.scenes.upperBound + 1) {
      let before = source
      guard var setUps = nextSetUps() else { break }
      starts.append(vectors.count)
      if source == before { hard.append(vectors.count) }
      addShots(of: &setUps)
    }
    return ComposedFilm(name: name, vectors: Matrix(stacking: vectors), sceneStarts: starts, hardStarts: hard)
  }

  private mutating func nextSetUps() -> [SetUp]? {
    let free = clips.indices.filter { !used.contains($0) && clips[$0].shots.contains { $0.count >= leastSamples } }
    let same = free.filter { clips[$0].source == source }
    let other = Set(free.map { clips[$0].source }).subtracting([source].compactMap(\.self)).sorted()
    let stays = !same.isEmpty && (other.isEmpty || random.uniform(in: Float(0)...1) < settings.sameSourceShare)
    guard let next = stays ? source : random.element(of: other) else { return nil }
    source = next
    let mine = free.filter { clips[$0].source == next }
    guard let clip = random.element(of: mine) else { return nil }
    let count = random.uniform(in: settings.setUps.lowerBound..<settings.setUps.upperBound + 1)
    var setUps = neighbours(in: clip, count)
    used.insert(clip)
    // A clip of one shot alternates with another clip of its source, as in a telephone call.
    if setUps.count == 1, count > 1, let second = random.element(of: mine.filter { $0 != clip }) {
      setUps += neighbours(in: second, 1)
      used.insert(second)
    }
    return setUps
  }

  /// Shots of a clip that follow each other.
  private mutating func neighbours(in clip: Int, _ count: Int) -> [SetUp] {
    let shots = clips[clip].shots.filter { $0.count >= leastSamples }
    let first = random.uniform(in: 0..<max(1, shots.count - count + 1))
    return shots[first..<min(shots.count, first + count)].map { SetUp(clip: clip, samples: $0, next: $0.lowerBound) }
  }

  private mutating func addShots(of setUps: inout [SetUp]) {
    let least = max(2, 2 * setUps.count - 1)
    var last: Int?
    for shot in 0..<random.uniform(in: least..<max(least, settings.mostShots) + 1) {
      let choice =
        shot < setUps.count
        ? shot : random.element(of: setUps.indices.filter { $0 != last || setUps.count == 1 }) ?? 0
      vectors.append(nextVector(of: &setUps[choice]))
      last = choice
    }
  }

  private var leastSamples: Int { max(1, Int(settings.shotSeconds.lowerBound * (clips.first?.samplesPerSecond ?? 1))) }

  /// The vector of the next stretch of a set-up. It starts again from the beginning at the end.
  private mutating func nextVector(of setUp: inout SetUp) -> [Float] {
    let rate = clips[setUp.clip].samplesPerSecond
    let length = Int(random.uniform(in: settings.shotSeconds) * rate)
    if setUp.samples.upperBound - setUp.next < leastSamples { setUp.next = setUp.samples.lowerBound }
    let samples = setUp.next..<min(setUp.samples.upperBound, setUp.next + max(leastSamples, length))
    setUp.next = samples.upperBound
    let count = min(8, max(1, Int((Double(samples.count) / rate).rounded(.up))))
    var sum = [Float](repeating: 0, count: clips[setUp.clip].embeddings.columns)
    for place in 0..<count {
      let sample = samples.lowerBound + (count == 1 ? samples.count / 2 : place * (samples.count - 1) / (count - 1))
      let row = clips[setUp.clip].embeddings[row: sample]
      for column in sum.indices { sum[column] += row[column] }
    }
    return normalized(sum) ?? sum
  }
}
