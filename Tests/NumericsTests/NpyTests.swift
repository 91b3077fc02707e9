import KeepframeNumerics
import SystemPackage
import Testing

@Suite struct `NPY files` {
  static let arrays: [NpyArray] = [
    NpyArray(shape: [2, 3], elements: .float32([1, -2.5, 0, .infinity, 0x1p-149, 3])),
    NpyArray(shape: [0, 1280], elements: .float32([])),
    NpyArray(shape: [], elements: .float64([.pi])),
    NpyArray(shape: [3], elements: .float64([0, -0.0, 1e300])),
    NpyArray(shape: [2], elements: .int64([.min, .max])),
    NpyArray(shape: [1, 2, 1, 2], elements: .int32([1, -1, .min, .max])),
    NpyArray(shape: [3], elements: .int8([-128, 0, 127])),
    NpyArray(shape: [2, 2], elements: .uint8([0, 1, 254, 255])),
    NpyArray(shape: [3], elements: .bool([true, false, true])),
  ]

  @Test(arguments: arrays) func `come back as they were`(array: NpyArray) throws {
    let scratch = try Scratch()
    let bytes = array.encode()
    #expect(try NpyArray(contentsOf: scratch.file("a.npy", bytes)) == array)
    #expect(bytes == array.encode())
  }

  @Test func `are laid out as the format says`() {
    let bytes = NpyArray(Matrix(stacking: [[1, 2], [3, 4]])).encode()
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    #expect(Array(bytes[..<10]) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
    let padding = String(repeating: " ", count: 117 - text.utf8.count)
    #expect(String(decoding: bytes[10..<128], as: UTF8.self) == text + padding + "\n")
    #expect(Array(bytes[128...]) == [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64])
  }

  @Test func `can be written row by row`() {
    let matrix = Matrix(stacking: [[1, 2, 3], [4, 5, 6]])
    #expect(NpyArray.header(float32Shape: [2, 3]) + matrix.littleEndianBytes == NpyArray(matrix).encode())
  }

  @Test(arguments: [[], [7], [123_456, 1280], [1, 1, 1, 1]])
  func `begin their data at a multiple of 64`(shape: [Int]) {
    #expect(NpyArray.header(float32Shape: shape).count % 64 == 0)
  }

  @Test func `become a matrix only where they are one`() {
    let matrix = Matrix(stacking: [[1, 2, 3], [4, 5, 6]])
    #expect(Matrix(NpyArray(matrix)) == matrix)
    #expect(Matrix(NpyArray(shape: [2], elements: .float32([1, 2]))) == nil)
    #expect(Matrix(NpyArray(shape: [1, 1], elements: .float64([1]))) == nil)
  }

  @Test func `of half precision are widened`() throws {
    let scratch = try Scratch()
    let values: [Float] = [0, 1.5, -65504, 0x1p-24, .infinity]
    let bytes = header("{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }")
    let halves = values.flatMap { [UInt8(Float16($0).bitPattern & 0xff), UInt8(Float16($0).bitPattern >> 8)] }
    #expect(try NpyArray(contentsOf: scratch.file("h.npy", bytes + halves)).elements == .float32(values))
  }

  @Test(.enabled(if: Python.hasNumpy, "python3 has no numpy here"))
  func `are opened by NumPy, mapped and without pickle`() throws {
    let scratch = try Scratch()
    let script = """
      import sys, numpy
      a = numpy.load(sys.argv[1], mmap_mode=sys.argv[2] or None, allow_pickle=False)
      print(a.dtype.str, a.shape, a.flags.c_contiguous, getattr(a, 'offset', 0) % 64, a.tolist())
      """
    func read(_ array: NpyArray, mapped: Bool = true) throws -> String {
      try Python.run(script, scratch.file("a.npy", array.encode()).string, mapped ? "r" : "")
    }
    #expect(try read(NpyArray(Matrix(stacking: [[1, 2.5], [-3, 4]]))) == "<f4 (2, 2) True 0 [[1.0, 2.5], [-3.0, 4.0]]")
    #expect(try read(NpyArray(shape: [2], elements: .float64([0.1, 2]))) == "<f8 (2,) True 0 [0.1, 2.0]")
    #expect(try read(NpyArray(shape: [2], elements: .int64([.min, 7]))) == "<i8 (2,) True 0 [-9223372036854775808, 7]")
    #expect(try read(NpyArray(shape: [1, 2], elements: .int32([-1, 7]))) == "<i4 (1, 2) True 0 [[-1, 7]]")
    #expect(try read(NpyArray(shape: [2], elements: .uint8([0, 255]))) == "|u1 (2,) True 0 [0, 255]")
    #expect(try read(NpyArray(shape: [2], elements: .bool([true, false]))) == "|b1 (2,) True 0 [True, False]")
    #expect(try read(NpyArray(shape: [], elements: .float64([25])), mapped: false) == "<f8 () True 0 25.0")
    #expect(try read(NpyArray(shape: [0, 4], elements: .float32([])), mapped: false) == "<f4 (0, 4) True 0 []")
    #expect(try read(NpyArray(shape: [3], elements: .string(["a", "", "né🎬"]))) == "<U3 (3,) True 0 ['a', '', 'né🎬']")
    #expect(try read(NpyArray(shape: [], elements: .string(["film.mp4"])), mapped: false) == "<U8 () True 0 film.mp4")
    #expect(try read(NpyArray(shape: [1], elements: .string([""]))) == "<U1 (1,) True 0 ['']")
  }

