package import KeepframeBoundaries
package import KeepframeBundle
package import KeepframeDecoding
internal import KeepframeSystem
package import SystemPackage

/// Makes the thumbnails that a player shows above its timeline: JPEG sheets of 10 by 10, and a
/// WebVTT that says where each thumbnail is.
///
/// A cue names its place as `film.thumbs-000.jpg#xywh=160,0,160,90`, relative to the WebVTT: the
/// form that JW Player and others read (Media Fragments URI 1.0, 4.2.2). Cues are in the time of
/// players, which count from the start of the container. Memory is bounded by one sheet.
package final class SpriteSheets: SceneWatcher {
  package static let columns = 10
  package static let rows = 10
  package static let cellWidth = 160
  package static let quality = 80

  private let files: SharedStagedFiles
  private let stem: [UInt8]
  private let intervalSeconds: Double
  private var cell: Picture?
  private var sheet: Picture?
  private var sheetCount = 0
  /// The time of each thumbnail in seconds, in order, and the end of the last frame.
  private var starts: [Double] = []
  private var endSeconds = 0.0
  /// When players show the first frame.
  private var playerStartSeconds = 0.0

  /// - Parameters:
  ///   - intervalSeconds: a thumbnail is taken each time this many seconds have passed: the first
  ///     frame shown from then on.
  ///   - replace: whether files that are there may be replaced. The number of sheets is known only
  ///     at the end.
  ///   - naming: how the files are distinguished from those of other videos, and which files they
  ///     must not replace.
  package init(
    every intervalSeconds: Double, in folder: FilePath, of video: FilePath, replace: Bool, naming: OutputNaming = .init()
  ) throws(ArchiveError) {
    precondition(intervalSeconds > 0, "a thumbnail every \(intervalSeconds) s")
    self.intervalSeconds = intervalSeconds
    stem = OutputName.stem(of: video, besides: 20, keepsExtension: naming.keepsExtension)
    files = SharedStagedFiles(
      try StagedFiles(in: folder, for: naming.named(after: video, suffix: ".thumbs"), sparing: naming.inputs))
    try files.value.requireFree([vttName, sheetName(0)], replace: replace)
  }

  private func name(_ suffix: String) -> FilePath { FilePath(bytes: stem + Array(suffix.utf8)) }
  private var vttName: FilePath { name(".thumbs.vtt") }
  private func sheetName(_ number: Int) -> FilePath {
    name(".thumbs-\(number.padded(3)).jpg")
  }

  package func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws {
    let time = reader.frame
    if time.index == 0 {
      playerStartSeconds = Double(reader.stream.playerMicroseconds(ofFirstFrameAt: time.pts)) / 1_000_000
    }
    endSeconds = time.seconds + reader.stream.timeBase.seconds(time.durationTicks)
    guard starts.isEmpty || time.seconds >= dueSeconds else { return }
    var cell = self.cell ?? Self.emptyCell(reader.squarePixelSize(maxWidth: Self.cellWidth))
    try reader.readPicture(into: &cell)
    let place = starts.count % (Self.columns * Self.rows)
    var sheet = self.sheet.take() ?? Picture(width: cell.width * Self.columns, height: cell.height * Self.rows)
    sheet.paste(cell, x: place % Self.columns * cell.width, y: place / Self.columns * cell.height)
    self.sheet = sheet
    self.cell = cell
    starts.append(time.seconds)
    if place == Self.columns * Self.rows - 1 { try finishSheet() }
  }

  /// Narrow videos keep their width; a cell has the shape of the first frame.
  private static func emptyCell(_ size: (width: Int, height: Int)) -> Picture { Picture(width: size.width, height: size.height) }

  /// The next multiple of the interval after the last thumbnail.
  private var dueSeconds: Double {
    let last = starts.last ?? 0
    let due = ((last / intervalSeconds).rounded(.down) + 1) * intervalSeconds
    return due > last ? due : last + intervalSeconds
  }

  package func end(certain: [Boundary]) throws { try finishSheet() }

  private func finishSheet() throws {
    guard let sheet = sheet.take(), let cell, !starts.isEmpty else { return }
    let cells = (starts.count - 1) % (Self.columns * Self.rows) + 1
    let (columns, rows) = (min(cells, Self.columns), (cells + Self.columns - 1) / Self.columns)
    try files.value.write(
      try sheet.cropped(width: columns * cell.width, height: rows * cell.height).jpeg(quality: Self.quality),
      as: "\(sheetCount).jpg")
    sheetCount += 1
  }

  /// Writes the WebVTT and its sheets.
  package func publish(replace: Bool) throws(ArchiveError) {
    let sheets = (0..<sheetCount).map { (draft: "\($0).jpg", name: sheetName($0)) }
    try files.value.requireFree(sheets.map(\.name) + [vttName], replace: replace)
    try files.value.write(Array(webVTT().utf8), as: "thumbs.vtt")
    try files.value.publish(sheets + [(draft: "thumbs.vtt", name: vttName)])
  }

  private func webVTT() -> String {
    guard let cell else { return "WEBVTT\n" }
    let perSheet = Self.columns * Self.rows
    return "WEBVTT\n"
      + starts.indices.map { index in
        let end = index + 1 < starts.count ? starts[index + 1] : endSeconds
        let url = EditorMedia.percentEncoded(sheetName(index / perSheet).bytes)
        let (x, y) = (index % perSheet % Self.columns * cell.width, index % perSheet / Self.columns * cell.height)
        return
          "\n\(Timecode.cue(playerStartSeconds + starts[index], playerStartSeconds + end))\n\(url)#xywh=\(x),\(y),\(cell.width),\(cell.height)\n"
      }.joined()
  }
}

extension Picture {
  /// The top left corner of the picture.
  fileprivate func cropped(width: Int, height: Int) -> Picture {
    guard width < self.width || height < self.height else { return self }
    var out = Picture(width: width, height: height)
    for row in 0..<height {
      let source = row * self.width * 3
      out.rgb.replaceSubrange(row * width * 3..<(row + 1) * width * 3, with: rgb[source..<source + width * 3])
    }
    return out
  }
}
