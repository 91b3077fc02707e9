import KeepframeDecoding
import Synchronization
import Testing

@testable import KeepframeFeatures

/// Turns by as many degrees as the picture is bright, and counts what it is asked.
private final class Compass: Backbone {
  let calls = Mutex(0)
  var choice: BackboneChoice { BackboneChoice("compass") }
  var description: BackboneDescription {
    BackboneDescription(name: "compass", modelDigest: nil, precision: "f32", dimension: 2, inputWidth: 1, inputHeight: 1)
  }

  func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
    calls.withLock { $0 += 1 }
    let angle = Float(picture.rgb[0]) * .pi / 180
    do { return try Embedding(normalizing: [1 - angle * angle / 2, angle]) } catch { fatalError("a direction has a length") }
  }
}

@Suite struct `A queue of pictures to embed` {
  private func thumbnail(_ level: Int) -> Thumbnail {
    var thumbnail = Thumbnail()
    for index in thumbnail.luma.indices { thumbnail.luma[index] = UInt8(clamping: index % 97 + level) }
    return thumbnail
  }

  private func picture(_ level: Int) -> Picture {
    var picture = Picture(width: 1, height: 1)
    picture.rgb = [UInt8(level), 0, 0]
    return picture
  }

  /// - Parameter levels: of brightness, a frame each; negative ones have no picture.
  private func run(
    _ levels: [Int], _ policy: ReusePolicy, usesOwnThread: Bool = false
  ) throws -> (reused: [Bool], embeddings: [[Float]], calls: Int) {
    let backbone = Compass()
    var queue = EmbeddingQueue<Int>(backbone, usesOwnThread: usesOwnThread, reuse: policy)
    var (labels, reused, embeddings) = ([Int](), [Bool](), [[Float]]())
    func take(isLast: Bool) throws {
      while let (label, embedding, isReused) = try queue.take(isLast: isLast) {
        labels.append(label)
        reused.append(isReused)
        embeddings.append(embedding.values)
      }
    }
    for (index, level) in levels.enumerated() {
      try queue.submit(level < 0 ? nil : picture(level), thumbnail(abs(level)), as: index)
      try take(isLast: false)
    }
    try take(isLast: true)
    #expect(labels == Array(levels.indices))
    return (reused, embeddings, backbone.calls.withLock { $0 })
  }

  @Test func `takes over only what has not changed unless told otherwise`() throws {
    let (reused, embeddings, calls) = try run([10, 10, 11, 13, 13, 40], .unchanged)
    #expect(reused == [false, true, true, false, true, false] && calls == 3)
    #expect(embeddings[1] == embeddings[0] && embeddings[3] != embeddings[0])
  }

  @Test func `takes over what hardly differs, and looks again now and then`() throws {
    // Two levels every second picture, where a level means a degree.
    let levels = (0..<60).map { 10 + $0 / 2 * 2 }
    let exact = try run(levels, .unchanged)
    let (reused, embeddings, calls) = try run(levels, .similar)
    #expect(calls < exact.calls / 2, "\(calls) of \(exact.calls)")
    let longest = reused.split(separator: false).map(\.count).max() ?? 0
    #expect(longest <= ReusePolicy.similar.mostInARow)
    for (a, b) in zip(exact.embeddings, embeddings) { #expect(a[0] * b[0] + a[1] * b[1] > 1 - 2 * 0.03) }
  }

  @Test func `does not reuse once changes have shown to mean much`() throws {
    // Every second picture differs by a little to the thumbnail, and by a right angle to the
    // network.
    let backbone = Compass()
    var queue = EmbeddingQueue<Int>(backbone, usesOwnThread: false, reuse: .similar)
    for index in 0..<80 { try queue.submit(picture(index % 2 * 60), thumbnail(10 + index % 2 * 4), as: index) }
    var reused: [Bool] = []
    while let next = try queue.take(isLast: true) { reused.append(next.isReused) }
    #expect(reused[..<12].contains(true), "it trusts the thumbnails at first")
    #expect(!reused[40...].contains(true), "then it knows better")
  }

  @Test func `embeds nothing of a frame without a picture`() throws {
    let (reused, embeddings, calls) = try run([10, -90, -200, 90], .unchanged)
    #expect(reused == [false, true, true, false] && calls == 2 && embeddings[2] == embeddings[0])
  }

  @Test func `gives the same from a thread of its own`() throws {
    let levels = (0..<200).map { 20 + ($0 * $0 / 7) % 23 * ($0 % 50 < 25 ? 1 : 4) }
    let (one, two) = (try run(levels, .similar), try run(levels, .similar, usesOwnThread: true))
    #expect(one.reused == two.reused && one.embeddings == two.embeddings && one.calls == two.calls)
    #expect(one.reused.contains(true))
  }
}

@Suite struct `The drift of embeddings` {
  @Test func `is none where nothing changes, and grows with the change`() {
    var (a, b) = (Thumbnail(), Thumbnail())
    for index in a.luma.indices { a.luma[index] = UInt8(index % 64 * 3) }
    #expect(EmbeddingDrift.change(a, a) == 0)
    b = a
    var last = 0.0
    for row in 0..<8 {
      for column in 0..<10 { b.luma[row * Thumbnail.width + column] ^= 0x40 }
      let change = EmbeddingDrift.change(a, b)
      #expect(change > last)
      last = change
    }
    var colored = a
    colored.cb = colored.cb.map { $0 + 20 }
    #expect(EmbeddingDrift.change(a, colored) > 0)
  }

  @Test func `follows what is observed, a bounded step at a time`() {
    var drift = EmbeddingDrift()
    #expect(drift.scale == EmbeddingDrift.usualScale)
    let before = drift.scale
    drift.observe(change: 0.001, distance: 1)
    #expect(drift.scale > before && drift.scale < before * 1.4, "one outlier moves it little")
    for _ in 0..<100 { drift.observe(change: 0.2, distance: 0.06) }
    #expect(abs(drift.distance(forChange: 0.2) - 0.06) < 0.01)
  }
}