  @Test(.enabled(if: Python.hasNumpy, "python3 has no numpy here"))
  func `written by NumPy are read`() throws {
    let scratch = try Scratch()
    try Python.run(
      """
      import sys, numpy
      numpy.save(sys.argv[1] + '/f.npy', numpy.arange(6, dtype='<f4').reshape(2, 3))
      numpy.save(sys.argv[1] + '/b.npy', numpy.array([[True], [False]]))
      numpy.lib.format.write_array(open(sys.argv[1] + '/v2.npy', 'wb'), numpy.array([1.5, 2]), version=(2, 0))
      numpy.save(sys.argv[1] + '/order.npy', numpy.asfortranarray(numpy.ones((2, 3))))
      numpy.save(sys.argv[1] + '/object.npy', numpy.array([{}, None], dtype=object))
      numpy.save(sys.argv[1] + '/big.npy', numpy.ones(3, '>f4'))
      numpy.save(sys.argv[1] + '/record.npy', numpy.zeros(3, [('a', '<f4')]))
      """, scratch.path.string)
    func read(_ name: String) throws -> NpyArray { try NpyArray(contentsOf: scratch.path.appending(name)) }
    #expect(try read("f.npy") == NpyArray(shape: [2, 3], elements: .float32([0, 1, 2, 3, 4, 5])))
    #expect(try read("b.npy") == NpyArray(shape: [2, 1], elements: .bool([true, false])))
    #expect(try read("v2.npy") == NpyArray(shape: [2], elements: .float64([1.5, 2])))
    for (name, reason) in [("order", "Fortran order"), ("object", "pickled"), ("big", "big-endian"), ("record", "a record")] {
      let error = #expect(throws: TensorError.self) { try read(name + ".npy") }
      #expect("\(try #require(error))".contains(reason))
    }
  }
}

@Suite struct `Hostile NPY files` {
  static let texts: [(String, String)] = [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (8589934592,), }", "expected 34359738368 bytes, got 0"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "fits in 63 bits"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904, 0), }", "fits in 63 bits"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "fits in 63 bits"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "expected a number"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", "up to 4 dimensions"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0), }", "a tuple"),
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (0, 0), }", "numpy.ascontiguousarray"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (0,), }", "never loaded"),
    ("{'descr': '>f8', 'fortran_order': False, 'shape': (0,), }", "little-endian"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (0,), }", "one of <f4 <f2"),
    ("{'descr': '<U9', 'fortran_order': False, 'shape': (0,), }", "one of <f4 <f2"),
    ("{'descr': '<f4\u{1b}[31m', 'fortran_order': False, 'shape': (0,), }", "plain ASCII"),
    ("{'descr': '<f4', 'fortran_order': False, }", "got fewer"),
    ("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (0,), }", "once each"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), 'x': 1}", "once each"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), } import os", "expected the end"),
    ("{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (0,)}", "a quoted word"),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (0,), }", "True or False"),
    ("{'descr': '<f4", "a closing quote"),
    ("", "expected `{`"),
  ]

  @Test(arguments: texts) func `are refused by their header`(text: String, reason: String) throws {
    let scratch = try Scratch()
    let file = try scratch.file("bad.npy", header(text))
    let error = #expect(throws: TensorError.self) { try NpyArray(contentsOf: file) }
    let message = "\(try #require(error))"
    #expect(message.contains(reason), "\(message)")
    #expect(message.hasPrefix(file.string) && message.contains("; "), "names the file and what to do: \(message)")
    #expect(!message.unicodeScalars.contains { $0.value < 32 })
  }

  @Test func `of the wrong length are refused, whatever the cut`() throws {
    let scratch = try Scratch()
    let whole = NpyArray(Matrix(stacking: [[1, 2], [3, 4]])).encode()
    for count in 0..<whole.count {
      let file = try scratch.file("cut.npy", Array(whole[..<count]))
      #expect(throws: TensorError.self, "cut to \(count) bytes") { try NpyArray(contentsOf: file) }
    }
    let longer = try scratch.file("long.npy", whole + [0])
    let error = #expect(throws: TensorError.self) { try NpyArray(contentsOf: longer) }
    #expect("\(try #require(error))".contains("expected 16 bytes, got 17"))
  }

  @Test func `that claim a huge header are refused before it is read`() throws {
    let scratch = try Scratch()
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    let file = try scratch.file("huge.npy", magic + [2, 0, 0xff, 0xff, 0xff, 0xff] + Array(repeating: 0x20, count: 70_000))
    let error = #expect(throws: TensorError.self) { try NpyArray(contentsOf: file) }
    #expect("\(try #require(error))".contains("up to 65536 bytes of text, got 4294967295"))
    #expect(throws: TensorError.self) { try NpyArray(contentsOf: scratch.file("v9.npy", magic + [9, 0, 0, 0, 0, 0])) }
  }

  @Test func `with any one byte changed never crash`() throws {
    let scratch = try Scratch()
    let whole = NpyArray(shape: [3], elements: .bool([true, false, true])).encode()
    var random = SeededGenerator(seed: 21)
    for index in whole.indices {
      var bytes = whole
      bytes[index] = UInt8.random(in: 0...255, using: &random)
      _ = try? NpyArray(contentsOf: scratch.file("flip.npy", bytes))
    }
  }

  @Test func `that are no files are named as what they are`() throws {
    let scratch = try Scratch()
    func message(_ path: FilePath) throws -> String {
      let error = #expect(throws: TensorError.self) { try NpyArray(contentsOf: path) }
      return "\(try #require(error))"
    }
    #expect(try message(scratch.path).contains("expected a regular file, got a directory"))
    #expect(try message("/dev/zero").contains("got a device"))
    #expect(try message(scratch.path.appending("none.npy")).contains("cannot open: No such file or directory; check the path"))
  }
}

/// An NPY v1.0 file with no data.
private func header(_ text: String) -> [UInt8] {
  let text = Array(text.utf8)
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 0xff), UInt8(text.count >> 8)] + text
}
