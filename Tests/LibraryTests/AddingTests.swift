import Keepframe
import KeepframeBundle
import KeepframeContext
import KeepframeFeatures
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `Adding to a library` {
  private let place = Place()

  @Test func `keeps all that a search needs of a bundle`() throws {
    let (library, bundle) = (try place.create(), try Films.bundle(0))
    #expect(try library.videos().isEmpty && library.snapshot().space == nil)
    #expect(try library.add(bundle, of: film(0)) == .added)
    let video = try #require(try library.videos().first)
    let facts = bundle.manifest.video
    #expect(video.path == film(0) && video.otherPaths.isEmpty && video.contentID == facts.fingerprint)
    #expect(video.sizeBytes == facts.sizeBytes && video.durationSeconds == facts.durationSeconds && video.frameRate == 10)
    #expect(video.width == 96 && video.height == 54 && !video.isPartial && video.added > 1.7e9 && video.recorded == nil)
    #expect(video.moments == bundle.manifest.counts.retained && video.contexts == bundle.manifest.counts.contexts)
    #expect(video.moments > 1, "the film has two pictures")
    #expect(try library.holds(contentID: facts.fingerprint) == video && library.holds(contentID: "00") == nil)

    let snapshot = try place.reading().snapshot()
    #expect(snapshot.videos == [video])
    let space = try #require(snapshot.space)
    #expect(space.backbone == "thumbnail" && space.modelDigest == nil && space.encoder == "untrained" && space.projection == nil)
    #expect(space.embeddingDimension == 338 && space.momentDimension == 338 && space.contextDimension == 338)

    let block = try snapshot.block(0)
    #expect(block.momentCount == video.moments && block.contextCount == video.contexts)
    #expect(try block.withMoments { Array($0) } == bundle.retainedVectors().values)
    #expect(try block.withContexts { Array($0) } == bundle.contextVectors().values)
    let samples = try #require(try bundle.sampleVectors())
    #expect(samples.rows == bundle.manifest.counts.sampled && samples.columns == 338)
    #expect(block.withSamples { Array($0) } == samples.codes)
    #expect(try (0..<block.sampleCount).map(block.sampleSeconds) == bundle.ledger().map(\.t))
    let codes = try #require(block.codes)
    let expected = try bundle.retainedVectors().values.withUnsafeBufferPointer { RowCodes(of: $0, dimension: 338) }
    #expect(Array(codes.codes) == expected.codes && Array(codes.scales) == expected.scales)
    #expect(Array(codes.errors) == expected.errors)
    for (row, record) in try bundle.retained().enumerated() {
      let moment = block.moment(row)
      #expect(moment.frame == record.frame && moment.pts == record.pts && moment.seconds == record.t)
      #expect(moment.covers == record.covers.firstT..<record.covers.endT)
      #expect(try snapshot.picture(0, moment: row) == bundle.contents(of: record.thumb))
    }
    for (row, record) in try bundle.contexts().enumerated() {
      let context = block.context(row)
      #expect(context.kind.rawValue == record.kind && context.level == record.level)
      #expect(context.seconds == record.startS..<record.endS)
    }
    // Whatever the moment: the run that it lies in names the moment that stands for the sample.
    let runs = (0..<block.runCount).map(block.run)
    for sample in try bundle.ledger() {
      #expect(runs.last { $0.seconds <= sample.t }?.row == sample.coveredBy)
    }
    #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.row != $1.row && $0.seconds < $1.seconds })
    #expect(try library.verify().isSound)
  }

  @Test func `projects what the default backbone made as the encoder does`() throws {
    let bundle = place.folder.path.appending("film.keepframe")
    _ = try Indexer(settings: IndexSettings(), backbone: LikeDefault()).index(try Films.clip(0), to: bundle)
    let library = try place.create()
    try library.add(try Bundle(bundle), of: film(0))
    let snapshot = try library.snapshot()
    let space = try #require(snapshot.space)
    #expect(space.encoder == EncoderModel.shippedDigest && space.contextDimension == EncoderModel.shipped.dimension)
    let expected = EncoderModel.shipped.projection.apply(to: try Bundle(bundle).retainedVectors())
    #expect(space.momentDimension == expected.columns && space.momentDimension < space.embeddingDimension)
    #expect(try snapshot.block(0).withMoments { Array($0) } == expected.values)
    #expect(throws: LibraryError.self, "vectors of another space") { try library.add(try Films.bundle(0), of: film(1)) }
  }

  @Test func `knows a video by what is in it`() throws {
    let library = try place.create()
    let (a, b) = (place.folder.write("a", to: "a.mp4"), place.folder.path.appending("b.mp4"))
    func home() throws -> [FilePath] { try library.videos().flatMap { [$0.path] + $0.otherPaths } }
    #expect(try library.add(Films.bundle(0), of: a) == .added)
    let before = try library.videos()
    #expect(try library.add(Films.bundle(0), of: a) == .unchanged)
    #expect(try library.videos() == before)

    #expect(try library.add(Films.bundle(0), of: b) == .copy(of: a), "the file is still at the old place")
    #expect(try home() == [a, b] && library.videos().count == 1)
    #expect(try library.add(Films.bundle(0), of: b) == .unchanged)

    Folder.remove(a)
    let c = place.folder.path.appending("c.mp4")
    #expect(try library.add(Films.bundle(0), of: c) == .moved(from: a))
    #expect(try home() == [c, b] && library.videos()[0].added == before[0].added)

    #expect(try library.add(Films.bundle(1), of: c) == .replaced, "the other content is still at b")
    #expect(try library.videos().map(\.path) == [b, c])
    #expect(try library.add(Films.bundle(2), of: b) == .replaced)
    #expect(try library.videos().map(\.path) == [c, b], "the first film is nowhere any more")
    #expect(
      try Set(library.videos().map(\.contentID)) == Set([Films.bundle(1), Films.bundle(2)].map(\.manifest.video.fingerprint)))
    #expect(try library.videos().map(\.id) == [2, 3])
    #expect(try library.verify().isSound)
  }

  @Test func `makes a relative path absolute`() throws {
    let library = try place.create()
    #expect(try library.add(Films.bundle(0), of: "./a/film.mp4") == .added)
    let here = try #require(FileSystem.currentFolder)
    #expect(try library.videos()[0].path == here.pushing("a/film.mp4"))
    #expect(try library.add(Films.bundle(0), of: "a/./film.mp4") == .unchanged)
  }

  @Test func `takes names that are no text, of the video and of the library`() throws {
    let odd = FilePath(bytes: place.folder.path.bytes + Array("/".utf8) + [0xFF, 0xFE, 0x20, 0x25, 0x3F, 0x23, 0x0A])
    let video = FilePath(bytes: [0x2F, 0x80, 0x25, 0xC3, 0xA4])
    let library = try Library.create(at: odd)
    #expect(try library.add(Films.bundle(0), of: video) == .added)
    #expect(try library.add(Films.bundle(0), of: video) == .unchanged)
    #expect(try Library(odd, for: .reading).videos().map(\.path) == [video])
    let frozen = try Rehearsal.$isReadOnly.withValue(true) { try Library(odd, for: .reading).videos() }
    #expect(frozen.map(\.path) == [video])
    #expect(FileSystem.exists(odd.appending("library.sqlite")) && place.folder.names().count > 3)
    try FileSystem.remove(odd.appending("library.sqlite"))
    #expect(try Library.repair(odd).kept == 1)
    #expect(try Library(odd, for: .reading).videos().map(\.path) == [video])
  }

  @Test func `refuses what cannot be compared, in one line`() throws {
    let library = try place.create(films: 1)
    let before = place.folder.tree()
    let other = try Films.changed(try Films.bundle(1), in: place.folder) { manifest, _ in
      manifest.replacing("\"name\" : \"thumbnail\"", with: "\"name\" : \"toenail\"")
    }
    #expect(other.manifest.backbone.name == "toenail")
    guard case .otherSpace(let expected, let got) = problem({ try library.add(other, of: film(1)) })
    else {
      Issue.record("another space is refused")
      return
    }
    #expect(expected.backbone == "thumbnail" && got.backbone == "toenail")

    let foreign = try Films.changed(try Films.bundle(1), in: place.folder) { manifest, _ in
      manifest.replacing("\"weights\" : \"untrained\"", with: "\"weights\" : \"abcdef\"")
    }
    #expect(
      problem { try library.add(foreign, of: film(1)) }
        == .unknownEncoder(bundle: foreign.path, digest: "abcdef"))

    let damaged = try Films.changed(try Films.bundle(1), in: place.folder) { manifest, _ in manifest }
    Folder.write("".utf8, to: damaged.path.appending("retained.npy"))
    guard case .bundle(let error) = problem({ try library.add(damaged, of: film(1)) }) else {
      Issue.record("a damaged bundle is refused")
      return
    }
    #expect(error.code == "bundle.altered")
    #expect(try library.videos().count == 1)
    for name in ["000001.vectors", "000001.pictures"] {
      let file = FilePath("films.library/segments").appending(name)
      #expect(place.folder.read(file) == before[file])
    }
  }

  @Test func `begins a new segment when one is full`() throws {
    try Rehearsal.$segmentLimit.withValue(65) {
      let library = try place.create(films: 3)
      #expect(try place.segmentFiles().count == 6)
      #expect(try library.verify().isSound && Holding.all(library).count == 3)
    }
    let before = try Holding.all(try place.reading())
    let library = try Library(place.path, for: .writing)
    try library.add(try Films.bundle(3), of: film(3))
    #expect(try place.segmentFiles().count == 6 && Holding.all(library).isSuperset(of: before))
  }

  @Test func `by two at once loses nothing`() throws {
    _ = try place.create()
    let bundles = try (0..<16).map { try Films.bundle($0 % 4, content: "film \($0)", in: place.folder) }
    let failures = Mutex<[String]>([])
    let path = place.path
    runSideBySide(count: 4) { worker in
      do {
        let library = try Library(path, for: .writing, patience: .seconds(120))
        // Half of the films are added by two.
        for number in 0..<16 where number % 4 == worker || number % 4 == (worker + 1) % 4 {
          try library.add(bundles[number], of: film(number))
          _ = try library.snapshot()
        }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
    let library = try place.reading()
    #expect(try Set(library.videos().map(\.contentID)) == Set((0..<16).map { "film \($0)" }))
    #expect(try library.verify().isSound && library.verify().leftoverBytes == 0)
  }

  @Test func `waits for another writer, and not for ever`() throws {
    let library = try place.create(films: 1)
    let impatient = try Library(place.path, for: .writing, patience: .zero)
    let bundle = try Films.bundle(1)
    try library.change { _ throws(LibraryError) in
      #expect(problem { try impatient.add(bundle, of: film(1)) } == .busy)
      #expect(problem { try Library.repair(place.path, patience: .zero) } == .busy)
      let count = try place.reading().videos().count
      #expect(count == 1, "who reads waits for nobody")
    }
    #expect(try impatient.add(bundle, of: film(1)) == .added)
  }
}

/// Runs `body` on threads of its own.
func runSideBySide(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let threads = (0..<count).compactMap { _ in SerialThread() }
  #expect(threads.count == count)
  let done = Mutex(0)
  for (worker, thread) in threads.enumerated() {
    thread.run {
      body(worker)
      done.withLock { $0 += 1 }
    }
  }
  // A thread that is let go drops what it has not begun.
  withExtendedLifetime(threads) { while done.withLock({ $0 }) < count { pause() } }
}
