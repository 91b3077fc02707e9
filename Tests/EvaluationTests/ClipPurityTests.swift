import KeepframeBoundaries
import KeepframeEvaluation
import Testing

@Suite struct `Clip purity` {
  private func cut(_ frame: Int) -> Boundary { Boundary(frame: frame, cause: .cut, score: 1) }

  private func purity(_ found: [Boundary], _ truth: BoundaryTruth, trim: Int = 0, frameCount: Int = 100) -> ClipPurity {
    var clean = CleanClips()
    (clean.trimFrames, clean.leastSeconds) = (trim, 0)
    return ClipPurity(of: found, frameCount: frameCount, framesPerSecond: 25, against: truth, settings: clean)
  }

  @Test func `is the share of clips without a true cut inside`() {
    let truth = BoundaryTruth(cuts: [.init(kind: "cut", frames: 30...30), .init(kind: "jump", frames: 70...70)])
    #expect(purity([cut(30), cut(70)], truth).share == 1)
    let missed = purity([cut(30)], truth)
    #expect(missed.clips == 2 && missed.pureClips == 1 && missed.share == 0.5)
    #expect(purity([cut(29), cut(70)], truth).share == 2.0 / 3, "found a frame early: frame 29 is in the clip behind")
    #expect(purity([cut(31), cut(70)], truth).share == 2.0 / 3)
    let trimmed = purity([cut(31), cut(70)], truth, trim: 1)
    #expect(trimmed.share == 1 && trimmed.keptShare == 0.94 && trimmed.keptFrames == 94)
  }

  @Test func `counts any frame of a true transition as impure`() {
    let truth = BoundaryTruth(cuts: [], transitions: [.init(kind: "gradual", frames: 40...59)])
    func found(_ frames: Range<Int>) -> [Boundary] {
      [Boundary(frame: 50, cause: .transition(Transition(kind: .dissolve, frames: frames, score: 1)), score: 1)]
    }
    #expect(purity(found(40..<60), truth).share == 1)
    #expect(purity(found(41..<60), truth).share == 0.5)
    #expect(purity(found(40..<59), truth).share == 0.5)
    #expect(purity([cut(50)], truth).share == 0)
    #expect(purity([], BoundaryTruth(cuts: [], ambiguous: [40...59])).share == 1, "ambiguous frames count neither way")
  }

  @Test func `of a tool's detections takes spans where it says them, and needs the number of frames`() {
    let truth = BoundaryTruth(cuts: [], transitions: [.init(kind: "gradual", frames: 90...109)])
    func purity(_ kind: BoundaryDetections.Kind, frameCount: Int?) -> ClipPurity? {
      ClipPurity(of: BoundaryDetections([.init(frame: 100, kind: kind)], frameCount: frameCount), against: truth)
    }
    #expect(purity(.transition(90...109), frameCount: 200)?.share == 1)
    #expect(purity(.cut, frameCount: 200)?.share == 0)
    #expect(purity(.cut, frameCount: nil) == nil)
  }

  @Test func `of clips in frames adds up, and is none without clips`() {
    var sum = ClipPurity()
    #expect(sum.share == nil && sum.keptShare == nil)
    sum += purity([], BoundaryTruth(cuts: [.init(kind: "cut", frames: 10...10)]))
    sum += purity([], BoundaryTruth(cuts: []), frameCount: 50)
    #expect(sum.clips == 2 && sum.share == 0.5 && sum.keptFrames == 150 && sum.frames == 150)
  }

  @Test func `is a row of the report, over clips with boundaries, and part of its JSON`() {
    var report = BoundaryReport(tolerances: [0])
    let truth = BoundaryTruth(cuts: [.init(kind: "cut", frames: 30...30)])
    report.add("a.mp4", BoundaryDetections(frames: []), against: truth, purity: purity([], truth))
    report.add("b.mp4", BoundaryDetections(frames: [30]), against: truth, purity: purity([cut(30)], truth, trim: 5))
    let still = BoundaryTruth(cuts: [], frameCount: 100)
    report.add("still.mp4", BoundaryDetections(frames: []), against: still, purity: purity([], still))
    #expect(report.table().contains("\npurity: .667 of 3 clean clips, with .900 of the frames\n"), "\(report.table())")
    let json = report.json().compact()
    #expect(
      json.contains(
        #""clip":"a.mp4","has_boundaries":true,"frames":null,"purity":{"clips":1,"pure":0,"share":0.0,"kept_share":1.0}"#),
      "\(json)")
    #expect(json.contains(#""purity":{"clips":3,"pure":2,"share":0.6666666666666666,"kept_share":0.9}"#))
    #expect(json.contains(#""purity_without_boundaries":{"clips":1,"pure":1,"share":1.0,"kept_share":1.0}"#))

    var bare = BoundaryReport(tolerances: [0])
    bare.add("a.mp4", BoundaryDetections(frames: []), against: truth)
    #expect(!bare.table().contains("purity") && bare.json().compact().contains(#""purity":null"#))
  }
}
