import KeepframeAutograd
import KeepframeNumerics

/// The largest difference between two matrices, relative to the largest number of the second, or to
/// 1 if that is smaller.
func distance<A: RealScalar, B: RealScalar>(_ a: Values<A>, _ b: Values<B>) -> Double {
  guard a.rows == b.rows, a.columns == b.columns else { return .infinity }
  let scale = b.values.map { abs(Double($0)) }.reduce(1, max)
  let largest = zip(a.values, b.values).map { abs(Double($0) - Double($1)) }.reduce(0) { $1 <= $0 ? $0 : $1 }
  return largest / scale
}

/// A network of two layers that learns the sign of a sum: small, and never quite done.
struct Toy<Scalar: RealScalar> {
  var start = Parameters<Scalar>()
  private let heldOut: (x: Values<Scalar>, y: Values<Scalar>)

  init(seed: UInt64 = 1) {
    var random = SeededGenerator(seed: seed)
    start["w1"] = .glorot(6, 8, using: &random)
    start["b1"] = .zeros(1, 8)
    start["w2"] = .glorot(8, 1, using: &random)
    start["b2"] = .zeros(1, 1)
    heldOut = Toy.batch(64, &random)
  }

  static func batch(_ count: Int, _ random: inout SeededGenerator) -> (x: Values<Scalar>, y: Values<Scalar>) {
    let x = Values<Scalar>.gaussian(count, 6, using: &random)
    let y = (0..<count).map { row in x.values[row * 6..<row * 6 + 6].reduce(0, +) > 0 ? Scalar(1) : 0 }
    return (x, Values(column: y))
  }

  static func logits(_ tape: Tape<Scalar>, _ x: Values<Scalar>) -> Variable<Scalar> {
    tape.constant(x).matmul(tape.parameter("w1")).addRow(tape.parameter("b1")).silu()
      .matmul(tape.parameter("w2")).addRow(tape.parameter("b2"))
  }

  static func loss(_ step: Int, _ tape: Tape<Scalar>, _ random: inout SeededGenerator) -> Variable<Scalar> {
    let (x, y) = batch(16, &random)
    return logits(tape, x).binaryCrossEntropy(y)
  }

  func score(_ parameters: Parameters<Scalar>) -> Double {
    -Double(Toy.logits(Tape(parameters, isRecording: false), heldOut.x).binaryCrossEntropy(heldOut.y).scalar)
  }

  var state: TrainingState<Scalar> { TrainingState(start, random: SeededGenerator(seed: 99)) }
}
