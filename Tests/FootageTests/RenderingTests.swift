import KeepframeDecoding
import KeepframeNumerics
import Testing

@testable import KeepframeFootage

/// Each alteration on a picture of which it is known what must become of it; several draws of each.
@Suite struct `Alterations` {
  private static let side = 320
  static let draws = 0..<6

  private func rendering(_ alterations: Alteration..., seed: Int) -> Rendering {
    var random = SeededGenerator(seed: UInt64(seed))
    return Rendering(alterations, &random)
  }

  /// A picture by its pixels: red, green and blue at a column and a row.
  private func picture(_ pixel: (_ x: Int, _ y: Int) -> (Int, Int, Int)) -> Picture {
    var picture = Picture(width: Self.side, height: Self.side)
    for y in 0..<Self.side {
      for x in 0..<Self.side {
        let (r, g, b) = pixel(x, y)
        picture.rgb.replaceSubrange((y * Self.side + x) * 3..<(y * Self.side + x + 1) * 3, with: [r, g, b].map { UInt8($0) })
      }
    }
    return picture
  }

  private func pixel(_ picture: Picture, _ x: Int, _ y: Int) -> [Int] {
    (0..<3).map { Int(picture.rgb[(y * picture.width + x) * 3 + $0]) }
  }

  /// Red says the column, green the row.
  private var places: Picture { picture { x, y in (x * 255 / 319, y * 255 / 319, 90) } }
  private var grey: Picture { picture { _, _ in (128, 128, 128) } }

  /// Where two pictures differ: the share of pixels, and the columns and rows that the difference
  /// spans.
  private func difference(_ a: Picture, _ b: Picture) -> (share: Double, columns: Range<Int>, rows: Range<Int>) {
    let changed = (0..<Self.side * Self.side).filter { at in (0..<3).contains { a.rgb[at * 3 + $0] != b.rgb[at * 3 + $0] } }
    let (columns, rows) = (changed.map { $0 % Self.side }, changed.map { $0 / Self.side })
    guard let left = columns.min(), let right = columns.max(), let top = rows.min(), let bottom = rows.max() else {
      return (0, 0..<0, 0..<0)
    }
    return (Double(changed.count) / Double(Self.side * Self.side), left..<right + 1, top..<bottom + 1)
  }

