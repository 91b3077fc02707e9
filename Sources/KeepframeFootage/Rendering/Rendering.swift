internal import KeepframeDecoding
internal import KeepframeNumerics

/// One to three alterations with their numbers drawn: makes a picture as a copy may show it.
///
/// Equal names and numbers draw the same. Pictures are square, whatever they were of, as the
/// backbone sees them.
struct Rendering: Sendable {
  let alterations: [Alteration]
  private let steps: [AlterationStep]

  /// The picture's side while it is altered: more than backbones take, so that a window of it is
  /// not coarser than it need be.
  static let side = 320
  /// How many alterations a picture goes through at once.
  static let counts = 1..<4

  /// - Parameters:
  ///   - name: of the picture's content.
  ///   - number: tells the renderings of one picture apart.
  init(of name: String, number: Int) {
    var random = SeededGenerator(seed: UInt64(number), name: "\(name) rendering")
    let drawn = Set(random.shuffled(Alteration.allCases).prefix(random.uniform(in: Self.counts)))
    self.init(Alteration.allCases.filter(drawn.contains), &random)
  }

  /// Of alterations that are given, in the order of ``Alteration``'s cases.
  init(_ alterations: [Alteration], _ random: inout SeededGenerator) {
    self.alterations = alterations
    steps = alterations.map { AlterationStep($0, drawnFrom: &random) }
  }

  /// - Parameters:
  ///   - picture: square.
  ///   - other: what the picture is put on, of its size; nil is black.
  /// - Returns: of the picture's size.
  func apply(to picture: Picture, on other: Picture?) throws(DecodingError) -> Picture {
    var result = picture
    for step in steps { result = try step.apply(to: result, on: other) }
    return result
  }
}
