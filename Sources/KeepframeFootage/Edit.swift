internal import KeepframeNumerics

/// One edited programme in the making.
///
/// Shots are put one after the other. A dissolve leads where its bridge leads, which may bring in a
/// new source.
struct Edit {
  /// Shots shown so far.
  private(set) var used: Set<ClipShot> = []

  private let clips: [FootageClip]
  private let settings: ProgrammeComposer.Settings
  /// Shots that belong to other programmes.
  private let taken: Set<ClipShot>
  private var random: SeededGenerator
  /// Free shots of at least a second, by source.
  private let footage: [String: [ClipShot]]
  private let index: [String: Int]
  private let leastSamples: Int

  private var parts: [Part] = []
  private var sources: [String] = []

  /// A shot of the programme, and what comes before it.
  private struct Part {
    var place: ClipShot
    var samples: Range<Int>
    var join: Programme.Join
    var bridges: [Bridge] = []
  }

  init(clips: [FootageClip], settings: ProgrammeComposer.Settings, taken: Set<ClipShot>, random: SeededGenerator) {
    let rate = clips.first?.samplesPerSecond ?? 1
    let least = max(1, Int((settings.shotSeconds.lowerBound * rate).rounded(.up)))
    var footage: [String: [ClipShot]] = [:]
    for (clip, value) in clips.enumerated() {
      for (shot, range) in value.shots.enumerated() where range.count >= least {
        let place = ClipShot(clip: clip, shot: shot)
        if !taken.contains(place) { footage[value.source, default: []].append(place) }
      }
    }
    self.clips = clips
    self.settings = settings
    self.taken = taken
    self.random = random
    self.footage = footage
    index = Dictionary(uniqueKeysWithValues: clips.enumerated().map { ($1.name, $0) })
    leastSamples = least
  }

  /// - Returns: nil if the free footage has fewer sources than a programme must have.
  mutating func compose(name: String) -> Programme? {
    guard footage.count >= settings.sources.lowerBound else { return nil }
    let most = min(settings.sources.upperBound, footage.count)
    let sourceCount = random.uniform(in: settings.sources.lowerBound..<most + 1)
    let shotCount = max(sourceCount + 2, random.uniform(in: settings.shots.lowerBound..<settings.shots.upperBound + 1))
    while parts.count < shotCount {
      let missing = sourceCount - sources.count
      let isNew = missing > 0 && (missing >= shotCount - parts.count || random.uniform(in: Float(0)...1) < 0.5)
      guard let part = nextPart(mayAddSource: missing > 0, mustAddSource: isNew || parts.isEmpty) else { break }
      append(part)
    }
    guard sources.count >= settings.sources.lowerBound else { return nil }
    return programme(name: name)
  }

  private mutating func append(_ part: Part) {
    let source = clips[part.place.clip].source
    if !sources.contains(source) { sources.append(source) }
    used.insert(part.place)
    if let bridge = part.bridges.first, let last = parts.last {
      parts[parts.count - 1].samples = last.samples.lowerBound..<bridge.from.sample + 1
    }
    parts.append(part)
  }

  /// A dissolve or a fade if one is drawn and the footage has it, else a cut.
  private mutating func nextPart(mayAddSource: Bool, mustAddSource: Bool) -> Part? {
    let draw = random.uniform(in: Float(0)...1)
    if draw < settings.dissolveShare, let part = dissolved(mayAddSource: mayAddSource, mustAddSource: mustAddSource) {
      return part
    }
    guard let source = nextSource(isNew: mustAddSource), let (place, samples) = piece(of: source) else { return nil }
    if draw >= settings.dissolveShare, draw < settings.dissolveShare + settings.fadeShare,
      let part = faded(to: source)
    {
      return part
    }
    return Part(place: place, samples: samples, join: .cut)
  }

  private mutating func nextSource(isNew: Bool) -> String? {
    let current = parts.last.map { clips[$0.place.clip].source }
    let new = footage.keys.filter { !sources.contains($0) }.sorted()
    let old = sources.filter { $0 != current }
    return random.element(of: isNew || old.isEmpty ? new : old)
  }

