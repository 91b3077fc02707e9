import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The export verb` {
  private static let script = """
    import sys, json, numpy as np
    folder, video = sys.argv[1], sys.argv[2]
    plain = np.load(folder + '/frames.npy', allow_pickle=False)
    with np.load(folder + '/frames.npz', allow_pickle=False) as archive:
        packed = {name: archive[name] for name in archive.files}
    lines = [json.loads(line) for line in open(folder + '/frames.jsonl')]
    assert plain.dtype == np.dtype('<f4') and plain.flags.c_contiguous, plain.dtype
    assert np.array_equal(plain, packed['features'])
    assert plain.shape[0] == len(lines) == 12, plain.shape
    assert np.abs(np.linalg.norm(plain, axis=1) - 1).max() < 1e-4
    assert np.allclose(plain, [line['embedding'] for line in lines])
    seconds = np.load(folder + '/frames.timestamps.npy', allow_pickle=False)
    ticks = np.load(folder + '/frames.pts.npy', allow_pickle=False)
    assert seconds.dtype == np.dtype('<f8') and ticks.dtype == np.dtype('<i8')
    assert np.array_equal(seconds, packed['timestamps']) and np.array_equal(ticks, packed['pts'])
    numerator, denominator = packed['time_base']
    assert np.allclose(seconds, ticks * numerator / denominator)
    assert np.allclose(seconds, np.ceil(np.arange(12) / 2 * 25 - 1e-9) / 25), seconds
    assert list(packed['frame_index']) == [line['frame'] for line in lines]
    spans = packed['spans']
    assert spans.shape == (12, 2) and np.allclose(spans[1:, 0], spans[:-1, 1]) and abs(spans[-1, 1] - 5.84) < 1e-6
    """

  @Test(.enabled(if: NumPy.isInstalled, "needs NumPy"))
  func `writes frames as NPY, NPZ and JSON Lines that agree`() {
    let folder = Folder()
    for format in ["npy", "npz", "jsonl"] {
      let outcome = Keepframe.run(
        "export", Word(Samples.clip("cuts.mp4")), "--what", "frames", "-f", Word(format), "--fps", "2", "-o",
        Word(folder.path.appending("frames.\(format)")), "--backbone", "thumbnail")
      #expect(outcome.status == 0, "\(outcome.testDescription)")
    }
    Folder.write(Self.script.utf8, to: folder.path.appending("check.py"))
    NumPy.expect(Word(folder.path.appending("check.py")), folder.path, Samples.clip("cuts.mp4"))
  }

  @Test func `gives back what a bundle holds`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path).status == 0)
    let bundle = folder.path.appending("cuts.keepframe")
    for rows in ["retained", "contexts"] {
      let file = folder.path.appending("\(rows).npy")
      let outcome = Keepframe.run("export", Word(bundle), "--what", Word(rows), "-f", "npy", "-o", Word(file))
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      #expect(try Npy(file).rows == Npy(bundle.appending("\(rows).npy")).rows)
      let text = Keepframe.run("export", Word(bundle), "--what", Word(rows), "-f", "jsonl", "-o", "-")
      #expect(text.standardOutput.split(separator: "\n").count == (try Npy(file).rows.count), "\(text.testDescription)")
    }
  }

  @Test func `gives back contexts of another width than the frames'`() throws {
    let folder = Folder()
    let made = Keepframe.run("index", Word(Samples.clip("cuts.mp4")), "-o", Word(folder.path), "--progress", "none")
    #expect(made.status == 0, "\(made.testDescription)")
    let (bundle, file) = (folder.path.appending("cuts.keepframe"), folder.path.appending("contexts.npy"))
    let outcome = Keepframe.run("export", Word(bundle), "--what", "contexts", "-f", "npy", "-o", Word(file))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(try Npy(file).rows == Npy(bundle.appending("contexts.npy")).rows)
    #expect(try Npy(file).rows.first?.count != Npy(bundle.appending("retained.npy")).rows.first?.count)
  }

  @Test func `refuses what the input does not have`() {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("single.mp4"), into: folder.path).status == 0)
    for (input, rows): (FilePath, Word) in [
      (Samples.clip("single.mp4"), "retained"), (folder.path.appending("single.keepframe"), "frames"),
    ] {
      let outcome = Keepframe.run("export", Word(input), "--what", rows, in: folder.path)
      #expect(outcome.status == 64, "\(outcome.testDescription)")
      expectRejection(outcome, of: "single")
    }
    #expect(Folder.names(in: folder.path).count == 1)
  }

  @Test(arguments: ["text.mp4", "encrypted.mp4", "missing.mp4"])
  func `leaves nothing when the video is bad`(name: String) {
    let folder = Folder()
    let outcome = Keepframe.run(
      "export", Word(Samples.clip(name)), "--what", "frames", "--backbone", "thumbnail", in: folder.path)
    #expect(outcome.status == (name == "missing.mp4" ? 66 : 65), "\(outcome.testDescription)")
    expectRejection(outcome, of: name)
    #expect(folder.tree().isEmpty, "\(folder.tree().keys)")
  }

  @Test func `does not replace a file without --force`() {
    let folder = Folder()
    let arguments: [Word] = ["export", Word(Samples.clip("single.mp4")), "--backbone", "thumbnail", "-o", "x.npy"]
    #expect(Keepframe.run(arguments, in: folder.path).status == 0)
    let before = folder.tree()
    #expect(before.count == 3, "the vectors, the seconds and the ticks: \(before.keys)")
    let again = Keepframe.run(arguments, in: folder.path)
    #expect(again.status == 73, "\(again.testDescription)")
    #expect(folder.tree() == before)
    #expect(Keepframe.run(arguments + ["--force"], in: folder.path).status == 0)
    #expect(folder.tree() == before)
  }
}
