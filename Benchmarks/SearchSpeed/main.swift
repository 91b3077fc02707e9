// Makes a library and searches it, for Benchmarks/search.
//
// KeepframeSearchSpeed make LIBRARY DIMENSION MOMENTS makes it of rows of Float32 on the standard
// input, so many moments a video.
//
// KeepframeSearchSpeed search LIBRARY DIMENSION QUERIES prints what opening costs, in milliseconds
// of the processor, and then answers each line of the standard input, `picture ROW` or `clip ROWS`,
// of the rows in the file QUERIES. An answer is seconds of the processor, seconds, and
// MOMENT:COSINE of ten hits, where moments count through all videos.
import Glibc
import KeepframeLibrary
import KeepframeNumerics
import SystemPackage

func rows(_ file: UnsafeMutablePointer<FILE>, count: Int) -> [Float]? {
  var read = 0
  let values = [Float](unsafeUninitializedCapacity: count) { values, initialized in
    read = fread(values.baseAddress, 4, count, file)
    initialized = read
  }
  precondition(read == 0 || read == count, "expected \(count) numbers, got \(read)")
  return read == 0 ? nil : values
}

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

func make(_ path: FilePath, dimension: Int, moments: Int) throws {
  guard let input = fdopen(STDIN_FILENO, "rb") else { preconditionFailure("cannot read the standard input") }
  let videos = sequence(state: input) { input in rows(input, count: moments * dimension) }
  try Library.create(at: path).addMade(videos, dimension: dimension)
}

func search(_ path: FilePath, dimension: Int, queries file: String) throws {
  guard let opened = fopen(file, "rb") else { preconditionFailure("cannot read \(file)") }
  var queries: [[Float]] = []
  while let query = rows(opened, count: dimension) { queries.append(query) }
  let start = seconds(CLOCK_PROCESS_CPUTIME_ID)
  let snapshot = try Library(path, for: .reading).snapshot()
  print((seconds(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e3)
  // Where the moments of each video begin.
  var first = 0
  let firsts = Dictionary(
    uniqueKeysWithValues: snapshot.videos.map { video in
      defer { first += video.moments }
      return (video.id, first)
    })
  fflush(nil)
  while let line = readLine() {
    let words = line.split(separator: " ")
    let number = Int(words[1])!
    let query =
      words[0] == "clip"
      ? SearchQuery(vectors: Matrix(stacking: Array(queries[..<number])), seconds: (0..<number).map { Double($0) * 0.25 })
      : SearchQuery(picture: queries[number])
    let (processor, clock) = (seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC))
    let hits = try snapshot.search(query)
    let times = (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor, seconds(CLOCK_MONOTONIC) - clock)
    let found = hits.map { hit in
      guard case .picture(let cosine) = hit.reason else { return "\(firsts[hit.video.id]! + hit.moment):" }
      return "\(firsts[hit.video.id]! + hit.moment):\(cosine)"
    }
    print(times.0, times.1, found.joined(separator: " "))
    fflush(nil)
  }
}

let arguments = CommandLine.arguments
switch (arguments.dropFirst().first, arguments.count) {
case ("make", 5): try make(FilePath(arguments[2]), dimension: Int(arguments[3])!, moments: Int(arguments[4])!)
case ("search", 5): try search(FilePath(arguments[2]), dimension: Int(arguments[3])!, queries: arguments[4])
default: preconditionFailure("usage: KeepframeSearchSpeed make LIBRARY DIMENSION MOMENTS, or search LIBRARY DIMENSION QUERIES")
}
