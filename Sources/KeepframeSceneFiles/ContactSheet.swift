package import KeepframeBoundaries
package import KeepframeBundle
package import KeepframeDecoding
package import SystemPackage

/// Makes pages of small pictures, one from the middle of each scene, with the time at which the
/// scene starts.
///
/// Memory is bounded by the pictures of one scene and by one page. One picture of each scene waits
/// on disk.
package final class ContactSheet: SceneWatcher {
  package static let columns = 6
  /// Rows of a full page.
  package static let rows = 20
  package static let cellWidth = 240
  package static let gap = 4
  package static let quality = 85

  private let destination: FilePath
  private let replace: Bool
  private let inputs: InputFiles
  private var files: StagedFile?
  private let spool: SharedSpool
  private var captured = ShotCapture<Picture>(growth: 6)
  private var cellSize: (width: Int, height: Int)?
  /// Frames whose picture is in the spool, ascending.
  private var kept: [FrameTime] = []

  /// - Parameters:
  ///   - destination: the first page, claimed at once. Further pages of a long film are called
  ///     `NAME-2.jpg`, `NAME-3.jpg` and so on.
  ///   - inputs: the files that no page may replace.
  package init(_ destination: FilePath, replace: Bool, sparing inputs: InputFiles = InputFiles()) throws(ArchiveError) {
    self.destination = destination
    self.replace = replace
    self.inputs = inputs
    files = try StagedFile(destination, replace: replace, sparing: inputs)
    spool = SharedSpool(try JPEGSpool(in: destination.removingLastComponent(), reportedAs: destination))
  }

  package func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws {
    let time = reader.frame
    if captured.isDue(at: time, isCutCandidate: isCutCandidate) {
      let size = cellSize ?? reader.squarePixelSize(maxWidth: Self.cellWidth)
      cellSize = size
      var picture = Picture(width: size.width, height: size.height)
      try reader.readPicture(into: &picture)
      captured.append(picture, at: time)
    }
    for shot in captured.close(at: certain, now: time) { try keep(shot) }
  }

  package func end(certain: [Boundary]) throws {
    for shot in captured.finish(at: certain) { try keep(shot) }
  }

  private func keep(_ shot: CapturedShot<Picture>) throws {
    for (time, picture) in shot.evenlySpread(1) {
      try spool.value.append(picture.rgb)
      kept.append(time)
    }
  }

  /// Draws and writes the pages of the final list of scenes.
  package func publish(_ list: SceneList) throws {
    guard let cellSize else { return }
    let perPage = Self.columns * Self.rows
    let pages = max(1, (list.scenes.count + perPage - 1) / perPage)
    for page in 1..<max(1, pages) { try inputs.check(pagePath(page + 1)) }
    for page in 0..<pages {
      let scenes = list.scenes.dropFirst(page * perPage).prefix(perPage)
      let jpeg = try draw(Array(scenes), cellSize).jpeg(quality: Self.quality)
      let file = try files.take() ?? StagedFile(pagePath(page + 1), replace: replace, sparing: inputs)
      try file.publish(jpeg)
    }
  }

  private func pagePath(_ number: Int) -> FilePath {
    let name = destination.lastComponent.map { FilePath(root: nil, [$0]).bytes } ?? []
    let dot = name.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil } ?? name.endIndex
    return destination.removingLastComponent().pushing(FilePath(bytes: name[..<dot] + Array("-\(number)".utf8) + name[dot...]))
  }

  private func draw(_ scenes: [Segment], _ size: (width: Int, height: Int)) throws -> Picture {
    let columns = max(1, min(Self.columns, scenes.count))
    let rows = max(1, (scenes.count + columns - 1) / columns)
    var sheet = Picture(
      width: columns * (size.width + Self.gap) + Self.gap, height: rows * (size.height + Self.gap) + Self.gap)
    for (position, scene) in scenes.enumerated() {
      var cell = Picture(width: size.width, height: size.height)
      let middle = places(1, in: scene.seconds.lowerBound...scene.seconds.upperBound)
      let own = kept.indices.filter { scene.frames.contains(kept[$0].index) }
      if let index = own.nearest(to: middle, { kept[$0].seconds }).first { cell.rgb = try spool.value.read(index) }
      BitmapFont.draw(
        Timecode.clock(scene.seconds.lowerBound), on: &cell, x: 0, bottom: size.height, scale: size.width >= 160 ? 2 : 1)
      sheet.paste(
        cell, x: Self.gap + position % columns * (size.width + Self.gap),
        y: Self.gap + position / columns * (size.height + Self.gap))
    }
    return sheet
  }
}

/// Lets a class own a spool.
private final class SharedSpool {
  var value: JPEGSpool
  init(_ value: consuming JPEGSpool) { self.value = value }
}
