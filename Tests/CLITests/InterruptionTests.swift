import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

/// Rows 41 to 43 of docs/faults.md: whenever a run ends, what is there is whole or not there.
@Suite struct `A run that is cut off` {
  /// Long enough to be hit in the middle, even by a slow build: 25 samples a second, all kept.
  private static let options: [Word] = ["--backbone", "thumbnail", "--gate", "all", "--fps", "25"]

  /// A run that nobody disturbs: its result and how long it takes.
  private static let undisturbed: (tree: [FilePath: [UInt8]?], seconds: Double) = {
    let folder = Folder()
    let outcome = Keepframe.run(["index", Word(Samples.clip("base.mp4")), "-o", Word(folder.path)] + options)
    precondition(outcome.status == 0, "\(outcome.testDescription)")
    return (folder.tree(), outcome.seconds)
  }()

  private func start(_ folder: Folder) -> RunningCommand {
    Keepframe.start(["index", Word(Samples.clip("base.mp4")), "-o", Word(folder.path)] + Self.options)
  }

  private func pause(_ share: Double) { usleep(UInt32(max(0, share) * Self.undisturbed.seconds * 1e6)) }

  @Test(arguments: [SIGINT, SIGTERM])
  func `by SIGINT or SIGTERM ends within two seconds of work and leaves nothing half-written (row 41)`(signal: Int32) {
    var dice = Dice()
    for _ in 0..<6 {
      let folder = Folder()
      let share = dice.share(upTo: 1)
      let run = start(folder)
      pause(share)
      let before = run.processorSeconds()
      run.send(signal)
      let outcome = run.wait()
      // Not by the clock: how much of the machine others want is not the program's doing.
      #expect(outcome.processorSeconds - before < 2 && !outcome.hung, "\(dice), at \(share)")
      #expect([0, 128 + signal].contains(outcome.status), "\(dice), at \(share): \(outcome.testDescription)")
      #expect(
        difference(folder.tree(), outcome.status == 0 ? Self.undisturbed.tree : [:]) == nil
          || folder.tree() == Self.undisturbed.tree,
        "\(dice), at \(share): \(folder.tree().keys)")
    }
  }

  @Test func `by two signals ends at once, and a later run puts it right`() {
    let folder = Folder()
    let run = start(folder)
    pause(0.4)
    run.send(SIGTERM)
    run.send(SIGINT)
    #expect([0, 130, 143].contains(run.wait().status))
    #expect(start(folder).wait().status == 0)
    #expect(difference(folder.tree(), Self.undisturbed.tree) == nil)
  }

  @Test func `by SIGKILL at any moment leaves nothing half-written, and a later run ends as if nothing had been (row 42)`() {
    var dice = Dice()
    let folder = Folder()
    for _ in 0..<20 {
      let share = dice.share(upTo: 1.05)
      let run = start(folder)
      pause(share)
      run.send(SIGKILL)
      _ = run.wait()
      let tree = folder.tree()
      let visible = tree.filter { !($0.key.components.first?.string.hasPrefix(".") ?? false) }
      if visible.isEmpty { continue }
      #expect(difference(visible, Self.undisturbed.tree) == nil, "\(dice), at \(share)")
      Folder.remove(folder.path.appending("base.keepframe"))
    }
    let outcome = start(folder).wait()
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(difference(folder.tree(), Self.undisturbed.tree) == nil, "\(dice)")
  }

  @Test func `while it replaces a bundle leaves the old one or the new one`() throws {
    var dice = Dice()
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("base.mp4"), into: folder.path).status == 0)
    let old = folder.tree()
    for _ in 0..<8 {
      let share = dice.share(upTo: 1.1)
      let run = Keepframe.start(["index", Word(Samples.clip("base.mp4")), "-o", Word(folder.path), "--force"] + Self.options)
      pause(share)
      run.send(SIGKILL)
      _ = run.wait()
      let visible = folder.tree().filter { !($0.key.components.first?.string.hasPrefix(".") ?? false) }
      #expect(visible == old || visible == Self.undisturbed.tree, "\(dice), at \(share): \(difference(visible, old) ?? "")")
    }
  }

  @Test func `by another that writes the same bundle gives way or gives the same (row 43)`() {
    let folder = Folder()
    let runs = [start(folder), start(folder)]
    let outcomes = runs.map { $0.wait() }
    #expect(outcomes.contains { $0.status == 0 }, "\(outcomes.map(\.testDescription))")
    #expect(outcomes.allSatisfy { [0, 75].contains($0.status) }, "\(outcomes.map(\.testDescription))")
    for outcome in outcomes where outcome.status == 75 { expectRejection(outcome, of: "base.keepframe") }
    #expect(difference(folder.tree(), Self.undisturbed.tree) == nil)
  }

  @Test func `in scenes leaves no file`() {
    let folder = Folder()
    let run = Keepframe.start(
      ["scenes", Word(Samples.clip("black-10min.mp4")), "-o", "scenes.json", "-f", "json"], in: folder.path)
    usleep(60_000)
    run.send(SIGINT)
    let outcome = run.wait()
    #expect([0, 130].contains(outcome.status), "\(outcome.testDescription)")
    #expect(folder.tree().count == (outcome.status == 0 ? 1 : 0), "\(folder.tree().keys)")
  }
}

/// Random numbers that can be had again: the seed is printed with a failure and taken from
/// `KEEPFRAME_SEED`.
struct Dice: CustomStringConvertible {
  private let seed: UInt64
  private var random: SplitMix

  init() {
    seed = getenv("KEEPFRAME_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0...UInt64.max)
    random = SplitMix(state: seed)
  }

  /// A number from 0 to `limit`.
  mutating func share(upTo limit: Double) -> Double { Double(random.next() >> 11) / 0x1p53 * limit }

  var description: String { "KEEPFRAME_SEED=\(seed)" }
}
