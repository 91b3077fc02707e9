import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

/// The counter of live libav objects belongs to the process, so each of these runs in one of its
/// own.
@Suite struct `No libav object outlives its reader` {
  @Test func `when all frames were read`() async {
    await #expect(processExitsWith: .success) {
      _ = try read(Clips.base())
      _ = try pixels(Clips.base(), size: (50, 50))
      _ = try thumbnails(Clips.base())
      expectNoneAlive()
    }
  }

  @Test func `when pictures go through JPEG, whole and cut off`() async {
    await #expect(processExitsWith: .success) {
      let bytes = try Picture(width: 64, height: 40).jpeg(quality: 50)
      _ = try Picture(jpeg: bytes)
      expectNoneAlive()
      let cut = try? Picture(jpeg: Array(bytes[..<40]))
      precondition(cut == nil)
      expectNoneAlive()
    }
  }

  @Test func `when reading stops early, with pictures and previews made`() async {
    await #expect(processExitsWith: .success) {
      do {
        var reader = try VideoReader(Clips.base())
        guard try reader.advance(), try reader.advance() else { return }
        precondition(LiveObjects.count > 0)
        var picture = Picture(width: 32, height: 32)
        try reader.readPicture(into: &picture)
        _ = try reader.readJPEG(maxWidth: 100, quality: 80)
      }
      expectNoneAlive()
      do { _ = try VideoReader(Clips.base()) }
      expectNoneAlive()
    }
  }

  @Test func `when opening fails`() async {
    await #expect(processExitsWith: .success) {
      _ = failure("/nowhere")
      _ = failure(try file("text.mp4", Array("hello".utf8)))
      _ = failure(try clip("sound.m4a", "-f lavfi -i sine=d=1"))
      _ = failure(try Clips.base()) { $0.videoStream = 7 }
      _ = failure(try Clips.base()) { $0.maxPixels = 100 }
      expectNoneAlive()
    }
  }

  @Test func `when a damaged file makes it start over, or it is cancelled`() async {
    await #expect(processExitsWith: .success) {
      let noisy = try clip("noise.mp4", "-i \(Clips.base()) -c copy -bsf:v noise=amount=-50")
      _ = try read(noisy) { $0.threadCount = 4 }
      expectNoneAlive()
      let cancellation = Cancellation()
      do {
        var reader = try VideoReader(Clips.base(), cancellation: cancellation)
        _ = try reader.advance()
        cancellation.cancel()
        while try reader.advance() {}
      } catch {}
      expectNoneAlive()
    }
  }
}

private func expectNoneAlive() {
  precondition(LiveObjects.count == 0, "\(LiveObjects.count) objects are alive")
}
