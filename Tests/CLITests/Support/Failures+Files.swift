import Keepframe
import KeepframeAutograd
import KeepframeBundle
import KeepframeEvaluation
import KeepframeFootage
import KeepframeNumerics
import KeepframeSystem
import KeepframeTraining
import SystemPackage

@testable import KeepframeCLI

extension Failure {
  private static func file(_ problem: ArchiveError.Problem, _ status: KeepframeCLI.ExitStatus, _ rest: String) -> Failure {
    Failure(ArchiveError(problem, at: "a.keepframe"), status, "a.keepframe: " + rest)
  }

  static let files: [Failure] = [
    file(
      .cannotCreate(.readOnlyFileSystem), .cannotCreate,
      "cannot create (Read-only file system); choose another place with -o, or make it writable"),
    file(
      .cannotWrite(.noSpace), .cannotWrite,
      "cannot write (No space left on device); nothing was left behind; free some space and run again"),
    file(
      .cannotWrite(.fileTooLarge), .cannotWrite,
      "cannot write (File too large); nothing was left behind; free some space and run again"),
    file(
      .cannotWrite(.ioError), .cannotWrite,
      "cannot write (Input/output error); nothing was left behind; check the disk and run again"),
    file(
      .cannotRead(.noSuchFileOrDirectory), .noInput,
      "cannot read (No such file or directory); check the path and its permissions"),
    file(
      .cannotRead(.permissionDenied), .badMedia, "cannot read (Permission denied); check the path and its permissions"),
    file(.busy, .busy, "another keepframe is writing it; wait for that one and run again"),
    file(.exists(what: "the file exists"), .cannotCreate, "the file exists; use --force to replace it, or -o for another place"),
    file(
      .occupied(by: "something that is no file"), .cannotCreate,
      "something that is no file is there, and is never replaced; use -o for another place"),
    file(
      .isInput("a.keepframe"), .usage,
      "an input of this run, and no input is ever written to; choose another place for the output"),
    file(
      .isInput("b.mp4"), .usage,
      "leads to b.mp4, an input of this run, and no input is ever written to; choose another place for the output"),
    file(.insideInput("b.keepframe"), .usage, "inside b.keepframe, which this run reads; choose a place outside it"),
    file(
      .holdsInput("a.keepframe/b.mp4"), .usage,
      "would be emptied, and a.keepframe/b.mp4 lies in it; choose another place for the output"),
    file(.noJSONForm("nan"), .badMedia, "a value has no JSON form: nan"),
  ]

  private static func bundle(_ damage: ArchiveError.Damage, _ rest: String) -> Failure { file(.invalid(damage), .badMedia, rest) }

  static let bundles: [Failure] = [
    bundle(.notABundle, "not a bundle; make one with keepframe index"),
    bundle(.unfinished, "not a finished bundle (no manifest.json); index the video again"),
    bundle(
      .otherVersion(expected: "keepframe.bundle/1", got: "keepframe.bundle/9"),
      "expected keepframe.bundle/1, got keepframe.bundle/9; index the video again with this version"),
    bundle(.damaged(file: "manifest.json"), "manifest.json is damaged; index the video again with --force"),
    bundle(.unlisted(file: "retained.npy"), "the manifest lists no retained.npy; index the video again with --force"),
    bundle(.outside(file: "../a"), "the manifest names a file outside, ../a; do not trust this bundle"),
    bundle(.missing(file: "retained.npy"), "retained.npy is missing; index the video again with --force"),
    bundle(.altered(file: "retained.npy"), "retained.npy differs from the manifest; index the video again with --force"),
    bundle(
      .unreadableArray(.system(operation: .open, path: "a.npy", .permissionDenied)),
      "a.npy: cannot open: Permission denied; check the permissions, or choose another place"),
    bundle(
      .wrongShape(file: "retained.npy", expected: [2, 3], got: [2, 4]),
      "retained.npy: expected float32 [2, 3], got [2, 4]; index the video again with --force"),
    bundle(
      .contradictsItself(file: "scenes.json", how: "scene 1 ends before it starts"),
      "scenes.json contradicts itself (scene 1 ends before it starts); index the video again with --force"),
    bundle(
      .contradictsManifest(file: "ledger.jsonl"),
      "ledger.jsonl contradicts itself or the manifest; index the video again with --force"),
  ]

  private static func system(_ operation: TensorError.Operation, _ errno: Errno) -> TensorError {
    .system(operation: operation, path: "a.npy", errno)
  }

  private static func setUp(_ error: SetUpError, _ line: String, status: KeepframeCLI.ExitStatus = .missingComponent) -> Failure {
    Failure(error, status, line)
  }

