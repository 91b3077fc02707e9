internal import KeepframeNumerics

/// How uncertain figures are because of the choice of footage: sources and libraries are resampled,
/// not queries.
///
/// A query shows frames of one or several sources, and shares its library with others. Each
/// resample draws as many sources as there are, with replacement, and as many libraries. The weight
/// of a query is the number of times that its library was drawn, times the number of times that the
/// sources of its right answer were, each by its share of the answer's frames. Resampling both at
/// once is more cautious than either: Owen 2007, "The pigeonhole bootstrap".
struct SourceResamples: Sendable {
  /// `[samples, queries]`
  private let weights: Matrix
  /// `[samples]`: the sum of each row.
  private let totals: [Float]

  init(_ queries: [AskedQuery], samples: Int = 1_000, seed: UInt64 = 0) {
    var random = SeededGenerator(seed: seed, name: "sources and libraries")
    let sources = Set(queries.flatMap { $0.sources.map(\.name) }).sorted()
    let libraries = Set(queries.map(\.library)).sorted()
    let places = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, $0) })
    let libraryPlaces = Dictionary(uniqueKeysWithValues: libraries.enumerated().map { ($1, $0) })
    let parts = queries.map { query in
      (library: libraryPlaces[query.library]!, sources: query.sources.map { (place: places[$0.name]!, share: $0.share) })
    }
    func draw(_ count: Int) -> [Float] {
      var drawn = [Float](repeating: 0, count: count)
      for _ in 0..<count { drawn[random.uniform(in: 0..<count)] += 1 }
      return drawn
    }
    var values: [Float] = []
    values.reserveCapacity(samples * queries.count)
    for _ in 0..<samples {
      let (ofSource, ofLibrary) = (draw(sources.count), draw(libraries.count))
      for part in parts {
        values.append(ofLibrary[part.library] * part.sources.reduce(0) { $0 + ofSource[$1.place] * $1.share })
      }
    }
    weights = Matrix(rows: samples, columns: queries.count, values: values)
    totals = Self.sums(weights, Array(repeating: 1, count: queries.count))
  }

  private static func sums(_ weights: Matrix, _ values: [Float]) -> [Float] {
    matmul(weights, Matrix(rows: values.count, columns: 1, values: values)).values
  }

  /// The middle 95 % of the mean.
  ///
  /// - Parameter values: one for each query.
  /// - Returns: the 2.5th and the 97.5th percentile; 0 without queries.
  func interval(of values: [Double]) -> ClosedRange<Double> {
    precondition(values.count == weights.columns, "expected \(weights.columns) values, got \(values.count)")
    guard !values.isEmpty else { return 0...0 }
    let means = zip(Self.sums(weights, values.map(Float.init)), totals).compactMap { $1 > 0 ? Double($0 / $1) : nil }.sorted()
    guard let last = means.indices.last else { return 0...0 }
    return means[last * 25 / 1_000]...means[last * 975 / 1_000]
  }
}

/// One query, as its outcome is counted.
struct AskedQuery: Hashable, Sendable {
  struct Share: Hashable, Sendable {
    let name: String
    let share: Float
  }

  /// The sources whose frames the right answer shows, with their shares, which sum to 1.
  let sources: [Share]
  /// The number of the library, unique to it.
  let library: Int

  init(sources: [String], library: Int) {
    let counts = sources.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    self.sources = counts.sorted { $0.key < $1.key }.map { Share(name: $0.key, share: Float($0.value) / Float(sources.count)) }
    self.library = library
  }
}
