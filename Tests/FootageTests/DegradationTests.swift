import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `Degraded views` {
  static let degrading = View.allCases.filter { $0 != .original }

  /// The network where it is installed, else the built-in descriptor.
  static let backbone: any Backbone = (try? makeBackbone(named: "efficientnet-lite0", precision: .f32)) ?? ThumbnailBackbone()

  /// A frame of the second shot, at the backbone's size.
  private func picture() throws -> Picture {
    let size = Self.backbone.description
    var picture = Picture(width: size.inputWidth, height: size.inputHeight)
    var reader = try VideoReader(try Clips.twoShots())
    for _ in 0..<56 { #expect(try reader.advance()) }
    try reader.readPicture(into: &picture)
    return picture
  }

  @Test(arguments: degrading) func `keep the size, come out the same again and another for another clip`(view: View) throws {
    let picture = try picture()
    let once = try Degradation(view, clip: "one").apply(to: picture, sample: 3)
    #expect(once.width == picture.width && once.height == picture.height && once.rgb.count == picture.rgb.count)
    #expect(once != picture)
    #expect(try Degradation(view, clip: "one").apply(to: picture, sample: 3) == once)
    let other = try Degradation(view, clip: "two").apply(to: picture, sample: 3)
    #expect((other == once) == (view == .flip), "a mirror has nothing to draw")
    let later = try Degradation(view, clip: "one").apply(to: picture, sample: 4)
    #expect((later == once) == (view != .lowQuality), "only noise is another in each frame")
  }

  @Test(arguments: degrading) func `change the embedding, but not beyond recognition`(view: View) throws {
    let picture = try picture()
    let original = try Self.backbone.embed(picture)
    for clip in ["one", "two", "three", "four"] {
      let degraded = try Self.backbone.embed(try Degradation(view, clip: clip).apply(to: picture, sample: 0))
      let cosine = original.similarity(to: degraded)
      #expect(cosine < 0.995 && cosine > 0.2, "\(view) of \(clip): \(cosine)")
    }
  }

  @Test func `leave the original as it is`() throws {
    let picture = try picture()
    #expect(try Degradation(.original, clip: "one").apply(to: picture, sample: 0) == picture)
  }

  @Test func `overlay keeps the bars black and shows the whole picture between them`() throws {
    var white = Picture(width: 112, height: 100)
    for index in white.rgb.indices { white.rgb[index] = 255 }
    let result = try Degradation(.overlay, clip: "bars").apply(to: white, sample: 0)
    let rows = (0..<100).map { row in Array(result.rgb[row * 336..<(row + 1) * 336]) }
    let black = rows.count { $0.allSatisfy { $0 == 0 } }
    #expect((16...28).contains(black), "8 to 14 % at the top and at the bottom, got \(black) of 100 rows")
    #expect(rows.first!.allSatisfy { $0 == 0 } && rows.last!.allSatisfy { $0 == 0 })
    let changed = rows.dropFirst(black / 2).dropLast(black / 2).joined().count { $0 != 255 }
    #expect(changed > 0, "there is a logo")
    #expect(changed < 336 * 100 / 15, "of at most 22 x 16 %, got \(changed) bytes")
  }

  @Test func `colour of no change is no change, and grey keeps its hue`() {
    let none = ColourChange(hueDegrees: 0, saturation: 1, contrast: 1, brightness: 0)
    var picture = Picture(width: 4, height: 1)
    picture.rgb = [0, 0, 0, 255, 255, 255, 10, 200, 90, 128, 128, 128]
    #expect(none.apply(to: picture) == picture)
    let turned = ColourChange(hueDegrees: 90, saturation: 1.5, contrast: 1, brightness: 20).apply(to: picture).rgb
    #expect(turned[0..<3].elementsEqual([20, 20, 20]) && turned[9...].elementsEqual([148, 148, 148]))
    #expect(turned[6..<9] != picture.rgb[6..<9])
  }

  @Test func `stretching a window shows that window`() {
    var picture = Picture(width: 40, height: 20)
    picture.fill(left: 20, top: 10, width: 20, height: 10, (200, 100, 50))
    let window = picture.stretched(left: 20, top: 10, width: 20, height: 10, toWidth: 8, height: 8)
    #expect(window.rgb[(4 * 8 + 4) * 3..<(4 * 8 + 5) * 3].elementsEqual([200, 100, 50]))
    #expect(picture.stretched(left: 0, top: 0, width: 40, height: 20, toWidth: 40, height: 20) == picture)
    #expect(picture.mirrored().mirrored() == picture && picture.mirrored() != picture)
    let small = picture.shrunk(toWidth: 2, height: 2)
    #expect(small.rgb == [0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 100, 50])
    #expect(picture.blended(with: picture.mirrored(), share: 0) == picture)
    #expect(picture.blended(with: picture.mirrored(), share: 256) == picture.mirrored())
  }
}