  static let setUps: [Failure] = [
    setUp(
      .unsupportedMachine("Linux on arm64"),
      "set-up: no wheels are pinned for Linux on arm64; set KEEPFRAME_OPENVINO and KEEPFRAME_MODELS to your own, "
        + "or use --backbone thumbnail"),
    setUp(
      .notInstalled,
      "set-up: requirements.txt and build-backbone.py are not installed with the program; "
        + "install Keepframe with make install or its .deb"),
    setUp(
      .misled(Installation(environment: ["KEEPFRAME_MODELS": "/m"]).missing(.model("a"))),
      "KEEPFRAME_MODELS: names /m, which has no a.xml; correct it, or unset it"),
    setUp(.noDataFolder, "set-up: found no data folder for the user; set HOME or XDG_DATA_HOME", status: .cannotCreate),
    setUp(
      .openToOthers(folder: "d"),
      "d: others may write there, so nothing in it would be used; take that right away from others (chmod o-w), "
        + "or set XDG_DATA_HOME",
      status: .cannotCreate),
    setUp(
      .cannotCreate("d", .permissionDenied),
      "d: cannot create (Permission denied); make the folder above it writable, or set XDG_DATA_HOME", status: .cannotCreate),
    setUp(
      .cannotWrite("d", .noSpace), "d: cannot write (No space left on device); free 600 MB there and run again",
      status: .cannotWrite),
    setUp(
      .cannotWrite("d", .ioError), "d: cannot write (Input/output error); check the disk and run again", status: .cannotWrite),
    setUp(.busy(folder: "d"), "d: another set-up is writing it; wait for that one and run again", status: .busy),
    setUp(
      .noPython(named: nil),
      "set-up: found no Python 3.11 to 3.14, which the pinned wheels are for; "
        + "install one (apt-get install python3 python3-pip), or set PYTHON to one"),
    setUp(
      .noPython(named: "py"),
      "py: PYTHON names it, but it is not Python 3.11 to 3.14, which the pinned wheels are for; set PYTHON to one, or unset it"),
    setUp(
      .noPip(python: "/p"),
      "/p: has no pip; install it (apt-get install python3-pip), or set PYTHON to a Python that has it"),
    setUp(
      .noNetwork(says: "no"),
      "set-up: cannot reach the package index: no; connect, or set PIP_INDEX_URL to a mirror, and run again"),
    setUp(
      .altered(says: ""),
      "set-up: a wheel does not have its pinned hash; run again; if it stays so, do not trust the mirror", status: .badMedia),
    setUp(.fetchFailed(status: 2, says: "no"), "set-up: pip ended with 2: no; run again"),
    setUp(.buildFailed(model: "m", status: 1, says: "no"), "m: building it ended with 1: no; run again"),
  ]

  private static let refusal: TensorError.Refusal = {
    do throws(TensorError) {
      _ = try NpyArray(contentsOf: "/dev")
      preconditionFailure("a folder is an array")
    } catch {
      guard case .refused(_, let refusal) = error else { preconditionFailure("expected a refusal, got \(error)") }
      return refusal
    }
  }()

  static let arrays: [Failure] = [
    Failure(system(.open, .noSuchFileOrDirectory), .noInput, "a.npy: cannot open: No such file or directory; check the path"),
    Failure(
      system(.open, .permissionDenied), .badMedia,
      "a.npy: cannot open: Permission denied; check the permissions, or choose another place"),
    Failure(
      system(.write, .noSpace), .cannotWrite,
      "a.npy: cannot write: No space left on device; free some space, or choose another place"),
    Failure(
      system(.rename, .ioError), .cannotWrite,
      "a.npy: cannot rename a draft to it: Input/output error; check the path and its disk"),
    Failure(
      TensorError.refused(path: "/dev", refusal), .badMedia,
      "/dev: file: expected a regular file, got a directory; pass the path of a file"),
    Failure(refusal, .badMedia, "file: expected a regular file, got a directory; pass the path of a file"),
    Failure(
      TensorError.tooLarge(what: "NPZ", expected: "up to 65535 arrays", got: "70000"), .cannotWrite,
      "NPZ: expected up to 65535 arrays, got 70000; write several smaller files"),
    Failure(
      TensorError.noLibrary("libopenblas.so.0: cannot open"), .missingComponent,
      "OpenBLAS does not load (libopenblas.so.0: cannot open); install libopenblas0, or run `make setup`"),
    Failure(
      TensorError.outOfMemory(purpose: "a product"), .operatingSystem,
      "out of memory for a product; close other programs or raise the memory limit"),
  ]

