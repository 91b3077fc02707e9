import Foundation
import KeepframeNumerics
import SystemPackage
import Testing

@Suite struct `Safetensors files` {
  static let file = SafetensorsFile(
    tensors: [
      .init(name: "w1", Matrix(stacking: [[1, 2, 3], [4, 5, 6]])),
      .init(name: "bias \"é\" \\ \n", shape: [1], elements: .float32([-0.5])),
      .init(name: "steps", shape: [], elements: .int64([-7])),
      .init(name: "empty", shape: [0, 4], elements: .float32([])),
      .init(name: "bytes", shape: [3], elements: .uint8([0, 127, 255])),
    ],
    metadata: ["format": "test-1", "note": "tab\there, é, \u{1}, 🎬"])

  @Test func `come back as they were, and as the same bytes`() throws {
    let scratch = try Scratch()
    let path = scratch.path.appending("w.safetensors")
    try Self.file.write(to: path)
    try Self.file.write(to: path)
    let read = try SafetensorsFile(contentsOf: path)
    #expect(read == Self.file)
    #expect(read.encode() == Self.file.encode())
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string) == ["w.safetensors"], "no draft is left")
    #expect(read["steps"]?.elements == .int64([-7]))
    #expect(read["none"] == nil)
    #expect(read["w1"].flatMap { Matrix($0) } == Matrix(stacking: [[1, 2, 3], [4, 5, 6]]))
    #expect("\(try #require(read["w1"]))" == "w1 F32 [2, 3]")
  }

  @Test func `put wide elements first and align the data`() {
    #expect(Self.file.tensors.map(\.name).first == "steps")
    let bytes = Self.file.encode()
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
  }

  @Test func `say what an independent reader finds`() throws {
    let scratch = try Scratch()
    let path = try scratch.file("w.safetensors", Self.file.encode())
    let found = try Python.run(
      """
      import sys, json, struct
      b = open(sys.argv[1], 'rb').read()
      n, = struct.unpack('<Q', b[:8])
      h = json.loads(b[8:8 + n])
      data = b[8 + n:]
      meta = h.pop('__metadata__')
      assert meta == {'format': 'test-1', 'note': 'tab\\there, é, \\x01, 🎬'}, meta
      end = 0
      for name, t in sorted(h.items(), key=lambda x: x[1]['data_offsets']):
          a, e = t['data_offsets']
          assert a == end; end = e
          code = {'F32': 'f', 'I64': 'q', 'U8': 'B'}[t['dtype']]
          print(ascii(name), t['shape'], list(struct.unpack('<%d%s' % ((e - a) // struct.calcsize('<' + code), code), data[a:e])))
      assert end == len(data)
      """, path.string)
    #expect(
      found == """
        'steps' [] [-7]
        'w1' [2, 3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        'bias "\\xe9" \\\\ \\n' [1] [-0.5]
        'empty' [0, 4] []
        'bytes' [3] [0, 127, 255]
        """)
  }

  @Test(.enabled(if: Python.hasSafetensors, "python3 has no safetensors here"))
  func `and those of the reference implementation are the same thing`() throws {
    let scratch = try Scratch()
    let ours = try scratch.file("ours.safetensors", Self.file.encode())
    let theirs = scratch.path.appending("theirs.safetensors")
    try Python.run(
      """
      import sys, safetensors, safetensors.numpy as s
      with safetensors.safe_open(sys.argv[1], 'np') as f:
          s.save_file({k: f.get_tensor(k) for k in f.keys()}, sys.argv[2], metadata=f.metadata())
      """, ours.string, theirs.string)
    let read = try SafetensorsFile(contentsOf: theirs)
    #expect(Set(read.tensors) == Set(Self.file.tensors) && read.metadata == Self.file.metadata)
  }

  @Test func `of half precision are widened`() throws {
    let scratch = try Scratch()
    let text = #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}"#
    // 1.5 and -2 in both: sign, 5 or 8 bits of exponent, fraction.
    let path = try scratch.file("h.safetensors", bytes(text, data: [0x00, 0x3e, 0x00, 0xc0, 0xc0, 0x3f, 0x00, 0xc0]))
    let file = try SafetensorsFile(contentsOf: path)
    #expect(file.tensors.map(\.elements) == [.float32([1.5, -2]), .float32([1.5, -2])])
  }

  @Test func `are read with escapes, spaces and any order of keys`() throws {
    let scratch = try Scratch()
    let text = #" { "__metadata__" : {"\u00e9\ud83c\udfac\/":"\t"} , "a" : {"shape":[1],"data_offsets":[0,4],"dtype":"F32"} }  "#
    let path = try scratch.file("s.safetensors", bytes(String(text.dropFirst()), data: [0, 0, 128, 63]))
    let file = try SafetensorsFile(contentsOf: path)
    #expect(file.metadata == ["é🎬/": "\t"])
    #expect(file["a"]?.elements == .float32([1]))
  }
}

