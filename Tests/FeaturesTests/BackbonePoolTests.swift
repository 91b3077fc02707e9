import KeepframeDecoding
import Synchronization
import Testing

@testable import KeepframeFeatures

@Suite struct `A pool of backbones` {
  /// Tells itself from others of its kind; embeds nothing.
  private final class Numbered: Backbone {
    let number: Int
    let description: BackboneDescription

    init(_ number: Int, digest: String = "a") {
      self.number = number
      description = BackboneDescription(
        name: "numbered", modelDigest: digest, precision: "f32", dimension: 1, inputWidth: 1, inputHeight: 1)
    }

    func embed(_ picture: Picture) throws(FeatureError) -> Embedding { throw .unknownBackbone(name: "numbered") }
  }

  private final class Maker: Sendable {
    let count = Atomic(0)

    func make(digest: String = "a") -> Numbered { Numbered(count.add(1, ordering: .relaxed).newValue, digest: digest) }
  }

  private func number(_ backbone: any Backbone) -> Int { (backbone as! Numbered).number }

  @Test func `makes no more than are lent at once, and none before`() throws {
    let maker = Maker()
    let pool = BackbonePool { () throws(FeatureError) in maker.make() }
    #expect(maker.count.load(ordering: .relaxed) == 0)
    for _ in 0..<3 { #expect(try pool.lend { number($0) } == 1) }
    let pair = try pool.lend { first in try pool.lend { (number(first), number($0)) } }
    #expect(pair == (1, 2))
    #expect(maker.count.load(ordering: .relaxed) == 2)
  }

  @Test func `lends what it was given first`() throws {
    let pool = BackbonePool(first: Numbered(7)) { () throws(FeatureError) in Numbered(8) }
    #expect(try pool.lend { first in try pool.lend { [number(first), number($0)] } } == [7, 8])
  }

  @Test func `lends the first again where there is no other, or only another model`() throws {
    let failing = BackbonePool(first: Numbered(1)) { () throws(FeatureError) in throw .outOfMemory(neededBytes: 1) }
    #expect(try failing.lend { first in try failing.lend { [number(first), number($0)] } } == [1, 1])
    let maker = Maker()
    let changing = BackbonePool { () throws(FeatureError) in
      let isFirst = maker.count.load(ordering: .relaxed) == 0
      return maker.make(digest: isFirst ? "a" : "b")
    }
    #expect(try changing.lend { first in try changing.lend { [number(first), number($0)] } } == [1, 1])
  }

  @Test func `says why not even one can be made`() {
    let pool = BackbonePool { () throws(FeatureError) in throw .outOfMemory(neededBytes: 1) }
    #expect(throws: FeatureError.self) { try pool.lend { _ in } }
  }
}
