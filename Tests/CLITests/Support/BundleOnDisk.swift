import FoundationEssentials
import KeepframeTestSupport
import SystemPackage

/// A bundle as another program sees it: files, read without Keepframe's own code.
struct BundleOnDisk {
  let path: FilePath

  struct Manifest: Decodable {
    struct Video: Decodable {
      let width: Int
      let height: Int
      let rotationDegrees: Int
      let mirrored: Bool
      let startPts: Int64
      let durationSeconds: Double
      let title: String?
      let variableFrameRate: Bool
      let timeBase: String
      let streamIndex: Int
    }
    struct Damage: Decodable {
      let undecodablePackets: Int
      let concealedFrames: Int
      let synthesizedTimestamps: Int
      let timestampJumps: Int
      let formatChanges: Int
      let missingSeconds: Double
      let readError: String?
    }
    struct Counts: Decodable {
      let decoded: Int
      let sampled: Int
      let retained: Int
      let reused: Int
      let scenes: Int
    }
    struct Gate: Decodable {
      let name: String
      let price: Double
      let retention: Double
      let coverage: Double
    }
    let schema: String
    let partial: Bool
    let video: Video
    let damage: Damage
    let counts: Counts
    let gate: Gate
  }

  struct SceneFile: Decodable {
    struct Scene: Decodable {
      struct Opening: Decodable {
        let type: String
        let score: Double?
      }
      let startFrame: Int
      let endFrame: Int
      let startPts: Int64
      let endPts: Int64
      let startS: Double
      let endS: Double
      let `in`: Opening
    }
    struct Transition: Decodable {
      let kind: String
      let startFrame: Int
      let endFrame: Int
    }
    let partial: Bool
    let scenes: [Scene]
    let transitions: [Transition]
  }

  struct Retained: Decodable {
    let frame: Int
    let pts: Int64
    let t: Double
  }

  struct LedgerLine: Decodable {
    let frame: Int
    let pts: Int64
    let t: Double
    let kept: Bool
  }

  func manifest() throws -> Manifest { try Self.decode(Folder.contents(path.appending("manifest.json"))) }
  func scenes() throws -> SceneFile { try Self.decode(Folder.contents(path.appending("scenes.json"))) }
  func retained() throws -> [Retained] { try lines("retained.jsonl") }
  func ledger() throws -> [LedgerLine] { try lines("ledger.jsonl") }

  /// `retained.npy`, by row.
  func retainedVectors() throws -> [[Float]] { try Npy(path.appending("retained.npy")).rows }

  private func lines<Value: Decodable>(_ name: String) throws -> [Value] {
    try Folder.contents(path.appending(name)).split(separator: 0x0A).map { try Self.decode(Array($0)) }
  }

  static func decode<Value: Decodable>(_ bytes: [UInt8]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Value.self, from: Data(bytes))
  }
}

/// A little-endian float32 matrix in NumPy's format, as far as Keepframe writes it.
struct Npy {
  let rows: [[Float]]

  init(_ path: FilePath) throws {
    let bytes = Folder.contents(path)
    guard bytes.starts(with: [0x93] + Array("NUMPY\u{1}\u{0}".utf8)) else { throw Malformed(path: path) }
    let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
    let shape = header.split(separator: "(")[1].prefix { $0 != ")" }.split(separator: ",").compactMap {
      Int($0.filter(\.isNumber))
    }
    guard header.contains("'<f4'"), header.contains("'fortran_order': False"), shape.count == 2,
      bytes.count == headerEnd + shape[0] * shape[1] * 4
    else { throw Malformed(path: path) }
    rows = (0..<shape[0]).map { row in
      (0..<shape[1]).map { column in
        let at = headerEnd + (row * shape[1] + column) * 4
        return Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) })
      }
    }
  }

  struct Malformed: Error { let path: FilePath }
}

func cosine(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
