import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage

/// All that a reader says of a file, pixels aside.
struct Reading: Equatable {
  var frames: [FrameTime] = []
  var keys: [Bool] = []
  var damage = DecodingDamage()

  var pts: [Int64] { frames.map(\.pts) }
  var seconds: [Double] { frames.map(\.seconds) }
  var isAscending: Bool { zip(pts, pts.dropFirst()).allSatisfy { $0 < $1 } }
}

/// As the command line does: what it says of damage and errors is what is tested.
func read(_ path: FilePath, _ change: (inout DecodingOptions) -> Void = { _ in }) throws -> Reading {
  LibavLog.capture()
  var options = DecodingOptions()
  change(&options)
  var reader = try VideoReader(path, options: options)
  var reading = Reading()
  while try reader.advance() {
    reading.frames.append(reader.frame)
    reading.keys.append(reader.isKeyFrame)
  }
  reading.damage = reader.damage
  return reading
}

/// Every frame's RGB, one after the other; at the file's own size where none is given.
func pixels(_ path: FilePath, threads: Int = 1, size: (Int, Int)? = nil) throws -> [UInt8] {
  var options = DecodingOptions()
  options.threadCount = threads
  var reader = try VideoReader(path, options: options)
  var all: [UInt8] = []
  while try reader.advance() {
    var picture = Picture(width: size?.0 ?? reader.frameWidth, height: size?.1 ?? reader.frameHeight)
    try reader.readPicture(into: &picture)
    all += picture.rgb
  }
  return all
}

func thumbnails(_ path: FilePath, threads: Int = 1) throws -> [Thumbnail] {
  var options = DecodingOptions()
  options.threadCount = threads
  var reader = try VideoReader(path, options: options)
  var all: [Thumbnail] = []
  var thumbnail = Thumbnail()
  while try reader.advance() {
    try reader.readThumbnail(into: &thumbnail)
    all.append(thumbnail)
  }
  return all
}

/// The error that reading `path` to its end throws; nil if it does not.
func failure(_ path: FilePath, _ change: (inout DecodingOptions) -> Void = { _ in }) -> DecodingError? {
  do {
    _ = try read(path, change)
    return nil
  } catch {
    return error as? DecodingError
  }
}

func largestDifference(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Int {
  zip(a, b).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

func meanDifference(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Double {
  Double(zip(a, b).map { abs(Int($0) - Int($1)) }.reduce(0, +)) / Double(max(1, a.count))
}

/// The clips that most tests read.
enum Clips {
  /// 4 s, 320x240, 25/s, B-frames, a key frame a second.
  static func base() throws -> FilePath {
    try clip("base.mp4", "-f lavfi -i testsrc2=s=320x240:r=25:d=4 -c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p")
  }

  /// `base` in another container.
  static func base(as name: String, _ options: String = "") throws -> FilePath {
    try clip(name, "-i \(base()) -c copy \(options)")
  }
}
