internal import KeepframeAutograd
internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem

/// Learns whether one frame answers a query made from another: a projection in which degradations count for little, then what its cosines mean.
struct MatchTrainer {
  var dimension = 128
  /// Of the projection.
  var steps: Int
  /// Degraded frames that the calibration looks at; each once with its original, once with another frame of its clip and once with one of
  /// another clip.
  var pairs = 3_000

  func train(_ clips: [FootageClip], seed: UInt64, cancellation: Cancellation? = nil) throws -> MatchFunction {
    var settings = ProjectionTrainer.Settings()
    settings.dimension = dimension
    settings.steps = steps
    let trainer = ProjectionTrainer(clips, settings: settings)
    let start = trainer.start()
    var state = trainer.initialState(from: start, seed: seed)
    let projection = try trainer.train(from: start, &state, cancellation: cancellation)
    // On what the projection was not trained on, where there is such footage: else it would look surer than it is.
    let frames = trainer.heldOut.clips.count >= 2 ? trainer.heldOut : trainer.frames
    let (slope, offset) = try calibrate(projection, frames, seed: seed)
    return MatchFunction(projection: projection, slope: slope, offset: offset)
  }

  private func calibrate(
    _ projection: Projection, _ frames: ViewedFrames, seed: UInt64
  ) throws -> (slope: Float, offset: Float) {
    var random = SeededGenerator(seed: seed, name: "calibration")
    func frame(ofClip clip: Int) -> FrameReference {
      FrameReference(clip: clip, sample: random.element(of: Array(frames.viewedSamples(ofClip: clip)))!)
    }
    var (queries, answers, labels): ([FrameReference], [FrameReference], [Float]) = ([], [], [])
    for _ in 0..<pairs {
      let clip = random.uniform(in: 0..<frames.clips.count)
      let original = frame(ofClip: clip)
      var query = original
      query.views = frames.drawViews(1...2, &random)
      let other = frame(ofClip: random.uniform(in: 0..<frames.clips.count))
      for answer in [original, frame(ofClip: clip), other] {
        let isSame = answer.clip == clip && areSame(frames.clips[clip], original.sample, answer.sample)
        queries.append(query)
        answers.append(answer)
        labels.append(isSame ? 1 : 0)
      }
    }
    let (a, b) = (projection.apply(to: frames.embeddings(queries)), projection.apply(to: frames.embeddings(answers)))
    let cosines = (0..<a.rows).map { dot(a[row: $0], b[row: $0]) }
    var parameters = Parameters<Float>()
    parameters["slope"] = Values(5)
    parameters["offset_bias"] = Values(0)
    var state = TrainingState(parameters, optimizer: AdamW(weightDecay: 0), random: SeededGenerator(seed: seed))
    let loop = TrainingLoop(steps: 400, schedule: Schedule(peak: 0.2, floor: 0.005, totalSteps: 400))
    _ = try loop.run(&state) { _, tape, _ in
      tape.constant(Values(column: cosines)).matmul(tape.parameter("slope")).addRow(tape.parameter("offset_bias"))
        .binaryCrossEntropy(Values(column: labels))
    }
    return (state.bestParameters["slope"].values[0], state.bestParameters["offset_bias"].values[0])
  }

  /// Whether two samples of a clip lie within a second, or look alike within one shot.
  private func areSame(_ clip: FootageClip, _ a: Int, _ b: Int) -> Bool {
    if abs(clip.seconds[a] - clip.seconds[b]) <= 1 { return true }
    return clip.shot(of: a) != nil && clip.shot(of: a) == clip.shot(of: b)
      && dot(clip.embeddings[row: a], clip.embeddings[row: b]) > 0.85
  }
}
