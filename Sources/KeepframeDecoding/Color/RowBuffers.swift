/// One row of pixels during a ``ToneMapping``, with one array for each channel.
///
/// Each step is a separate loop. Loops that calculate have neither branches nor table look-ups, so
/// that the compiler vectorises them.
struct RowBuffers {
  private var red: [Float] = []
  private var green: [Float] = []
  private var blue: [Float] = []

  mutating func reserve(_ width: Int) {
    guard red.count < width else { return }
    red = Array(repeating: 0, count: width)
    (green, blue) = (red, red)
  }

  /// Computes each channel's position in a table, 0...`last`; ``lookUp(_:width:)`` rounds it.
  mutating func index(
    _ planes: (UnsafePointer<UInt16>, UnsafePointer<UInt16>, UnsafePointer<UInt16>),
    _ map: (matrix: Matrix3, offset: SIMD3<Double>), last: Float, width: Int
  ) {
    withChannels { red, green, blue in
      for (channel, (weights, offset)) in [
        (red, (map.matrix.rows.0, map.offset.x)), (green, (map.matrix.rows.1, map.offset.y)),
        (blue, (map.matrix.rows.2, map.offset.z)),
      ] {
        let (a, b, c, offset) = (Float(weights.x), Float(weights.y), Float(weights.z), Float(offset))
        for x in 0..<width {
          let value = a * Float(planes.0[x]) + b * Float(planes.1[x]) + c * Float(planes.2[x]) + offset
          channel[x] = clamp(value, to: last)
        }
      }
    }
  }

  mutating func lookUp(_ table: [Float], width: Int) {
    table.withUnsafeBufferPointer { table in
      withChannels { red, green, blue in
        for channel in [red, green, blue] {
          for x in 0..<width { channel[x] = table[nearest(channel[x])] }
        }
      }
    }
  }

  /// Maps linear light to positions in a table over the square root of light: applies the
  /// primaries' matrix, then `curve`.
  mutating func bend(_ matrix: Matrix3, _ curve: HableCurve?, last: Float, width: Int) {
    let (m0, m1, m2) = (SIMD3<Float>(matrix.rows.0), SIMD3<Float>(matrix.rows.1), SIMD3<Float>(matrix.rows.2))
    withChannels { red, green, blue in
      for x in 0..<width {
        let (r, g, b) = (red[x], green[x], blue[x])
        red[x] = m0.x * r + m0.y * g + m0.z * b
        green[x] = m1.x * r + m1.y * g + m1.z * b
        blue[x] = m2.x * r + m2.y * g + m2.z * b
      }
      if let curve { Self.apply(curve, red, green, blue, width: width) }
      for channel in [red, green, blue] {
        for x in 0..<width { channel[x] = clamp(channel[x], to: 1).squareRoot() * last }
      }
    }
  }

  /// Applies the curve to the brightest channel. The others keep their proportion to it, so hues
  /// stay.
  private static func apply(
    _ curve: HableCurve, _ red: UnsafeMutablePointer<Float>, _ green: UnsafeMutablePointer<Float>,
    _ blue: UnsafeMutablePointer<Float>, width: Int
  ) {
    let (a, b, c) = (Float(HableCurve.a), Float(HableCurve.b), Float(HableCurve.c))
    let (d, e, f) = (Float(HableCurve.d), Float(HableCurve.e), Float(HableCurve.f))
    let scale = Float(1 / HableCurve.filmic(curve.peak))
    for x in 0..<width {
      let light = larger(larger(red[x], green[x]), larger(blue[x], 1e-6))
      let filmic = (light * (a * light + c) + d) / (light * (a * light + b) + e) - f
      let gain = filmic * scale / light
      red[x] *= gain
      green[x] *= gain
      blue[x] *= gain
    }
  }

  mutating func show(_ table: [UInt8], into rgb: UnsafeMutablePointer<UInt8>, width: Int) {
    table.withUnsafeBufferPointer { table in
      withChannels { red, green, blue in
        for x in 0..<width {
          rgb[3 * x] = table[nearest(red[x])]
          rgb[3 * x + 1] = table[nearest(green[x])]
          rgb[3 * x + 2] = table[nearest(blue[x])]
        }
      }
    }
  }

  private mutating func withChannels(
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    red.withUnsafeMutableBufferPointer { red in
      green.withUnsafeMutableBufferPointer { green in
        blue.withUnsafeMutableBufferPointer { blue in
          guard let red = red.baseAddress, let green = green.baseAddress, let blue = blue.baseAddress else { return }
          body(red, green, blue)
        }
      }
    }
  }
}

/// `value` within 0...`last`, without the branch that `min` and `max` have for NaN.
@inline(__always)
private func clamp(_ value: Float, to last: Float) -> Float {
  let floor = value > 0 ? value : 0
  return floor < last ? floor : last
}

@inline(__always)
private func larger(_ a: Float, _ b: Float) -> Float { a > b ? a : b }

/// The nearest whole number of a value that is not negative.
@inline(__always)
private func nearest(_ value: Float) -> Int { Int(value + 0.5) }
