internal import KeepframeAutograd
internal import KeepframeBoundaries
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// From reels of footage to the file of a learned detector: what `keepframe train boundaries` does.
package struct BoundaryRecipe: Sendable {
  package var settings = BoundaryTrainer.Settings()
  /// Edited programmes to compose.
  package var edits = 240
  package var threads = 2
  /// Where frames and edits are kept between runs.
  package var cache: EmbeddingCache?
  package var cancellation: Cancellation?
  package let provenance: Provenance

  /// Seed of the edits. It is the same for all seeds of a training, which determine how networks
  /// start and in which order they learn.
  static let editSeed: UInt64 = 1
  /// Weight of a candidate of a held-out edit for the judge, relative to one of a real clip.
  static let editWeight = 0.1

  package init(provenance: Provenance) { self.provenance = provenance }

  package struct Footage: Sendable {
    package var videos: [FootageFolder.Video]
    /// TransNetV2's predictions for some of the videos, by name; nil if there are none.
    package var teachers: [String: TeacherLabels]?
    /// Reels of the videos.
    package var reels: [Reel]
    /// Videos with labels that are not learned from, but decide which state is kept.
    package var judges: [(video: FilePath, labels: BoundaryLabels)]
    /// The names of all judges, including those whose video is missing.
    package var judgeNames: [String]

    package init(
      videos: [FootageFolder.Video], teachers: [String: TeacherLabels]?, reels: [Reel],
      judges: [(video: FilePath, labels: BoundaryLabels)], judgeNames: [String]
    ) {
      self.videos = videos
      self.teachers = teachers
      self.reels = reels
      self.judges = judges
      self.judgeNames = judgeNames
    }
  }

  /// Composes edits, trains on them and on the videos with teachers, and saves the weights.
  ///
  /// - Parameter progress: gets a stage, the share of it that is done, and figures. Called from
  ///   several threads, one call at a time.
  /// - Returns: the number of edits and real clips that were learned from, and of others on which
  ///   the result was chosen.
  /// - Throws: ``TrainingError``, ``DecodingError``, ``ArchiveError``, ``WeightsError``,
  ///   ``TensorError`` without OpenBLAS; `CancellationError`.
  package func run(
    _ footage: Footage, savingTo path: FilePath,
    progress: @escaping @Sendable (_ stage: String, _ share: Double, _ figures: [(name: String, value: Double)]) -> Void
  ) throws -> (edits: Int, clips: Int, chosen: Int) {
    try prepareMatmul()
    let unseen = try unseenSources(footage.reels)
    let composer = EditSequences(cache: cache, threads: threads, cancellation: cancellation)
    let own = try composer.make(
      EditMaker(footage.reels.filter { !unseen.contains($0.source) }, seed: Self.editSeed), count: edits,
      progress: { progress("edits", $0, []) }, as: { BoundarySequence($0) })
    let unseenEdits = try composer.make(
      EditMaker(footage.reels.filter { unseen.contains($0.source) }, seed: Self.editSeed), count: max(1, edits / 8),
      progress: { progress("held-out edits", $0, []) }, as: \.self)
    let judges = try footage.judges.map { LabelledStrip(try strip($0.video), $0.labels) }
    let heldOut = (unseenEdits + judges).map { BoundarySequence($0) }
    let real = try labelledClips(footage)

    var trainer = BoundaryTrainer()
    trainer.settings = settings
    var network = try trainer.train(
      edits: own, real: Array(real.joined()), heldOut: heldOut,
      progress: { step in
        progress(
          "train", Double(step.step) / Double(step.of),
          [("loss", step.loss)] + (step.heldOut.map { [("held_out", -$0)] } ?? []))
      }, cancellation: cancellation)
    var fit = JudgeFit()
    for judge in judges { fit.add(judge, network) }
    for edit in unseenEdits { fit.add(edit, network, weight: Self.editWeight) }
    let judge = fit.judge()
    network.judge = judge ?? .network
    var metadata = provenance.metadata(seed: settings.seed, clips: footage.videos.map(\.name))
    metadata["edits"] = "\(edits)"
    metadata["steps"] = "\(settings.steps)"
    metadata["members"] = "\(settings.members)"
    metadata["labels"] = footage.teachers == nil ? "none" : "\(real.count) clips"
    metadata["chosen_on"] = (footage.judgeNames + unseen.sorted()).joined(separator: " ")
    metadata["judged_by"] = judge == nil ? "the network alone" : "\(footage.judges.count) clips"
    try network.save(to: path, metadata: metadata)
    return (own.count, real.count, heldOut.count)
  }

  /// A sixth of the sources, which decides which state is kept.
  private func unseenSources(_ reels: [Reel]) throws -> Set<String> {
    try sourcesOfFold(
      1, of: 6, sizes: reels.reduce(into: [String: Double]()) { $0[$1.source, default: 0] += Double($1.stretches.count) })
  }

  /// Each video with a teacher, and its variants.
  private func labelledClips(_ footage: Footage) throws -> [[BoundarySequence]] {
    try inParallel(footage.videos.count, threads: threads) { index -> [BoundarySequence]? in
      guard let teacher = footage.teachers?[footage.videos[index].name] else { return nil }
      let strip = try strip(footage.videos[index].path)
      return LabelledStrip(strip, teacher.labels(strip)).variants.map { BoundarySequence($0) }
    }.compactMap(\.self)
  }

  private func strip(_ video: FilePath) throws -> ThumbnailStrip {
    try ThumbnailStrip.load(video, cache: cache, cancellation: cancellation)
  }
}
