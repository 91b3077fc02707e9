internal import KeepframeFootage
internal import KeepframeNumerics

extension LogisticProbe.Examples {
  /// The labelled samples of some clips, about two a second of each.
  ///
  /// Wanted and unwanted samples have the same total weight, however rare one kind is. A source has
  /// the weight of the square root of its number of samples, so that a long one does not dominate.
  init(_ clips: [LabelledFootage.Clip]) {
    let picked = clips.map { labelled in
      let stride = max(1, Int((labelled.clip.samplesPerSecond / 2).rounded()))
      let known = labelled.wanted.indices.filter { labelled.wanted[$0] != nil }
      // If only single moments were labelled, all of them are taken.
      let isSparse = known.count * 4 < labelled.clip.count
      return isSparse ? known : known.filter { $0 % stride == 0 }
    }
    var sizes: [String: Int] = [:]
    for (labelled, samples) in zip(clips, picked) { sizes[labelled.clip.source, default: 0] += samples.count }
    var (values, wanted, unwanted) = ([Float](), [Double](), [Double]())
    for (labelled, samples) in zip(clips, picked) {
      let share = 1 / Double(max(1, sizes[labelled.clip.source]!)).squareRoot()
      for sample in samples {
        values += labelled.clip.embeddings[row: sample]
        wanted.append(share * labelled.wanted[sample]!)
        unwanted.append(share * (1 - labelled.wanted[sample]!))
      }
    }
    let (all, none) = (wanted.reduce(0, +), unwanted.reduce(0, +))
    if all > 0, none > 0 {
      for index in wanted.indices {
        wanted[index] /= all
        unwanted[index] /= none
      }
    }
    rows = Matrix(rows: wanted.count, columns: clips.first?.clip.embeddings.columns ?? 0, values: values)
    self.wanted = wanted
    self.unwanted = unwanted
  }

  var isOneSided: Bool { !wanted.contains { $0 > 0 } || !unwanted.contains { $0 > 0 } }
}
