import Glibc
import KeepframeBundle
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `A change of a library that is stopped` {
  private let place = Place()

  @Test func `before it was committed never was`() throws {
    let library = try place.create(films: 1)
    let before = try Holding.all(library)
    let sizes = place.folder.tree().filter { $0.key.starts(with: "films.library/segments") }
    stop(after: .appended) { try library.add(try Films.bundle(1), of: film(1)) }
    #expect(try Holding.all(library) == before && library.verify().isSound)
    #expect(try library.verify().leftoverBytes > 0, "blocks without a name")
    // Whatever the next change is, it clears away first.
    #expect(try library.add(try Films.bundle(0), of: film(9)) == .moved(from: film(0)))
    #expect(difference(place.folder.tree().filter { $0.key.starts(with: "films.library/segments") }, sizes) == nil)
    #expect(try library.verify().leftoverBytes == 0)
    #expect(try library.add(try Films.bundle(1), of: film(1)) == .added)
    #expect(try Holding.all(library).count == 2 && library.verify().isSound)
  }

  @Test func `in its first segment leaves none behind`() throws {
    let library = try place.create()
    stop(after: .appended) { try library.add(try Films.bundle(0), of: film(0)) }
    #expect(try place.segmentFiles().count == 2 && library.verify().isSound && library.snapshot().space == nil)
    #expect(try library.add(try Films.bundle(1), of: film(1)) == .added)
    #expect(try place.segmentFiles().count == 2 && library.verify().leftoverBytes == 0)
  }

  @Test(arguments: [Rehearsal.Step.appended, .committed]) func `while vacuuming is whole at either side`(step: Rehearsal.Step)
    throws
  {
    let library = try place.create(films: 3)
    try library.remove(try library.videos()[1])
    let before = try Holding.all(library)
    stop(after: step) { try library.vacuum() }
    #expect(try place.segmentFiles().count == 4)
    #expect(try Holding.all(library) == before && library.verify().isSound)
    _ = try library.vacuum()
    #expect(try place.segmentFiles().count == 2 && Holding.all(library) == before)
    #expect(try library.verify().isSound && library.verify().leftoverBytes == 0)
  }

  /// Killed for good, in a process of its own.
  @Test func `by a kill is whole: an addition before its commit`() async throws {
    let path = sharedPlace("appended", of: getpid())
    defer { Folder.remove(path) }
    _ = (try Films.bundle(0), try Films.bundle(1))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let parent = getppid()
      let library = try Library.create(at: sharedPlace("appended", of: parent))
      try library.add(try Films.bundle(0, madeBy: parent), of: film(0))
      let bundle = try Films.bundle(1, madeBy: parent)
      try dying(after: .appended) { _ = try library.add(bundle, of: film(1)) }
    }
    let library = try Library(path, for: .writing)
    #expect(try library.videos().map(\.path) == [film(0)] && library.verify().isSound)
    #expect(try library.add(try Films.bundle(1), of: film(1)) == .added)
    #expect(try library.verify().isSound && library.verify().leftoverBytes == 0)
  }

  @Test func `by a kill is whole: an addition after its commit`() async throws {
    let path = sharedPlace("committed", of: getpid())
    defer { Folder.remove(path) }
    _ = try Films.bundle(0)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let parent = getppid()
      let library = try Library.create(at: sharedPlace("committed", of: parent))
      let bundle = try Films.bundle(0, madeBy: parent)
      try dying(after: .committed) { _ = try library.add(bundle, of: film(0)) }
    }
    let library = try Library(path, for: .reading)
    #expect(try library.videos().map(\.path) == [film(0)] && library.verify().isSound)
  }

  /// The limit on a file's size stands for a full disk: it is met in the middle of a block.
  @Test func `by a full disk leaves it as it was, and gives the space back`() async {
    await #expect(processExitsWith: .success) {
      let place = Place()
      let library = try place.create(films: 1)
      let (before, size) = (try Holding.all(library), try place.file("segments/000001.pictures").stat().size)
      let bundle = try Films.bundle(1)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let old = limit
      limit.rlim_cur = rlim_t(size + 100)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let found = problem { try library.add(bundle, of: film(1)) }
      limit = old
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(found == .cannotWrite(.fileTooLarge))
      #expect(try place.file("segments/000001.pictures").stat().size == size)
      #expect(try Holding.all(library) == before && library.verify().isSound)
      #expect(try library.add(bundle, of: film(1)) == .added)
    }
  }
}

/// Kills this process after a step of a change.
private func dying(after step: Rehearsal.Step, _ body: () throws -> Void) throws {
  let stop = Rehearsal.Stop { if $0 == step { kill(getpid(), SIGKILL) } }
  try Rehearsal.$stop.withValue(stop) { try body() }
}