  private static func weights(
    _ kind: WeightsError.Kind, _ problem: WeightsError.Problem, _ rest: String, status: KeepframeCLI.ExitStatus = .badMedia
  ) -> Failure { Failure(WeightsError(kind, "w", problem), status, "w: expected \(rest)") }

  static let weights: [Failure] = [
    Failure(
      WeightsError(.gate, "w", .file(system(.open, .noSuchFileOrDirectory))), .noInput,
      "a.npy: cannot open: No such file or directory; check the path"),
    weights(
      .gate, .wrongFormat(expected: "a", got: nil),
      "metadata `format` = `a`, got no such metadata; pass weights made by this version's `keepframe train gate`"),
    weights(
      .projection, .wrongFormat(expected: "a", got: "b"),
      "metadata `format` = `a`, got `b`; pass weights made by this version's `keepframe train projection`"),
    weights(
      .encoder, .wrongMetadata(key: "kind", expected: "a known kind", got: "x"),
      "metadata `kind` = a known kind, got `x`; pass weights made by this version's `keepframe train encoder`"),
    weights(
      .boundaries, .wrongShape(tensor: "t", expected: [2, nil], got: [3]),
      "t [2, any], got [3]; train again with `keepframe train boundaries`"),
    weights(.gate, .wrongType(tensor: "t", got: "U8"), "t in F32, got U8; train again with `keepframe train gate`"),
    weights(
      .encoder, .unknownTensor("t"),
      "the tensors of an encoder alone, got `t` too; train again with `keepframe train encoder`"),
    weights(
      .gate, .notFinite(tensor: "t"), "finite weights, got NaN or infinity in t; train again with `keepframe train gate`"),
    weights(
      .gate, .wrongBackbone(expected: "a [2]", got: "b [3]"),
      "weights for a [2], got weights for b [3]; "
        + "take --gate coverage, use the backbone they are for, or train --gate-weights for this one with `keepframe train gate`",
      status: .usage),
    weights(
      .encoder, .wrongBackbone(expected: "a [2]", got: "[3]"),
      "weights for a [2], got weights for [3]; "
        + "use the backbone they are for, or train for this one with `keepframe train encoder`",
      status: .usage),
  ]

  private static let checkpoints: [GradientsError] = [
    .file(.noLibrary("no")), .diverged(step: 3, what: "the loss"),
    .wrongFormat(path: "c", expected: "a number as metadata `step`", got: "x"),
    .wrongSetting(path: "c", name: "seed", expected: "2", got: "1"),
    .wrongShape(path: "c", tensor: "w", expected: [2], got: nil),
    .wrongPrecision(path: "c", tensor: "w", expected: "Double"), .unknownTensor(path: "c", tensor: "w"),
  ]

  private static let checkpointLines = [
    "OpenBLAS does not load (no); install libopenblas0, or run `make setup`",
    "training, step 3: expected finite numbers, got NaN or infinity in the loss; "
      + "lower the learning rate or clip gradients; the state before this step was kept",
    "c: expected a number as metadata `step`, got `x`; pass a checkpoint of this version, or start afresh",
    "c: expected seed `2`, got `1`; resume with the settings it was made with, or start afresh",
    "c: expected w [2], got no such tensor; resume with the model it was made with, or start afresh",
    "c: expected w in Double, got another type; pass a checkpoint of that precision",
    "c: expected the tensors of one model, got `w` too; resume with the model it was made with, or start afresh",
  ]

  static var learning: [Failure] {
    var all = footage + labelFiles
    for (error, line) in zip(checkpoints, checkpointLines) {
      all += [Failure(error, .usage, line), Failure(TrainingError.gradients(error), .usage, line)]
    }
    return all + boundaryFiles.map { Failure(BoundaryFileError($0, in: "a.txt"), .badMedia, "a.txt: \($1)") }
  }

