import KeepframeLibrary
import KeepframeNumerics
import KeepframePostgres
import KeepframeTestSupport
import KeepframeText
import SystemPackage

/// A library of made vectors, in a folder of its own.
struct MadeLibrary {
  static let dimension = 48
  let folder = Folder()
  let videos: [[Float]]
  let snapshot: LibrarySnapshot

  /// Videos of 1 to 40 moments. Some moments are near to those of other videos, and some are the
  /// same.
  init(videos count: Int = 60, seed: UInt64, saying texts: [[TextPiece]] = []) throws {
    var random = SplitMix(state: seed)
    let centres = (0..<12).map { _ in Self.unit(&random) }
    var videos: [[Float]] = []
    for video in 0..<count {
      var moments: [Float] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where video > 0:
          let other = videos[Int.random(in: 0..<video, using: &random)]
          let row = Int.random(in: 0..<other.count / Self.dimension, using: &random)
          moments += other[row * Self.dimension..<(row + 1) * Self.dimension]
        case 1...5: moments += Self.near(centres[Int.random(in: 0..<centres.count, using: &random)], &random)
        default: moments += Self.unit(&random)
        }
      }
      videos.append(moments)
    }
    self.videos = videos
    let library = try Library.create(at: folder.path.appending("films"))
    try library.addMade(videos, dimension: Self.dimension, saying: texts)
    snapshot = try library.snapshot()
  }

  static func unit(_ random: inout SplitMix) -> [Float] {
    scaled((0..<dimension).map { _ in Float.random(in: -1...1, using: &random) })
  }

  static func near(_ centre: [Float], _ random: inout SplitMix) -> [Float] {
    scaled(centre.map { $0 + Float.random(in: -0.08...0.08, using: &random) })
  }

  private static func scaled(_ values: [Float]) -> [Float] {
    let norm = dot(values, values).squareRoot()
    return values.map { $0 / norm }
  }

  /// A picture like a moment, a moment, or a clip with foreign footage in it.
  func query(_ turn: Int, _ random: inout SplitMix) throws -> SearchQuery {
    let index = Int.random(in: 0..<videos.count, using: &random)
    let count = videos[index].count / Self.dimension
    func moment(_ row: Int) -> [Float] { Array(videos[index][row * Self.dimension..<(row + 1) * Self.dimension]) }
    switch turn % 3 {
    case 0: return SearchQuery(picture: Self.near(moment(Int.random(in: 0..<count, using: &random)), &random))
    case 1: return try snapshot.query(at: Double(Int.random(in: 0..<count, using: &random)), of: index)
    default:
      let first = Int.random(in: 0..<count, using: &random)
      let seconds = (0..<24).map { Double($0) / 4 }
      let vectors = seconds.flatMap { time in
        first + Int(time) < count ? Self.near(moment(first + Int(time)), &random) : Self.unit(&random)
      }
      return SearchQuery(vectors: Matrix(rows: 24, columns: Self.dimension, values: vectors), seconds: seconds)
    }
  }

  /// Exports it and loads it into a new database.
  ///
  /// - Returns: the database's address.
  func load(into database: String) throws -> String {
    let server = try PostgresServer.shared.get()
    let address = try server.makeDatabase(database)
    let export = folder.path.appending(database)
    try snapshot.exportPostgres(to: export)
    let loaded = try server.psql(address, ["-f", "load.sql"], in: export)
    guard loaded.status == 0, loaded.errors == "" else { throw Unloaded(said: loaded.errors) }
    return address
  }

  struct Unloaded: Error { let said: String }
}

func problem<Value>(_ body: () throws -> Value) throws -> PostgresError.Problem? {
  do { _ = try body() } catch let error as PostgresError { return error.problem }
  return nil
}
