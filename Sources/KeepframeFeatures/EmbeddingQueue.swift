internal import Dispatch
package import KeepframeDecoding
internal import Synchronization

/// Embeds pictures in order, on a thread of its own while the caller decodes on.
///
/// A picture that has not changed takes over the embedding before it, so a still costs one run of the network however long it lasts.
/// At most ``depth`` pictures wait; then the caller does. What comes out does not depend on who was faster.
///
/// - Parameter Label: what the caller tells pictures by.
package struct EmbeddingQueue<Label> {
  /// Pictures submitted and not yet taken: enough to even out a decoder that delivers in bursts.
  static var depth: Int { 8 }

  private let backbone: any Backbone
  /// Nil embeds in the caller's thread.
  private let thread: SerialThread?
  private var lastThumbnail: Thumbnail?
  private var lastEmbedding: Embedding?
  private var waiting: [(label: Label, result: Promise?)] = []

  /// - Parameter usesOwnThread: if the system has one to give.
  package init(_ backbone: any Backbone, usesOwnThread: Bool) {
    self.backbone = backbone
    thread = usesOwnThread ? SerialThread() : nil
  }

  /// Takes the next picture.
  ///
  /// - Parameter thumbnail: of the same frame, to tell whether it has changed.
  package mutating func submit(_ picture: Picture, _ thumbnail: Thumbnail, as label: Label) {
    guard lastThumbnail.map({ thumbnail.differs(from: $0) }) ?? true else {
      waiting.append((label, nil))
      return
    }
    lastThumbnail = thumbnail
    let promise = Promise()
    let work = { @Sendable [backbone] in
      promise.fulfil(Result { () throws(FeatureError) in try backbone.embed(picture) })
    }
    if let thread { thread.run(work) } else { work() }
    waiting.append((label, promise))
  }

  /// The next picture in order with its embedding, and whether that was taken over; nil while more may be submitted first.
  ///
  /// - Parameter isLast: nothing more will be submitted.
  package mutating func take(isLast: Bool) throws(FeatureError) -> (label: Label, embedding: Embedding, isReused: Bool)? {
    guard let first = waiting.first, isLast || thread == nil || waiting.count >= Self.depth else { return nil }
    if let result = first.result { lastEmbedding = try result.value() }
    waiting.removeFirst()
    return (first.label, lastEmbedding!, first.result == nil)  // the first picture of all is never taken over
  }
}

/// A result that one thread owes another.
private final class Promise: Sendable {
  private let result = Mutex<Result<Embedding, FeatureError>?>(nil)
  private let isReady = DispatchSemaphore(value: 0)

  func fulfil(_ value: Result<Embedding, FeatureError>) {
    result.withLock { $0 = value }
    isReady.signal()
  }

  /// Waits for it. To be called once.
  func value() throws(FeatureError) -> Embedding {
    isReady.wait()
    return try result.withLock { $0 }!.get()
  }
}

extension Thumbnail {
  /// Whether any cell differs by more than one level of 255: less than that is rounding, not change.
  fileprivate func differs(from other: Thumbnail) -> Bool {
    func changed(_ a: [UInt8], _ b: [UInt8]) -> Bool {
      for index in a.indices where max(a[index], b[index]) - min(a[index], b[index]) > 1 { return true }
      return false
    }
    return changed(luma, other.luma) || changed(cb, other.cb) || changed(cr, other.cr)
  }
}
