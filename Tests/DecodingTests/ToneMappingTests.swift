import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

/// A clip whose frames are not what a standard display shows, and how FFmpeg's zscale and tonemap
/// make them so.
struct HighRangeClip: CustomTestStringConvertible {
  let name: String
  /// What makes it from testsrc2, whose R G B are taken for signals of the transfer.
  let recipe: String
  var twin = Self.hable
  /// Without chroma to be interpolated, two levels are left for rounding: of zscale's last byte,
  /// and of our tables and ours.
  var tolerance = 2

  var testDescription: String { name }

  static let hable =
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=gbr:r=pc,format=gbrp"

  /// - Parameter isSoft: without edges.
  func path(isSoft: Bool = false) throws -> FilePath {
    let soft = isSoft ? ",scale=6:4:flags=area,scale=128:72:flags=bilinear" : ""
    return try clip(name, "-f lavfi -i testsrc2=s=128x72:r=5:d=0.4\(soft) \(recipe)")
  }

  static func tags(_ transfer: String, _ primaries: String = "bt2020", _ matrix: String = "bt2020nc") -> String {
    "-color_trc \(transfer) -color_primaries \(primaries) -colorspace \(matrix)"
  }
  /// Signals of 0.05 to 0.75, PQ up to 1000 cd/m²: rounding must not lead beyond the ends of the
  /// signal, which we hold and zscale goes on with.
  static let levels = "lutrgb=r=val*0.7+200:g=val*0.7+200:b=val*0.7+200"

  /// From RGB to YUV by the matrix that the tags name.
  static func yuv(
    _ transfer: String, primaries: String = "2020", matrix: String = "2020_ncl", range: String = "tv",
    as format: String = "yuv444p12le"
  ) -> String {
    "-vf format=gbrp12le,\(levels),zscale=min=gbr:rin=pc:tin=\(transfer):pin=\(primaries)"
      + ":m=\(matrix):r=\(range):t=\(transfer):p=\(primaries),format=\(format)"
  }
  static let x265 = "-c:v libx265 -x265-params log-level=none:lossless=1"

  static let all = [
    HighRangeClip(name: "pq.mkv", recipe: "\(yuv("smpte2084")) -c:v ffv1"),
    HighRangeClip(name: "hlg.mkv", recipe: "\(yuv("arib-std-b67")) -c:v ffv1"),
    HighRangeClip(name: "ten.mp4", recipe: "\(yuv("smpte2084", as: "yuv444p10le")) \(x265)"),
    HighRangeClip(name: "eight.mkv", recipe: "\(yuv("smpte2084", as: "yuv444p")) -c:v ffv1"),
    HighRangeClip(name: "full.mkv", recipe: "\(yuv("smpte2084", range: "pc", as: "yuv444p10le")) -c:v ffv1"),
    HighRangeClip(name: "narrow.mkv", recipe: "\(yuv("smpte2084", primaries: "709", matrix: "709")) -c:v ffv1"),
    HighRangeClip(name: "p3.mkv", recipe: "\(yuv("smpte2084", primaries: "smpte432")) -c:v ffv1"),
    HighRangeClip(name: "ictcp.mkv", recipe: "\(yuv("smpte2084", matrix: "ictcp")) -c:v ffv1"),
    HighRangeClip(name: "content-400.mp4", recipe: "\(yuv("smpte2084", as: "yuv444p10le")) \(x265):max-cll=400,100"),
    HighRangeClip(
      name: "display-4000.mp4",
      recipe: "\(yuv("smpte2084", as: "yuv444p10le")) \(x265)"
        + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(40000000,50)"),
    HighRangeClip(
      name: "wide.mkv", recipe: "\(yuv("2020_12")) -c:v ffv1",
      twin: "zscale=t=linear,format=gbrpf32le,zscale=p=bt709,zscale=t=bt709:m=gbr:r=pc,format=gbrp"),
    // On the way from one depth of RGB to another, swscale rounds to YUV and back.
    HighRangeClip(
      name: "rgb.mkv", recipe: "-vf format=gbrp12le,\(levels),format=gbrp10le -c:v ffv1 \(tags("smpte2084", "bt2020", "rgb"))",
      tolerance: 6),
  ]
}

@Suite struct `Tone mapping` {
  /// Each pixel by itself, without tables.
  private func twin(_ recipe: ToneMapping.Recipe, _ y: UInt16, _ cb: UInt16, _ cr: UInt16) -> SIMD3<Double> {
    let planes: SIMD3<Double> = [
      (Double(y) / 256 - 16) / 219, (Double(cb) / 256 - 128) / 224, (Double(cr) / 256 - 128) / 224,
    ]
    let signal = recipe.matrix.toChannels(recipe.transfer) * planes
    func each(_ map: (Double) -> Double, of color: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(map(color.x), map(color.y), map(color.z))
    }
    let light = recipe.toBT709 * each(recipe.transfer.light, of: signal)
    let brightest = max(light.max(), 1e-6)
    let shown = recipe.curve.map { light * ($0.shown(brightest) / brightest) } ?? light
    return each(TransferFunction.standardSignal, of: shown) * 255
  }