@Suite struct `Hostile safetensors files` {
  static let headers: [(String, String)] = [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "expected 8 bytes, got 4"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "begin at byte 0"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      "begin at byte 4"
    ),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "expected 8 bytes, got 4"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "a begin and an end"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}"#, "a begin and an end"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, "fits in 63 bits"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "fits in 63 bits"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "expected a number"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "expected `]`"),
    (#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, "up to 8 numbers"),
    (#"{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}"#, "one of F32"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, "got fewer"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, "once each"),
    (
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      "each name once"
    ),
    (#"{"__metadata__":{"a":1}}"#, "expected `\"`"),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, "each key once"),
    (#"{"a":[[[[[[[["#, "expected `{`"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}"#, "expected the end"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}"#, "expected `\"`"),
    (#"{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "surrogate pair"),
    (#"{}"#, "expected 0 bytes, got 4"),
    (#"[]"#, "a JSON object"),
    ("", "a JSON object"),
  ]

  @Test(arguments: headers) func `are refused by their header`(text: String, reason: String) throws {
    let scratch = try Scratch()
    let path = try scratch.file("bad.safetensors", bytes(text, data: [0, 0, 0, 0]))
    let error = #expect(throws: TensorError.self) { try SafetensorsFile(contentsOf: path) }
    let message = "\(try #require(error))"
    #expect(message.contains(reason), "\(message)")
    #expect(message.hasPrefix(path.string) && message.contains("; "), "names the file and what to do: \(message)")
  }

  @Test func `that claim a huge header are refused before it is read`() throws {
    let scratch = try Scratch()
    for (length, reason) in [(UInt64.max, "up to 100000000 bytes"), (100_000_001, "up to 100000000 bytes"), (9, "ends after 8")] {
      let prefix = withUnsafeBytes(of: length.littleEndian) { Array($0) }
      let path = try scratch.file("huge.safetensors", prefix + Array("{}      ".utf8))
      let error = #expect(throws: TensorError.self) { try SafetensorsFile(contentsOf: path) }
      #expect("\(try #require(error))".contains(reason))
    }
  }

  @Test func `of the wrong length are refused, whatever the cut`() throws {
    let scratch = try Scratch()
    let whole = `Safetensors files`.file.encode()
    for count in 0..<whole.count {
      let path = try scratch.file("cut.safetensors", Array(whole[..<count]))
      #expect(throws: TensorError.self, "cut to \(count) bytes") { try SafetensorsFile(contentsOf: path) }
    }
    #expect(throws: TensorError.self) { try SafetensorsFile(contentsOf: scratch.file("long.safetensors", whole + [0])) }
  }

  @Test func `with any one byte changed never crash`() throws {
    let scratch = try Scratch()
    let whole = `Safetensors files`.file.encode()
    var random = SeededGenerator(seed: 22)
    for index in whole.indices {
      var changed = whole
      changed[index] = UInt8.random(in: 0...255, using: &random)
      _ = try? SafetensorsFile(contentsOf: scratch.file("flip.safetensors", changed))
    }
  }

  @Test func `leave the old file when the new one cannot be written`() throws {
    let scratch = try Scratch()
    let error = #expect(throws: TensorError.self) {
      try `Safetensors files`.file.write(to: scratch.path.appending("none").appending("w.safetensors"))
    }
    #expect("\(try #require(error))".contains("cannot write: No such file or directory"))
  }
}

private func bytes(_ header: String, data: [UInt8]) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + header.utf8 + data
}
