/// The sum of `max(0, a[i] - b[i])`: by how much `a` exceeds `b` in total. 0 if they are empty.
///
/// Summed in Float64, where differences of cosines add up without rounding. So equal sums come out
/// equal, whatever the order of the terms.
package func rectifiedSum(_ a: [Float], minus b: [Float]) -> Double {
  precondition(a.count == b.count, "expected two vectors of one length, got \(a.count) and \(b.count)")
  return summed(a.count, a, b, b, b) { a, b, _, _ in (a - b).replacing(with: 0, where: a .< b) }
}

/// The same with a weight for each index: the sum of `weights[i] * max(0, a[i] - b[i])`.
package func rectifiedSum(_ a: [Float], minus b: [Float], weights: [Float]) -> Double {
  precondition(
    a.count == b.count && a.count == weights.count, "expected one length, got \(a.count), \(b.count) and \(weights.count)")
  return summed(a.count, a, b, b, weights) { a, b, _, weight in weight * (a - b).replacing(with: 0, where: a .< b) }
}

/// The same over the larger of `b` and `c`: the sum of `weights[i] * max(0, a[i] - max(b[i],
/// c[i]))`.
package func rectifiedSum(_ a: [Float], minusLargerOf b: [Float], _ c: [Float], weights: [Float]) -> Double {
  precondition(
    a.count == b.count && a.count == c.count && a.count == weights.count,
    "expected one length, got \(a.count), \(b.count), \(c.count) and \(weights.count)")
  return summed(a.count, a, b, c, weights) { a, b, c, weight in
    let larger = b.replacing(with: c, where: b .< c)
    return weight * (a - larger).replacing(with: 0, where: a .< larger)
  }
}

@inline(__always)
private func summed(
  _ count: Int, _ a: [Float], _ b: [Float], _ c: [Float], _ d: [Float],
  _ term: (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>
) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeBufferPointer { c in
        d.withUnsafeBufferPointer { d in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress, let d = d.baseAddress else { return 0 }
          func lanes(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> {
            UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD8<Float>.self)
          }
          func lane(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> { SIMD8(repeating: pointer[index]) }
          var sum = SIMD8<Double>()
          var index = 0
          while index + 8 <= count {
            sum += SIMD8<Double>(term(lanes(a, index), lanes(b, index), lanes(c, index), lanes(d, index)))
            index += 8
          }
          var total = sum.sum()
          while index < count {
            total += Double(term(lane(a, index), lane(b, index), lane(c, index), lane(d, index))[0])
            index += 1
          }
          return total
        }
      }
    }
  }
}
