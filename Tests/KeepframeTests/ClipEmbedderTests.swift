import KeepframeBoundaries
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import SystemPackage
import Testing

@testable import Keepframe

@Suite struct `Embedding clips` {
  private func scan(_ video: FilePath) throws -> SceneScanner.Result {
    var scanner = SceneScanner()
    var clean = CleanClips()
    clean.leastSeconds = 0.5
    clean.mostSeconds = 1.6
    scanner.cleanClips = clean
    return try scanner.scenes(of: video)
  }

  @Test func `takes the mean of frames of the clip alone, one row a clip`() throws {
    let video = try threeShots()
    let found = try scan(video)
    #expect(found.scenes.scenes.map(\.frames) == [3..<25, 25..<47, 53..<75, 75..<97, 103..<125, 125..<147])
    let vectors = try ClipEmbedder(backbone: ThumbnailBackbone()).embed(found, of: video)
    #expect(vectors.rows == 6 && vectors.columns == ThumbnailBackbone().description.dimension)
    #expect(vectors == (try ClipEmbedder(backbone: ThumbnailBackbone()).embed(found, of: video)))

    var reader = try VideoReader(video)
    var picture = Picture(width: ThumbnailBackbone().description.inputWidth, height: ThumbnailBackbone().description.inputHeight)
    var ofFrames: [Embedding] = []
    while try reader.advance() {
      try reader.readPicture(into: &picture)
      ofFrames.append(try ThumbnailBackbone().embed(picture))
    }
    for (row, scene) in found.scenes.scenes.enumerated() {
      let frames = ClipEmbedder.frames(of: scene)
      let sum = (0..<vectors.columns).map { column in frames.reduce(Float(0)) { $0 + ofFrames[$1].values[column] } }
      let expected = try Embedding(normalizing: sum)
      #expect(zip(vectors[row: row], expected.values).allSatisfy { abs($0 - $1) < 1e-5 }, "clip \(row)")
    }
  }

  @Test func `looks at about one frame a second, at most eight, away from the ends`() {
    func frames(_ range: Range<Int>) -> [Int] {
      let seconds = Double(range.lowerBound) / 25..<Double(range.upperBound) / 25
      return ClipEmbedder.frames(
        of: Segment(frames: range, pts: Int64(range.lowerBound)..<Int64(range.upperBound), seconds: seconds))
    }
    #expect(frames(10..<11) == [10])
    #expect(frames(10..<35) == [22])
    #expect(frames(0..<50) == [12, 37])
    let long = frames(1000..<9000)
    #expect(long.count == 8 && long.first == 1500 && long.last == 8500)
  }

  @Test func `makes no row where there is no clip`() throws {
    var scanner = SceneScanner()
    scanner.cleanClips = CleanClips()
    scanner.cleanClips?.leastSeconds = 60
    let video = try threeShots()
    let vectors = try ClipEmbedder(backbone: ThumbnailBackbone()).embed(try scanner.scenes(of: video), of: video)
    #expect(vectors.rows == 0 && vectors.columns == ThumbnailBackbone().description.dimension)
  }
}
