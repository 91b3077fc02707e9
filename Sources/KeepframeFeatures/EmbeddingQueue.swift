internal import Dispatch
package import KeepframeDecoding
internal import KeepframeSystem
internal import Synchronization

/// Decides which pictures reuse the embedding before them instead of being embedded.
package struct ReusePolicy: Hashable, Sendable {
  /// A picture reuses the embedding if the expected cosine distance is below this. At 0, only a
  /// picture that has not changed does.
  package let limit: Double
  /// After so many reuses in a row, a changed picture is embedded, to learn what changes mean in
  /// this video.
  package let mostInARow: Int

  /// Reuses for pictures that have not changed: no cell of the thumbnail by more than a level.
  package static let unchanged = ReusePolicy(limit: 0, mostInARow: .max)
  /// Reuses also for pictures that hardly differ.
  package static let similar = ReusePolicy(limit: 0.03, mostInARow: 8)
  package static let alike = ReusePolicy(limit: 0.06, mostInARow: 8)
}

/// Embeds pictures in order on a thread of its own, while the caller goes on decoding.
///
/// A picture that is like the one before reuses its embedding, so a still costs one run of the
/// network however long it lasts. At most ``depth`` pictures wait; after that the caller waits. The
/// results do not depend on timing: an observed change takes effect exactly ``depth`` pictures
/// later.
///
/// - Parameter Label: the caller's label for a picture.
package struct EmbeddingQueue<Label> {
  /// The most pictures submitted and not yet taken. It evens out a decoder that delivers in bursts.
  static var depth: Int { 8 }

  private struct Waiting {
    let label: Label
    /// Nil if the picture reuses the embedding before it.
    let result: Promise?
    /// The change from the picture embedded before it; nil for the first, or if nothing is learned.
    let change: Double?
    var embedding: Embedding?
  }

  private let backbone: any Backbone
  private let policy: ReusePolicy
  /// Nil if pictures are embedded in the caller's thread.
  private let thread: SerialThread?
  private var drift = EmbeddingDrift()
  /// The thumbnail of the last picture that was embedded.
  private var lastThumbnail: Thumbnail?
  private var reusedInARow = 0
  private var waiting: [Waiting] = []
  /// The last embedding that was waited for.
  private var lastEmbedding: Embedding?
  /// The number of pictures at the front of ``waiting`` that have their embeddings.
  private var resolvedCount = 0
  /// Observed changes and distances. Each takes effect when picture number `due` is submitted.
  private var lessons: [(due: Int, change: Double, distance: Double)] = []
  private var submittedCount = 0

  /// - Parameter usesOwnThread: whether to use a thread of its own, if the system grants one.
  package init(_ backbone: any Backbone, usesOwnThread: Bool, reuse policy: ReusePolicy = .unchanged) {
    self.backbone = backbone
    self.policy = policy
    thread = usesOwnThread ? SerialThread() : nil
  }

  /// Takes the next picture.
  ///
  /// - Parameters:
  ///   - picture: nil if the frame has none. It then reuses the embedding before it.
  ///   - thumbnail: the thumbnail of the same frame, which tells whether it has changed.
  /// - Precondition: the first frame has a picture.
  /// - Throws: the failure of a picture that was submitted ``depth`` pictures ago.
  package mutating func submit(
    _ picture: Picture?, _ thumbnail: Thumbnail, as label: Label
  ) throws(FeatureError) {
    try learn()
    submittedCount += 1
    let change = policy.limit > 0 ? lastThumbnail.map { EmbeddingDrift.change($0, thumbnail) } : nil
    guard let picture, !isReused(thumbnail, change) else {
      precondition(lastThumbnail != nil, "the first frame needs a picture")
      reusedInARow += 1
      waiting.append(Waiting(label: label, result: nil, change: nil))
      return
    }
    reusedInARow = 0
    lastThumbnail = thumbnail
    let promise = Promise()
    let work = { @Sendable [backbone] in
      promise.fulfil(
        Result { () throws(FeatureError) in
          try StageTimes.measure(.network) { () throws(FeatureError) in try backbone.embed(picture) }
        })
    }
    if let thread { thread.run(work) } else { work() }
    waiting.append(Waiting(label: label, result: promise, change: change))
  }

  /// Removes the next picture in order, with its embedding and whether that was reused. Nil while
  /// more pictures may be submitted first.
  ///
  /// - Parameter isLast: whether nothing more will be submitted.
  package mutating func take(isLast: Bool) throws(FeatureError) -> (label: Label, embedding: Embedding, isReused: Bool)? {
    guard !waiting.isEmpty, isLast || thread == nil || waiting.count >= Self.depth else { return nil }
    try resolve(1)
    let first = waiting.removeFirst()
    resolvedCount -= 1
    return (first.label, first.embedding!, first.result == nil)
  }

  private func isReused(_ thumbnail: Thumbnail, _ change: Double?) -> Bool {
    guard let lastThumbnail else { return false }
    if !thumbnail.differs(from: lastThumbnail) { return true }
    guard let change else { return false }
    return drift.distance(forChange: change) < policy.limit && reusedInARow < policy.mostInARow
  }

  /// Learns from all pictures but the last ``depth``.
  private mutating func learn() throws(FeatureError) {
    try resolve(waiting.count - Self.depth + 1)
    while let lesson = lessons.first, lesson.due <= submittedCount {
      drift.observe(change: lesson.change, distance: lesson.distance)
      lessons.removeFirst()
    }
  }

  /// Waits for the embeddings of the first `count` pictures in ``waiting``.
  private mutating func resolve(_ count: Int) throws(FeatureError) {
    while resolvedCount < count {
      let index = resolvedCount
      if let result = waiting[index].result {
        let embedding = try result.value()
        if let lastEmbedding, let change = waiting[index].change {
          let number = submittedCount - waiting.count + index
          let distance = max(0, 1 - lastEmbedding.similarity(to: embedding))
          lessons.append((number + Self.depth, change, Double(distance)))
        }
        lastEmbedding = embedding
      }
      waiting[index].embedding = lastEmbedding
      resolvedCount += 1
    }
  }
}

/// A result that one thread delivers to another.
private final class Promise: Sendable {
  private let result = Mutex<Result<Embedding, FeatureError>?>(nil)
  private let isReady = DispatchSemaphore(value: 0)

  func fulfil(_ value: Result<Embedding, FeatureError>) {
    result.withLock { $0 = value }
    isReady.signal()
  }

  /// Waits for the result. Call it once.
  func value() throws(FeatureError) -> Embedding {
    isReady.wait()
    return try result.withLock { $0 }!.get()
  }
}

extension Thumbnail {
  /// Whether any cell differs by more than one level of 255: less than that is rounding, not
  /// change.
  fileprivate func differs(from other: Thumbnail) -> Bool {
    func changed(_ a: [UInt8], _ b: [UInt8]) -> Bool {
      for index in a.indices where max(a[index], b[index]) - min(a[index], b[index]) > 1 { return true }
      return false
    }
    return changed(luma, other.luma) || changed(cb, other.cb) || changed(cr, other.cr)
  }
}
