internal import KeepframeDecoding
internal import KeepframeNumerics

/// Makes programmes of clips: shown as they are, or edited together from several sources.
///
/// The result depends on the clips, the settings and the seed alone.
package struct ProgrammeComposer: Sendable {
  package var settings = Settings()
  private let clips: [FootageClip]
  private let seed: UInt64

  package struct Settings: Hashable, Sendable {
    /// Sources of a programme, at most as many as have free footage.
    package var sources = 3...8
    package var shots = 6...16
    /// A shot is shorter if the footage is too short for it, but lasts at least a second.
    package var shotSeconds = 1.0...12.0
    /// How often a shot is joined to the next by a dissolve, or by a fade through black, if there
    /// are bridges for it.
    package var dissolveShare: Float = 0.3
    package var fadeShare: Float = 0.2
    /// How often a return to an earlier source shows footage that was shown before.
    package var repeatShare: Float = 0.4

    package init() {}
  }

  /// - Parameter clips: all of one sampling rate and backbone.
  package init(_ clips: [FootageClip], seed: UInt64 = 0) {
    precondition(Set(clips.map(\.embeddings.columns)).count <= 1, "expected clips of one backbone")
    precondition(Set(clips.map(\.samplesPerSecond)).count <= 1, "expected clips of one sampling rate")
    self.clips = clips
    self.seed = seed
  }

  /// Each clip as it is, under its own name.
  package func plain() -> [Programme] {
    clips.map { clip in
      var builder = ProgrammeBuilder(dimension: clip.embeddings.columns, samplesPerSecond: clip.samplesPerSecond)
      var end = 0
      for (index, shot) in clip.shots.enumerated() {
        if index > 0 { builder.append(shot.lowerBound > end ? .footage : .cut) }
        builder.appendJunk(clip, samples: end..<shot.lowerBound)
        builder.append(clip, shot: index, samples: shot)
        end = shot.upperBound
      }
      builder.appendJunk(clip, samples: end..<clip.count)
      return builder.finish(name: clip.name)
    }
  }

  /// Edited programmes `edited-0`, `edited-1` ...
  ///
  /// Each shows three to eight sources in shots of one to twelve seconds. It returns to some of
  /// them, showing the same footage or other. Two consecutive shots are of different sources.
  ///
  /// - Parameter uniqueShots: no shot of a clip appears in two programmes.
  /// - Returns: `count` programmes; fewer only if there is too little footage, as is soon the case
  ///   with `uniqueShots`.
  package func edited(_ count: Int, uniqueShots: Bool = false) -> [Programme] {
    var programmes: [Programme] = []
    var taken: Set<ClipShot> = []
    for number in 0..<count {
      let name = "edited-\(number)"
      var edit = Edit(clips: clips, settings: settings, taken: taken, random: SeededGenerator(seed: seed, name: name))
      guard let programme = edit.compose(name: name) else { break }
      if uniqueShots { taken.formUnion(edit.used) }
      programmes.append(programme)
    }
    return programmes
  }
}

/// A shot of a clip, by their indices.
struct ClipShot: Hashable, Sendable {
  let clip: Int
  let shot: Int
}
