internal import KeepframeDecoding
internal import KeepframeNumerics

/// One to three alterations whose random numbers are drawn: changes a picture as a copy may be.
///
/// Equal names and numbers give equal draws. Pictures are square, whatever their original shape, as
/// the backbone takes them.
struct Rendering: Sendable {
  let alterations: [Alteration]
  private let steps: [AlterationStep]

  /// The picture's side while it is altered. It is larger than backbones take, so that a cropped
  /// window is not too coarse.
  static let side = 320
  /// How many alterations a picture goes through at once.
  static let counts = 1..<4

  /// - Parameters:
  ///   - name: a name for the picture's content.
  ///   - number: number of the rendering of this picture.
  init(of name: String, number: Int) {
    var random = SeededGenerator(seed: UInt64(number), name: "\(name) rendering")
    let drawn = Set(random.shuffled(Alteration.allCases).prefix(random.uniform(in: Self.counts)))
    self.init(Alteration.allCases.filter(drawn.contains), &random)
  }

  /// Draws the numbers of given alterations, which are in the order of ``Alteration``'s cases.
  init(_ alterations: [Alteration], _ random: inout SeededGenerator) {
    self.alterations = alterations
    steps = alterations.map { AlterationStep($0, drawnFrom: &random) }
  }

  /// - Parameters:
  ///   - picture: square.
  ///   - other: the picture on which an inset is put, of the same size; nil is black.
  /// - Returns: a picture of the same size.
  func apply(to picture: Picture, on other: Picture?) throws(DecodingError) -> Picture {
    var result = picture
    for step in steps { result = try step.apply(to: result, on: other) }
    return result
  }
}