  private static let footage: [Failure] = [
    Failure(
      TrainingError.tooLittleFootage(what: "shots", needed: 3, found: 1), .usage,
      "footage: 3 shots are needed, 1 found; add more or longer videos"),
    Failure(
      TrainingError.noFFmpeg, .missingComponent,
      "found no ffmpeg on PATH, which encodes the videos; install it (apt-get install ffmpeg)"),
    Failure(TrainingError.ffmpeg(status: 1, lastWords: "no"), .usage, "ffmpeg ended with 1: no"),
    Failure(
      TrainingError.badLabels(file: "a.txt", problem: "line 1: expected two numbers"), .usage,
      "a.txt: line 1: expected two numbers"),
    Failure(
      TrainingError.badTruth(file: "a.json"), .badMedia, "a.json: not the truth of a deck of slides; make decks again"),
    Failure(
      FootageError.noVideos(folder: "f", reason: "no video in this folder"), .usage,
      "f: no video in this folder; pass a folder of videos"),
    Failure(
      FootageError.noPictures(folder: "f"), .usage,
      "f: no picture in this folder (looked for .jpeg, .jpg, .png); pass a folder of photographs"),
    Failure(
      FootageError.tooFewSources(found: 1, needed: 2), .usage,
      "footage: 2 sources are needed, 1 found; add videos of other origin, one sub-folder for each origin, "
        + "or list the source of each video in sources.tsv"),
    Failure(
      FootageError.tooFewShots(sourcesFound: 1, needed: 2, frames: 40), .usage,
      "footage: shots of 40 frames or more are needed from 2 sources, 1 found; add videos with longer shots"),
    Failure(
      FootageError.badSources(file: "f/sources.tsv", line: 2, problem: "expected two fields, got 1"), .usage,
      "f/sources.tsv, line 2: expected two fields, got 1; write a video's path below the folder, a tab and its source"),
  ]

  private static func labels(_ error: LabelError, _ status: KeepframeCLI.ExitStatus, _ rest: String) -> Failure {
    Failure(error, status, "l.jsonl" + rest)
  }

  private static let labelFiles: [Failure] = [
    labels(
      .badLine(file: "l.jsonl", line: 2, problem: "names no video"), .badMedia, ", line 2: names no video; correct the line"),
    labels(
      .unusable(file: "l.jsonl", problem: "holds no label"), .badMedia,
      ": holds no label; write one label per line, as JSON or CSV"),
    labels(
      .noVideo(file: "l.jsonl", first: "a.mp4"), .badMedia,
      ": no video that it names is in the footage, such as a.mp4; "
        + "name videos by their path below --footage, or by their file name"),
    labels(
      .nothingWanted(file: "l.jsonl", names: ["face", "text"]), .usage,
      ": has named labels (face, text), but none is chosen as wanted; say which of them are wanted with --want"),
    labels(
      .notNamed(file: "l.jsonl"), .usage, ": says what to keep and to skip, and names no labels; leave out --want"),
    labels(
      .unknownName(file: "l.jsonl", name: "faces", names: ["face", "text"]), .usage,
      ": no label faces, only face, text; give one of these to --want"),
    labels(
      .tooFewVideos(file: "l.jsonl", found: 3, needed: 8), .usage,
      ": 8 labelled videos are needed, 3 found; label moments of more videos"),
    labels(
      .oneSided(file: "l.jsonl", everything: true), .usage,
      ": everything labelled is wanted; label what is not wanted, too"),
    labels(
      .oneSided(file: "l.jsonl", everything: false), .usage, ": nothing labelled is wanted; label what is wanted, too"),
  ]

  private static let boundaryFiles: [(BoundaryFileError.Problem, String)] = [
    (.notText, "is not text"), (.unknownFormat, "is of no known format; say which with --format"),
    (.notTruth, "is not a file of truth: expected a JSON object with cuts: [frame, ...] and gradual: [[first, last], ...]"),
    (.noColumn, "has no column Start Frame, as PySceneDetect's CSV has"),
    (.noFrameNumber(column: 2, line: "1,x"), "has no frame number in column 2 of \"1,x\""),
    (.noScene(line: "1"), "expected first and last frame of a scene, got \"1\""),
    (.noTime(line: "lavfi"), "has no time in \"lavfi\""),
    (.noFrameRate, "has times only, and the truth has no fps to convert them to frames"),
    (.noScenes, "expected scenes with start_frame, or a list of frames"),
    (
      .noShot(number: 3, line: "9 3"),
      "line 3: expected the first and last frame of a shot that follows the one before, got \"9 3\""
    ),
    (
      .notClipShots,
      "is no ClipShots file: expected {\"a.mp4\": {\"transitions\": [[11, 12], ...], \"frame_num\": 90}, ...}"
    ),
    (
      .noTransitions(clip: "b.mp4"),
      "b.mp4: expected transitions: [[last frame before, first after], ...] and a whole frame_num"
    ),
    (.noTransition(clip: "b.mp4", text: "[9, 3]"), "b.mp4: expected [last frame before, first after], got [9, 3]"),
    (.noSuchFrame(1 << 50), "names frame 1125899906842624, which no video has"),
    (.noSuchRate(1e18), "states 1e+18 frames a second, which no video has"),
  ]
}
