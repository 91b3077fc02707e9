internal import CKeepframeTesseract
package import KeepframeDecoding
internal import KeepframeSystem

/// Reads text in pictures, with Tesseract 5 if that is installed.
///
/// One caller at a time. The same picture gives the same text, whatever was read before.
package final class ScreenReader {
  private let reader: OpaquePointer

  /// - Parameter languages: as Tesseract names them: `eng`, or `eng+deu`.
  /// - Throws: ``TextError``.
  package init(languages: String) throws(TextError) {
    guard Self.areLanguages(languages) else { throw .badLanguages(languages) }
    var opened: OpaquePointer?
    var problem = [CChar](repeating: 0, count: Int(ckeepframe_tesseract_problem_size))
    switch ckeepframe_tesseract_open(languages, &opened, &problem) {
    case ckeepframe_tesseract_ready: reader = opened!
    case ckeepframe_tesseract_no_language: throw .noLanguage(languages)
    default:
      throw .noRecognition(reason: String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
  }

  deinit { ckeepframe_tesseract_free(reader) }

  /// Nothing that could be a path.
  package static func areLanguages(_ text: String) -> Bool {
    let names = text.split(separator: "+", omittingEmptySubsequences: false)
    return names.count <= 16
      && names.allSatisfy { name in
        (1...40).contains(name.utf8.count)
          && name.utf8.allSatisfy { $0 < 128 && (Character(UnicodeScalar($0)).isLetter || $0 == 0x5F) }
      }
  }

  /// Words below this are mostly texture, 0...100.
  private static let leastConfidence = 60.0
  /// A single letter is texture more often than a word is.
  private static let leastConfidenceOfLetter = 90.0

  /// The words of a picture in reading order, in one line; empty if it has none.
  ///
  /// - Throws: ``TextError`` `recognitionFailed`.
  package func read(_ picture: Picture) throws(TextError) -> String {
    let page = GrayPage(picture)
    let table = page.gray.withUnsafeBufferPointer {
      ckeepframe_tesseract_read(reader, $0.baseAddress, Int32(page.width), Int32(page.height))
    }
    guard let table else { throw .recognitionFailed }
    defer { ckeepframe_tesseract_free_text(reader, table) }
    return Self.words(String(cString: table))
  }

  /// The words of Tesseract's table: level, page, block, paragraph, line, word, left, top, width,
  /// height, confidence, text.
  static func words(_ table: String) -> String {
    var words: [String] = []
    for line in table.split(separator: "\n") {
      let cells = line.split(separator: "\t", maxSplits: 11, omittingEmptySubsequences: false)
      guard cells.count == 12, cells[0] == "5", let confidence = Double(cells[10]) else { continue }
      let word = PlainText.line(String(cells[11]))
      let letters = word.unicodeScalars.count { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      let isLetter = word.utf8.count == 1
      guard letters > 0, confidence >= (isLetter ? leastConfidenceOfLetter : leastConfidence) else { continue }
      words.append(word)
    }
    return PlainText.line(words.joined(separator: " "))
  }
}

/// A picture in gray, enlarged so that small text is large enough for Tesseract, which wants
/// letters of 20 pixels and more.
struct GrayPage {
  let width: Int
  let height: Int
  /// `[height * width]`
  let gray: [UInt8]

  /// About so many rows.
  private static let height = 1440
  private static let mostPixels = 16 << 20

  init(_ picture: Picture) {
    var factor = max(1, min(4, (Self.height + picture.height / 2) / picture.height))
    while factor > 1, picture.width * picture.height * factor * factor > Self.mostPixels { factor -= 1 }
    let luma = (0..<picture.width * picture.height).map { pixel -> UInt8 in
      let (red, green, blue) = (Int(picture.rgb[3 * pixel]), Int(picture.rgb[3 * pixel + 1]), Int(picture.rgb[3 * pixel + 2]))
      return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
    }
    (width, height) = (picture.width * factor, picture.height * factor)
    gray = factor == 1 ? luma : Self.enlarged(luma, picture.width, picture.height, factor)
  }

  /// Bilinear, with pixels at their centres.
  private static func enlarged(_ source: [UInt8], _ width: Int, _ height: Int, _ factor: Int) -> [UInt8] {
    // Where each target pixel lies between two source pixels, in 2 * factor parts.
    func places(_ count: Int) -> [(near: Int, far: Int, part: Int)] {
      (0..<count * factor).map { index in
        let place = 2 * index + 1 - factor
        let near = place < 0 ? -1 : place / (2 * factor)
        return (max(0, near), min(count - 1, near + 1), place - near * 2 * factor)
      }
    }
    let (columns, rows, whole) = (places(width), places(height), 2 * factor)
    var target = [UInt8](repeating: 0, count: source.count * factor * factor)
    var line = [Int](repeating: 0, count: width)
    for (y, row) in rows.enumerated() {
      for x in 0..<width {
        line[x] = Int(source[row.near * width + x]) * (whole - row.part) + Int(source[row.far * width + x]) * row.part
      }
      for (x, column) in columns.enumerated() {
        let sum = line[column.near] * (whole - column.part) + line[column.far] * column.part
        target[y * width * factor + x] = UInt8((sum + whole * whole / 2) / (whole * whole))
      }
    }
    return target
  }
}