  /// Part of a shot of the source: one shown before, or another.
  private mutating func piece(of source: String) -> (ClipShot, Range<Int>)? {
    let shown = parts.filter { clips[$0.place.clip].source == source && $0.samples.count >= leastSamples }
    let fresh = (footage[source] ?? []).filter { !used.contains($0) }
    let repeats = fresh.isEmpty || random.uniform(in: Float(0)...1) < settings.repeatShare
    if repeats, let earlier = random.element(of: shown) {
      return (earlier.place, range(within: earlier.samples))
    }
    guard let place = random.element(of: fresh) else { return nil }
    return (place, range(within: clips[place.clip].shots[place.shot]))
  }

  /// A stretch of a drawn length, anywhere in a shot.
  private mutating func range(within shot: Range<Int>) -> Range<Int> {
    let length = drawnLength(atMost: shot.count)
    let start = shot.lowerBound + random.uniform(in: 0..<shot.count - length + 1)
    return start..<start + length
  }

  private mutating func drawnLength(atMost limit: Int) -> Int {
    let rate = clips[0].samplesPerSecond
    let most = max(leastSamples, min(limit, Int(settings.shotSeconds.upperBound * rate)))
    return random.uniform(in: leastSamples..<most + 1)
  }

  // MARK: - Bridges

  /// Bridges with which the last shot can end without becoming too short.
  private func exits(_ kind: Bridge.Kind) -> [Bridge] {
    guard let last = parts.last else { return [] }
    return clips[last.place.clip].bridges.filter {
      $0.kind == kind && last.samples.contains($0.from.sample) && $0.from.sample + 1 - last.samples.lowerBound >= leastSamples
    }
  }

  /// The shot from a sample on, if it is free and long enough.
  private mutating func landing(on sample: SampleReference) -> (ClipShot, Range<Int>)? {
    guard let clip = index[sample.clip], let shot = clips[clip].shot(of: sample.sample) else { return nil }
    let place = ClipShot(clip: clip, shot: shot)
    let room = clips[clip].shots[shot].upperBound - sample.sample
    guard !taken.contains(place), room >= leastSamples else { return nil }
    return (place, sample.sample..<sample.sample + drawnLength(atMost: room))
  }

  private mutating func dissolved(mayAddSource: Bool, mustAddSource: Bool) -> Part? {
    let possible = exits(.dissolve).filter { bridge in
      guard let to = bridge.to, let clip = index[to.clip] else { return false }
      let isShown = sources.contains(clips[clip].source)
      return isShown ? !mustAddSource : mayAddSource
    }
    guard let bridge = random.element(of: possible), let to = bridge.to, let (place, samples) = landing(on: to) else {
      return nil
    }
    return Part(place: place, samples: samples, join: .dissolve, bridges: [bridge])
  }

  /// A fade out of the last shot, and into any frame of the source that has a fade.
  private mutating func faded(to source: String) -> Part? {
    guard let out = random.element(of: exits(.fade)) else { return nil }
    let entries = clips.filter { $0.source == source }.flatMap { $0.bridges.filter { $0.kind == .fade } }
    guard let entry = random.element(of: entries), let (place, samples) = landing(on: entry.from) else { return nil }
    return Part(place: place, samples: samples, join: .fadeThroughBlack, bridges: [out, entry])
  }

  private func programme(name: String) -> Programme {
    var builder = ProgrammeBuilder(dimension: clips[0].embeddings.columns, samplesPerSecond: clips[0].samplesPerSecond)
    for (position, part) in parts.enumerated() {
      if position > 0 { builder.append(part.join) }
      switch part.join {
      case .dissolve: builder.append(part.bridges[0], rows: 0..<3)
      case .fadeThroughBlack:
        builder.append(part.bridges[0], rows: 0..<4)
        builder.append(part.bridges[1], rows: (0..<3).reversed())
      case .cut, .footage: break
      }
      builder.append(clips[part.place.clip], shot: part.place.shot, samples: part.samples)
    }
    return builder.finish(name: name)
  }
}
