import KeepframeDecoding
import KeepframeFeatures
import Testing

@Suite struct `Thumbnail backbone` {
  private let backbone = ThumbnailBackbone()

  /// A street: sky above, two dark blocks with windows, a lit road.
  private func street(shift: Int = 0, gain: Int = 100, offset: Int = 0) -> Picture {
    Picture.drawn(width: 96, height: 54) { x, y, c in
      let x = x + shift
      let value =
        if y < 18 { [120, 160, 220][c] } else if (20..<44).contains(x % 60), y < 42 {
          x % 6 < 3 && y % 8 < 4 ? [200, 180, 90][c] : [50, 40, 35][c]
        } else { [110, 108, 100][c] }
      return min(max(value * gain / 100 + offset, 0), 255)
    }
  }

  @Test func `has 338 unit-length numbers and no model`() throws {
    let embedding = try backbone.embed(street())
    #expect(backbone.description.dimension == 338)
    #expect(embedding.dimension == 338)
    #expect(abs(embedding.similarity(to: embedding) - 1) < 1e-5)
    #expect(backbone.description.modelDigest == nil)
    #expect(backbone.description.name == "thumbnail")
  }

  @Test func `gives one picture one embedding`() throws {
    #expect(try backbone.embed(street()) == backbone.embed(street()))
  }

  @Test(arguments: [(70, 0), (85, 0), (115, 0), (100, 20), (100, -20)])
  func `hardly minds exposure`(gain: Int, offset: Int) throws {
    let similarity = try backbone.embed(street()).similarity(to: backbone.embed(street(gain: gain, offset: offset)))
    #expect(similarity > 0.95, "gain \(gain) %, offset \(offset)")
  }

  @Test func `hardly minds a shake of one pixel`() throws {
    #expect(try backbone.embed(street()).similarity(to: backbone.embed(street(shift: 1))) > 0.9)
  }

  @Test func `tells different pictures apart`() throws {
    let waves = try backbone.embed(.made(width: 96, height: 54))
    #expect(try backbone.embed(street()).similarity(to: waves) < 0.5)
    let fields = Picture.drawn(width: 96, height: 54) { x, y, c in
      (x / 48 + y / 27) % 2 == 0 ? [30, 120, 40][c] : [190, 170, 60][c]
    }
    #expect(try backbone.embed(street()).similarity(to: backbone.embed(fields)) < 0.5)
  }

  @Test func `tells colours apart`() throws {
    let red = try backbone.embed(.flat(200, 40, 40))
    #expect(try red.similarity(to: backbone.embed(.flat(40, 40, 200))) < 0.5)
    #expect(try red.similarity(to: backbone.embed(.flat(40, 160, 40))) < 0.5)
  }

  /// Gratings whose period is a cell's width, so that only the edges differ.
  @Test func `tells directions apart`() throws {
    func grating(_ dx: Int, _ dy: Int) throws -> Embedding {
      try backbone.embed(.drawn(width: 96, height: 54) { x, y, _ in (x * dx + y * dy + 600) % 6 < 3 ? 60 : 190 })
    }
    let upright = try grating(1, 0)
    #expect(try upright.similarity(to: grating(0, 1)) < 0.5)
    #expect(try upright.similarity(to: grating(1, 1)) < 0.5)
    #expect(try grating(1, 1).similarity(to: grating(1, -1)) < 0.5)
    #expect(try upright.similarity(to: grating(-1, 0)) > 0.9)
  }

  @Test func `gives even black and white a direction, and keeps them apart`() throws {
    let black = try backbone.embed(.flat(0, 0, 0))
    let white = try backbone.embed(.flat(255, 255, 255))
    #expect(black.similarity(to: white) < 0.1)
    #expect(try black.similarity(to: backbone.embed(.flat(3, 3, 3))) > 0.99)
  }
}
