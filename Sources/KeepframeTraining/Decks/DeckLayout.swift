internal import KeepframeFootage

/// Where the text of a deck's slides stands, in pixels.
struct DeckLayout {
  let left: Int
  let titleTop: Int
  let titleHeight: Float
  let firstLine: Int
  let lineHeight: Float
  let pitch: Int
  let lineCount: Int
  let titleLetters: Int
  let lineLetters: Int
  private let width: Int
  private let isCentred: Bool

  init(_ plan: DeckPlan) {
    let (style, across, down) = (plan.style, Float(plan.width), Float(plan.height))
    width = plan.width
    isCentred = style.isCentred
    left = Int(style.margin * across)
    lineHeight = style.textHeight * down
    titleHeight = 1.5 * lineHeight
    titleTop = Int(0.06 * down)
    firstLine = titleTop + Int(2.4 * titleHeight)
    pitch = Int(style.pitch * lineHeight)
    lineCount = max(1, (Int(0.95 * down) - firstLine) / pitch)
    // A letter is 7 dots high and takes 6 across; a bullet takes as much as two letters.
    let room = across - 2 * Float(left)
    titleLetters = max(2, Int(room / (titleHeight * 6 / 7)))
    lineLetters = max(2, Int(room / (lineHeight * 6 / 7)) - 2)
  }

  func top(ofLine line: Int) -> Int { firstLine + line * pitch }

  /// Left edge of some letters.
  func left(of letters: [Int], height: Float) -> Int {
    isCentred ? max(0, (width - Int(Glyphs.width(of: letters, height: height))) / 2) : left
  }
}