  @Test func `mirror: what was left is right`() throws {
    let mirrored = try rendering(.mirror, seed: 1).apply(to: places, on: nil)
    for (x, y) in [(0, 0), (100, 7), (319, 319)] { #expect(pixel(mirrored, x, y) == pixel(places, 319 - x, y)) }
  }

  @Test(arguments: draws) func `crop: a window of 30 to 90 % of the area, nearly of the picture's shape`(seed: Int) throws {
    let window = try rendering(.crop, seed: seed).apply(to: places, on: nil)
    let (first, last) = (pixel(window, 0, 0), pixel(window, 319, 319))
    let (width, height) = (Double(last[0] - first[0]) / 255, Double(last[1] - first[1]) / 255)
    #expect((0.28...0.92).contains(width * height), "\(width) x \(height)")
    #expect((0.73...1.38).contains(width / height), "\(width) x \(height)")
    #expect(pixel(window, 160, 160)[2] == 90)
  }

  @Test(arguments: draws) func `rotation: by 3 to 15 degrees about the middle, and one colour beyond`(seed: Int) throws {
    let line = picture { _, y in abs(y - 160) < 3 ? (255, 255, 255) : (60, 60, 60) }
    let turned = try rendering(.rotation, seed: seed).apply(to: line, on: nil)
    func height(ofLineAt x: Int) -> Double {
      // Near the middle of the picture: the fill may be bright too.
      let rows = (80..<240).filter { pixel(turned, x, $0)[0] > 200 }
      return Double(rows.reduce(0, +)) / Double(max(rows.count, 1))
    }
    let slope = (height(ofLineAt: 240) - height(ofLineAt: 80)) / 160
    // Tangents of 3 and 15 degrees are 0.052 and 0.268.
    #expect((0.045...0.28).contains(abs(slope)), "\(slope)")
    #expect(abs(height(ofLineAt: 160) - 160) < 2)
    let corners = [(0, 0), (319, 0), (0, 319), (319, 319)].map { pixel(turned, $0, $1) }
    #expect(Set(corners).count == 1 && corners[0] != [60, 60, 60], "\(corners)")
  }

  @Test(arguments: draws) func `colour: greys stay grey and in order, colours gain or lose`(seed: Int) throws {
    let greys = picture { x, _ in (110 + x / 16, 110 + x / 16, 110 + x / 16) }
    let changed = try rendering(.colour, seed: seed).apply(to: greys, on: nil)
    let levels = [0, 100, 200, 319].map { pixel(changed, $0, 0) }
    #expect(levels.allSatisfy { ($0.max()! - $0.min()!) <= 1 }, "\(levels)")
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $0[0] <= $1[0] })
    let slope = Double(levels[3][0] - levels[0][0]) / 19
    #expect((0.15...2.7).contains(slope) || [0, 255].contains(levels[3][0]) || [0, 255].contains(levels[0][0]), "\(slope)")
  }

  @Test func `colour: takes saturation from none to twice`() throws {
    let tint = picture { _, _ in (132, 128, 124) }
    let spreads = try (0..<60).map { seed in
      let now = pixel(try rendering(.colour, seed: seed).apply(to: tint, on: nil), 0, 0)
      return now[0] - now[2]
    }
    #expect(spreads.min()! <= 1 && spreads.max()! >= 12 && spreads.max()! <= 8 * 2 * 3, "\(spreads)")
  }

  @Test(arguments: draws) func `text: letters on a part of the picture, the rest as it was`(seed: Int) throws {
    let written = try rendering(.text, seed: seed).apply(to: grey, on: nil)
    let (share, _, rows) = difference(written, grey)
    #expect(share > 0.001 && share < 0.5, "\(share)")
    #expect(rows.count >= 14)
  }

  @Test func `text: a letter looks like one`() throws {
    var picture = Picture(width: 12, height: 9)
    Glyphs.draw([11, 19], on: &picture, left: 1, top: 1, height: 7, (255, 0, 0))  // L T
    let rows = (0..<9).map { y in (0..<12).map { pixel(picture, $0, y)[0] > 0 ? "#" : "." }.joined() }
    #expect(
      rows == [
        "............", ".#.....#####", ".#.......#..", ".#.......#..", ".#.......#..", ".#.......#..", ".#.......#..",
        ".#####...#..", "............",
      ], "\(rows)")
  }

  @Test(arguments: draws) func `stickers: one to three, none over a half by a quarter`(seed: Int) throws {
    let (share, columns, rows) = difference(try rendering(.stickers, seed: seed).apply(to: grey, on: nil), grey)
    #expect(share > 0.1 * 0.06 * 0.7 && share < 3 * 0.5 * 0.25, "\(share)")
    #expect(columns.count >= 31 && rows.count >= 18)
  }

  @Test(arguments: draws) func `bars: of one colour on two opposite sides, the picture between or under them`(seed: Int) throws {
    let barred = try rendering(.bars, seed: seed).apply(to: places, on: nil)
    let isUpright = pixel(barred, 0, 0) == pixel(barred, 0, 160)
    func at(_ along: Int, _ across: Int) -> [Int] { isUpright ? pixel(barred, along, across) : pixel(barred, across, along) }
    let bar = (0..<160).prefix { place in (0..<320).allSatisfy { at(place, $0) == at(0, 0) } }.count
    #expect((25...81).contains(bar), "8 to 25 % of 320, got \(bar)")
    #expect((320 - bar..<320).allSatisfy { at($0, 50) == at(0, 0) } && at(320 - bar - 1, 50) != at(0, 0))
    let edge = at(bar, 50)[isUpright ? 0 : 1]
    #expect(edge <= 2 || abs(edge - bar * 255 / 319) <= 2, "all of the picture, or what lay there: \(edge)")
  }

  @Test(arguments: draws) func `inset: shrunk to 40 to 80 %, whole, on another picture`(seed: Int) throws {
    let other = picture { _, _ in (0, 0, 200) }
    let inset = try rendering(.inset, seed: seed).apply(to: places, on: other)
    let (_, columns, rows) = difference(inset, other)
    #expect((127...257).contains(columns.count) && abs(columns.count - rows.count) <= 1, "\(columns) \(rows)")
    let (first, last) = (
      pixel(inset, columns.lowerBound, rows.lowerBound), pixel(inset, columns.upperBound - 1, rows.upperBound - 1)
    )
    #expect(first[0] < 4 && first[1] < 4 && last[0] > 251 && last[1] > 251, "\(first) \(last)")
  }

  @Test(arguments: draws) func `blur: an edge gets as wide as the Gaussian, flat parts stay`(seed: Int) throws {
    let edge = picture { x, _ in x < 160 ? (0, 0, 0) : (200, 200, 200) }
    let blurred = try rendering(.blur, seed: seed).apply(to: edge, on: nil)
    #expect(pixel(blurred, 100, 3) == [0, 0, 0] && pixel(blurred, 220, 3) == [200, 200, 200])
    let width = (100..<220).count { (20...180).contains(pixel(blurred, $0, 160)[1]) }
    // From a tenth to nine tenths a Gaussian edge takes 2.56 deviations, of 1.92 to 6.4 pixels.
    #expect((4...18).contains(width), "\(width)")
  }

  @Test(arguments: draws) func `lowQuality: fine stripes go, the whole stays`(seed: Int) throws {
    let stripes = picture { x, y in ((x + y) % 2 * 120 + 60, x / 3 + 60, 90) }
    let worse = try rendering(.lowQuality, seed: seed).apply(to: stripes, on: nil)
    let reds = (100..<140).map { pixel(worse, $0, 160)[0] }
    #expect(reds.allSatisfy { abs($0 - 120) < 25 }, "\(reds)")
    #expect(pixel(worse, 300, 160)[1] > pixel(worse, 20, 160)[1] + 60)
    var random = SeededGenerator(seed: UInt64(seed))
    guard case .lowQuality(let scale, let quality) = AlterationStep(.lowQuality, drawnFrom: &random) else {
      Issue.record("another kind is drawn")
      return
    }
    #expect((0.1...0.35).contains(scale) && (8...30).contains(quality), "\(scale), \(quality)")
  }
}

