internal import FoundationEssentials
internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeSystem
package import SystemPackage

/// When each slide of a deck is complete, exactly.
///
/// As JSON: `fps`, `frames`, `kinds` (of ``DeckKind``), and `slides`. Each slide has `start_s`,
/// when anything of it is first seen; `complete_s`, when its last line has appeared; `end_s`, when
/// anything of what follows is first seen; and `lines`.
package struct DeckTruth: Hashable, Sendable {
  package struct Slide: Hashable, Sendable {
    /// In seconds from the first frame.
    package let start: Double
    package let complete: Double
    package let end: Double
    package let lineCount: Int
  }

  package let framesPerSecond: Int
  package let frameCount: Int
  package let kinds: Set<DeckKind>
  package let slides: [Slide]

  init(_ plan: DeckPlan) {
    framesPerSecond = plan.framesPerSecond
    frameCount = plan.frameCount
    kinds = plan.kinds
    func seconds(_ frame: Int) -> Double { Double(frame) / Double(plan.framesPerSecond) }
    slides = plan.slides.map { slide in
      Slide(
        start: seconds(slide.first), complete: seconds(plan.completion(of: slide)), end: seconds(slide.end),
        lineCount: slide.lines.count)
    }
  }

  /// The slide that a frame shows complete; nil if a line is still missing, or two slides show.
  package func slideCompleted(at seconds: Double) -> Int? {
    // Containers round times.
    let rounding = 0.5 / Double(framesPerSecond)
    return slides.firstIndex { seconds + rounding > $0.complete && seconds + rounding < $0.end }
  }

  /// Whether a slide is shown, complete or not.
  package func showsSlide(at seconds: Double) -> Bool {
    let rounding = 0.5 / Double(framesPerSecond)
    return slides.contains { seconds + rounding > $0.start && seconds + rounding < $0.end }
  }

  package var json: String {
    JSONText.object([
      ("fps", .integer(framesPerSecond)), ("frames", .integer(frameCount)),
      ("kinds", .array(DeckKind.allCases.filter(kinds.contains).map { .string($0.rawValue) })),
      (
        "slides",
        .array(
          slides.map {
            .object([
              ("complete_s", .number($0.complete)), ("end_s", .number($0.end)), ("lines", .integer($0.lineCount)),
              ("start_s", .number($0.start)),
            ])
          })
      ),
    ]).prettyPrinted()
  }

  /// The file of a deck's truth, which lies beside the video.
  package static func file(of video: FilePath) -> FilePath {
    video.removingLastComponent().appending("\(video.lastComponent?.string ?? "").json")
  }

  /// - Throws: ``TrainingError/badTruth(file:)``; `ArchiveError` if the file cannot be read.
  package init(contentsOf path: FilePath) throws {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileSystem.read(path) } catch { throw ArchiveError(.cannotRead(error), at: path) }
    let refusal = TrainingError.badTruth(file: PrintableText.escaping(path))
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)), document.fps > 0 else { throw refusal }
    framesPerSecond = document.fps
    frameCount = document.frames
    kinds = Set(document.kinds.compactMap(DeckKind.init))
    slides = document.slides.map {
      Slide(start: $0.start, complete: $0.complete, end: $0.end, lineCount: $0.lines)
    }
    guard kinds.count == document.kinds.count, !slides.isEmpty,
      slides.allSatisfy({ $0.start >= 0 && $0.start <= $0.complete && $0.complete < $0.end })
    else { throw refusal }
  }

  private struct Document: Decodable {
    let fps: Int
    let frames: Int
    let kinds: [String]
    let slides: [Entry]

    struct Entry: Decodable {
      let start: Double
      let complete: Double
      let end: Double
      let lines: Int

      private enum CodingKeys: String, CodingKey { case start = "start_s", complete = "complete_s", end = "end_s", lines }
    }
  }
}
