import KeepframeNumerics
import SystemPackage
import Testing

@Suite struct `NPZ archives` {
  static let arrays: [(name: String, array: NpyArray)] = [
    ("features", NpyArray(Matrix(stacking: [[1, 2, 3], [4, 5, 6]]))),
    ("timestamps", NpyArray(shape: [2], elements: .float64([0.25, 0.5]))),
    ("video_ids", NpyArray(shape: [2], elements: .string(["é", "b"]))),
  ]

  @Test func `are the same bytes each time`() throws {
    #expect(try encodeNpz(Self.arrays) == encodeNpz(Self.arrays))
    #expect(try encodeNpz([]).count == 22, "an empty archive is its end record alone")
  }

  @Test func `check out in Python's zip reader`() throws {
    let scratch = try Scratch()
    let file = try scratch.file("a.npz", encodeNpz(Self.arrays))
    let listing = try Python.run(
      """
      import sys, zipfile
      z = zipfile.ZipFile(sys.argv[1])
      print(z.testzip(), [(i.filename, i.date_time[0], i.compress_type) for i in z.infolist()])
      """, file.string)
    #expect(listing == "None [('features.npy', 1980, 0), ('timestamps.npy', 1980, 0), ('video_ids.npy', 1980, 0)]")
  }

  @Test(.enabled(if: Python.hasNumpy, "python3 has no numpy here"))
  func `are opened by NumPy without pickle`() throws {
    let scratch = try Scratch()
    let file = try scratch.file("a.npz", encodeNpz(Self.arrays))
    let contents = try Python.run(
      """
      import sys, numpy
      z = numpy.load(sys.argv[1], allow_pickle=False)
      print({name: z[name].tolist() for name in z.files})
      """, file.string)
    #expect(
      contents == "{'features': [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], 'timestamps': [0.25, 0.5], 'video_ids': ['é', 'b']}")
  }

  @Test func `refuse what zip cannot count`() throws {
    let tiny = NpyArray(shape: [0], elements: .uint8([]))
    let error = #expect(throws: TensorError.self) { try encodeNpz((0..<65_536).map { ("a\($0)", tiny) }) }
    #expect(
      "\(try #require(error))" == "NPZ archive: expected up to 65535 arrays, got 65536; write several smaller files")
  }
}