  static let recipes = [
    ToneMapping.Recipe(transfer: .pq, primaries: .bt2020, matrix: .bt2020, peak: nil),
    ToneMapping.Recipe(transfer: .pq, primaries: .p3, matrix: .bt709, peak: 4000),
    ToneMapping.Recipe(transfer: .hlg, primaries: .bt2020, matrix: .bt2020, peak: nil),
    ToneMapping.Recipe(transfer: .hlg, primaries: .bt2020, matrix: .ictcp, peak: 600),
    ToneMapping.Recipe(transfer: .standard, primaries: .bt2020, matrix: .bt2020, peak: nil),
    ToneMapping.Recipe(transfer: .pq, primaries: .bt2020, matrix: .firstPlane, peak: nil),
  ]

  /// Half a level is the last rounding's, the rest that of the table of light, where the primaries'
  /// matrix takes much light from much.
  @Test(arguments: recipes)
  func `by tables is near its readable twin`(recipe: ToneMapping.Recipe) {
    let (width, height) = (61, 40)
    var seed: UInt64 = 20_230_917
    func samples() -> [UInt16] {
      (0..<width * height).map { _ in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt16(truncatingIfNeeded: seed >> 40)
      }
    }
    let (y, cb, cr) = (samples(), samples(), samples())
    var rgb = [UInt8](repeating: 0, count: width * height * 3)
    var mapping = ToneMapping(recipe)
    y.withUnsafeBufferPointer { y in
      cb.withUnsafeBufferPointer { cb in
        cr.withUnsafeBufferPointer { cr in
          rgb.withUnsafeMutableBufferPointer { rgb in
            mapping.map(
              (y.baseAddress!, cb.baseAddress!, cr.baseAddress!), strides: (width, width, width),
              .yuv(depth: 16, isFullRange: false), width: width, height: height, into: rgb.baseAddress!, rgbStride: width * 3)
          }
        }
      }
    }
    var largest = 0.0
    for pixel in y.indices {
      let expected = twin(recipe, y[pixel], cb[pixel], cr[pixel])
      for channel in 0..<3 { largest = max(largest, abs(Double(rgb[3 * pixel + channel]) - expected[channel])) }
    }
    #expect(largest <= 1.5)
  }

  @Test(arguments: HighRangeClip.all)
  func `of pictures equals zscale's with the Hable curve`(clip: HighRangeClip) throws {
    let ours = try pixels(clip.path())
    let theirs = try rawVideo(clip.path(), filter: clip.twin)
    #expect(ours.count == theirs.count)
    let differences = zip(ours, theirs).map { abs(Int($0.0) - Int($0.1)) }
    let farOff = Double(differences.count { $0 > clip.tolerance }) / Double(differences.count)
    let mean = Double(differences.reduce(0, +)) / Double(differences.count)
    // A channel that the matrix leaves next to nothing of shows the least rounding: black has the
    // steepest curve.
    #expect(farOff < 0.005, "\(farOff) of the samples differ by more than \(clip.tolerance)")
    #expect(mean < 0.5, "mean difference \(mean)")
  }

  /// The twin's thumbnails are of the mapped picture, ours are mapped themselves. Edges are left
  /// out: there a thumbnail's coarse chroma meets the wrong luma, and the mapped mean is not the
  /// mean of the mapped.
  @Test(arguments: HighRangeClip.all)
  func `of thumbnails is near zscale's of the whole frame`(clip source: HighRangeClip) throws {
    let soft = try source.path(isSoft: true)
    let twin = try clip(
      "twin-\(source.name.prefix { $0 != "." }).mkv",
      "-i \(soft) -vf \(source.twin),scale=out_color_matrix=bt709,format=yuv444p -c:v ffv1 -colorspace bt709")
    for (ours, theirs) in zip(try thumbnails(soft), try thumbnails(twin)) {
      let differences = [(ours.luma, theirs.luma), (ours.cb, theirs.cb), (ours.cr, theirs.cr)].map(meanDifference)
      #expect(differences.allSatisfy { $0 < 5 }, "\(differences)")
    }
  }

  private func meanDifference(_ a: [UInt8], _ b: [UInt8]) -> Double {
    Double(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.count)
  }

  @Test func `of JPEGs is that of pictures`() throws {
    let clip = HighRangeClip.all[0]
    var reader = try VideoReader(clip.path())
    #expect(try reader.advance())
    var picture = Picture(width: 128, height: 72)
    try reader.readPicture(into: &picture)
    let jpeg = try Picture(jpeg: reader.readJPEG(maxWidth: 128, quality: 100))
    func luma(_ picture: Picture) -> [UInt8] {
      stride(from: 0, to: picture.rgb.count, by: 3).map { at in
        let (red, green, blue) = (Int(picture.rgb[at]), Int(picture.rgb[at + 1]), Int(picture.rgb[at + 2]))
        let sum: Int = 299 * red + 587 * green + 114 * blue
        return UInt8(sum / 1000)
      }
    }
    // Luma alone, since a JPEG has a quarter of the chroma.
    #expect(meanDifference(luma(jpeg), luma(picture)) < 3)
  }

  /// A stated peak out of all reason would turn the picture white or black.
  @Test(arguments: [(0.001, 1.0), (1e9, 100), (1000, 10)])
  func `takes no absurd peak`(stated: Double, used: Double) {
    let recipe = ToneMapping.Recipe(transfer: .pq, primaries: .bt2020, matrix: .bt2020, peak: stated)
    #expect(recipe.curve?.peak == used)
  }
}