@Suite struct `Renderings` {
  @Test func `draw one to three alterations, each kind as often as the others`() {
    var counts: [Alteration: Int] = [:]
    for number in 0..<2_000 {
      let drawn = Rendering(of: "picture", number: number).alterations
      #expect((1...3).contains(drawn.count) && Set(drawn).count == drawn.count)
      for alteration in drawn { counts[alteration, default: 0] += 1 }
    }
    // Two of ten on average: 400 each, give or take four deviations.
    #expect(Alteration.allCases.allSatisfy { (330...470).contains(counts[$0]!) }, "\(counts)")
  }

  @Test func `come out the same again, and others of another picture or number`() throws {
    var picture = Picture(width: Rendering.side, height: Rendering.side)
    picture.fill(left: 40, top: 60, width: 100, height: 90, (200, 120, 10))
    let all = try (0..<8).map { try Rendering(of: "a", number: $0).apply(to: picture, on: nil) }
    #expect(try (0..<8).map { try Rendering(of: "a", number: $0).apply(to: picture, on: nil) } == all)
    #expect(Set(all).count >= 7, "a mirror alone has nothing to draw")
    #expect(try Rendering(of: "b", number: 0).apply(to: picture, on: nil) != all[0])
    #expect(all.allSatisfy { $0.width == Rendering.side && $0.height == Rendering.side && $0 != picture })
  }
}
