import CKeepframeBLAS
import Glibc
import KeepframeBoundaries
import KeepframeNumerics

/// `BoundaryNetwork` by OpenBLAS, of a whole clip: each layer is one product of all frames,
/// gathered three by three, or one a frame.
struct LibraryDetector {
  let network: BoundaryNetwork
  /// A product for each frame, which is what a stream allows; otherwise one for all.
  let isStream: Bool

  /// `[T][F]` to `[T * outputs]`
  func answers(_ features: [[Float]]) -> [Float] {
    let count = features.count
    let input = features.flatMap { BoundaryNetwork.normalize($0, mean: network.mean, scale: network.scale) }
    var sum = [Float](repeating: 0, count: count * BoundaryNetwork.outputs)
    for member in network.members {
      var hidden = apply(member.input, input, count)
      for index in hidden.indices { hidden[index] = max(0, hidden[index]) }
      for (layer, dilation) in zip(member.layers, BoundaryNetwork.dilations) {
        let out = apply(layer, gather(hidden, member.channels, count, dilation), count)
        for index in hidden.indices { hidden[index] += max(0, out[index]) }
      }
      let out = apply(member.output, hidden, count)
      for index in sum.indices { sum[index] += out[index] }
    }
    return sum.map { $0 / Float(network.members.count) }
  }

  private func gather(_ hidden: [Float], _ channels: Int, _ count: Int, _ dilation: Int) -> [Float] {
    var rows = [Float](repeating: 0, count: count * 3 * channels)
    rows.withUnsafeMutableBufferPointer { rows in
      hidden.withUnsafeBufferPointer { hidden in
        for frame in 0..<count {
          for tap in 0..<3 {
            let from = frame + (tap - 1) * dilation
            guard from >= 0, from < count else { continue }
            (rows.baseAddress! + (3 * frame + tap) * channels).update(
              from: hidden.baseAddress! + from * channels, count: channels)
          }
        }
      }
    }
    return rows
  }

  private func apply(_ layer: BoundaryNetwork.Layer, _ rows: [Float], _ count: Int) -> [Float] {
    let (inputs, outputs) = (Int32(layer.inputs), Int32(layer.outputs))
    var result = [Float](repeating: 0, count: count * layer.outputs)
    result.withUnsafeMutableBufferPointer { result in
      let result = result.baseAddress!
      for frame in 0..<count { (result + frame * layer.outputs).update(from: layer.bias, count: layer.outputs) }
      if isStream {
        rows.withUnsafeBufferPointer { rows in
          for frame in 0..<count {
            ckeepframe_sgemv(
              true, inputs, outputs, 1, layer.weights, outputs, rows.baseAddress! + frame * layer.inputs, 1, 1,
              result + frame * layer.outputs, 1)
          }
        }
      } else {
        ckeepframe_sgemm(
          false, false, Int32(count), outputs, inputs, 1, rows, inputs, layer.weights, outputs, 1, result, outputs)
      }
    }
    return result
  }
}

/// - Parameter folder: where features and answers are left for another library to be compared with.
func compareDetector(_ folder: String) {
  var random = SeededGenerator(seed: 1)
  let network = BoundaryNetwork.shipped
  let features = (0..<256).map { _ in
    network.mean.indices.map { network.mean[$0] + random.gaussian() / max(network.scale[$0], 1e-3) }
  }
  let answers = network.answers(features).flatMap { $0 }
  write(features.flatMap { $0 }, "\(folder)/features.f32")
  write(answers, "\(folder)/answers.f32")
  let (stream, batch) = (LibraryDetector(network: network, isStream: true), LibraryDetector(network: network, isStream: false))
  compare(
    "detector", repetitions: 100, pieces: features.count,
    [
      Way("ours") { _ = network.answers(features) },
      Way("sgemv", difference: greatestDifference(answers, stream.answers(features))) { _ = stream.answers(features) },
      Way("sgemm", difference: greatestDifference(answers, batch.answers(features))) { _ = batch.answers(features) },
    ])
}

private func write(_ values: [Float], _ path: String) {
  guard let file = fopen(path, "wb") else { preconditionFailure("cannot write \(path)") }
  precondition(fwrite(values, 4, values.count, file) == values.count && fclose(file) == 0, "cannot write \(path)")
}
