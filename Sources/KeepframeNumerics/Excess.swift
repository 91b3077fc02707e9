/// How far `a` exceeds `b` in all: the sum of `max(0, a[i] - b[i])`; 0 if they are empty.
///
/// Summed in Float64, where differences of cosines add up without rounding: equal sums come out equal, whatever the order.
package func excess(_ a: [Float], over b: [Float]) -> Double {
  precondition(a.count == b.count, "expected two vectors of one length, got \(a.count) and \(b.count)")
  return summed(a.count, a, b, b) { a, b, _ in (a - b).replacing(with: 0, where: a .< b) }
}

/// The same over the larger of `b` and `c`: the sum of `max(0, a[i] - max(b[i], c[i]))`.
package func excess(_ a: [Float], overLargerOf b: [Float], _ c: [Float]) -> Double {
  precondition(a.count == b.count && a.count == c.count, "expected one length, got \(a.count), \(b.count) and \(c.count)")
  return summed(a.count, a, b, c) { a, b, c in
    let larger = b.replacing(with: c, where: b .< c)
    return (a - larger).replacing(with: 0, where: a .< larger)
  }
}

@inline(__always)
private func summed(
  _ count: Int, _ a: [Float], _ b: [Float], _ c: [Float],
  _ term: (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>
) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeBufferPointer { c in
        guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return 0 }
        func lanes(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> {
          UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD8<Float>.self)
        }
        var sum = SIMD8<Double>()
        var index = 0
        while index + 8 <= count {
          sum += SIMD8<Double>(term(lanes(a, index), lanes(b, index), lanes(c, index)))
          index += 8
        }
        var total = sum.sum()
        while index < count {
          total += Double(term(SIMD8(repeating: a[index]), SIMD8(repeating: b[index]), SIMD8(repeating: c[index]))[0])
          index += 1
        }
        return total
      }
    }
  }
}
