import KeepframeContext
import KeepframeMemorySupport
import Testing

/// With the weights that come with the package.
@Suite struct `Reach` {
  /// Frames of shots of 20, of a few dozen things.
  private static let stock = randomMemory(60, dimension: 256, seed: 11)

  private func frame(_ index: Int) -> MemoryVector {
    // Neighbouring shots differ, and a shot comes again in other company.
    let thing = (index / 20 * 7 + index / 1_000) % 60
    return MemoryVector(values: Self.stock[thing].values, seconds: Double(index), coversSeconds: 1)
  }

  /// A million vectors take minutes without optimisation.
  private static let lengths: [(Int, Int)] = {
    #if DEBUG
      [(100, 1), (10_000, 2)]
    #else
      [(100, 1), (10_000, 2), (1_000_000, 3)]
    #endif
  }()

  @Test(arguments: lengths)
  func `is ceil(log100 N) hops, and one frame of N changes the context`(count: Int, hops: Int) {
    var encoder = HierarchicalEncoder(weights: EncoderModel.shipped.weights)
    let changed = count / 3
    for index in 0..<changed { encoder.append(frame(index)) }
    // The same memory but for one frame, of something that it shows nowhere else.
    var other = encoder
    other.append(
      MemoryVector(
        values: randomMemory(1, dimension: 256, seed: 99)[0].values, seconds: Double(changed), coversSeconds: 1))
    encoder.append(frame(changed))
    for index in changed + 1..<count {
      encoder.append(frame(index))
      other.append(frame(index))
    }
    #expect(encoder.levelCount == hops)
    let (context, changedContext) = (encoder.contexts()[0], other.contexts()[0])
    #expect(context.level == hops && context.memory == 0..<count)
    let moved = distance(context.values, changedContext.values)
    #expect(moved > 0, "\(count) vectors")
    // It is one frame of so many: no more than it should.
    #expect(moved < 0.2)
  }
}
