import KeepframeBundle
import KeepframeDecoding
import KeepframeFeatures
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import Keepframe

@Suite struct `The samples of a video` {
  @Test func `have pictures where they are kept, as the decoder would have encoded them`() throws {
    let video = try clip("eight.mkv", "-f lavfi -i testsrc2=s=96x54:r=8:d=1 -c:v ffv1 -pix_fmt yuv420p")
    let folder = Folder()
    let writer = try BundleWriter(folder.path.appending("film.keepframe"), replace: false)
    var store = SampleStore(of: video, embeddings: try writer.makeSpool(dimension: 1), jpegs: try writer.makeJPEGSpool())
    var reader = try VideoReader(video)
    var picture = Picture(width: 8, height: 8)
    var expected: [[UInt8]] = []
    while try reader.advance() {
      let still = try reader.readStill(previewWidth: 48, using: &picture)
      expected.append(try reader.readJPEG(maxWidth: 48, quality: Preview.quality))
      var thumbnail = Thumbnail()
      try reader.readThumbnail(into: &thumbnail)
      let quality = FrameQuality(thumbnail, previous: nil)
      let snapshot = Snapshot(time: reader.frame, still: still, thumbnail: thumbnail, quality: quality)
      _ = try store.append(snapshot, Embedding(unit: [1]), isReused: false)
    }
    #expect(expected.count == 8 && Set(expected).count == 8)
    for ordinal in [5, 2, 7] { try store.keepPreview(ordinal) }
    for ordinal in [0, 1, 3] { store.dropPreview(ordinal) }
    for ordinal in expected.indices {
      #expect(try store.jpeg(ordinal) == ([2, 5, 7].contains(ordinal) ? expected[ordinal] : nil), "sample \(ordinal)")
    }
    try store.keepPreview(3)
    #expect(try store.jpeg(3) == nil, "dropped is gone")
  }
}
