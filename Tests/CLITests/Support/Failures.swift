import Keepframe
import KeepframeAutograd
import KeepframeBoundaries
import KeepframeBundle
import KeepframeDecoding
import KeepframeEvaluation
import KeepframeFeatures
import KeepframeFootage
import KeepframeNumerics
import KeepframeSceneFiles
import KeepframeTraining
import SystemPackage
import Testing

@testable import KeepframeCLI
@testable import KeepframeSystem

/// An error of a library as the program tells it: each case of each type once, and more where the
/// words depend on what it holds.
struct Failure: Sendable, CustomTestStringConvertible {
  let error: any Advised
  let status: KeepframeCLI.ExitStatus
  let line: String

  init(_ error: any Advised, _ status: KeepframeCLI.ExitStatus, _ line: String) {
    (self.error, self.status, self.line) = (error, status, line)
  }

  var testDescription: String { line }

  static let all: [Failure] = [
    decodingErrors, timecodes, sceneLists, copying, splitting, templates, features, files, bundles, arrays, weights, learning,
    setUps, libraries, texts, postgres,
  ].flatMap { $0 }
}

extension Failure {
  private static func decoding(
    _ kind: DecodingError.Kind, _ rest: String, status: KeepframeCLI.ExitStatus = .badMedia, code: Int32 = 0
  ) -> Failure {
    Failure(DecodingError(path: "a.mp4", kind: kind, operation: "open", status: code), status, "a.mp4: \(rest)")
  }

  fileprivate static let decodingErrors: [Failure] = [
    decoding(.noSuchFile, "no such file; check the path", status: .noInput),
    decoding(.notRegularFile("a pipe"), "a pipe, not a regular file; pass a video file"),
    decoding(.unreadable, "cannot open it (Permission denied); check its permissions and the disk", code: -13),
    decoding(.notMedia, "not a video file that Keepframe reads; pass a file such as .mp4, .mkv, .webm, .avi or .ts"),
    decoding(.truncatedHeader, "cut off: its header (moov) comes last and is missing; copy or download it again"),
    decoding(.noVideoStream(audio: 0), "no video stream, and no sound either; get another copy, its header may be damaged"),
    decoding(.noVideoStream(audio: 2), "no video stream (2 audio streams); pass a file with video"),
    decoding(.noSuchVideoStream(wanted: 3, available: 2), "no video stream 3, it has 2; choose from 0 to 1"),
    decoding(.unsupportedCodec("XYZ1"), "cannot decode codec XYZ1; convert it to H.264, HEVC, VP9 or AV1 first"),
    decoding(.unsupportedCodec("[0][0][0][0]"), "its header names no codec, it is damaged; get another copy"),
    decoding(.encrypted("h264"), "encrypted (h264); pass a copy without that protection"),
    decoding(
      .tooLarge(width: 9, height: 8, limit: 70),
      "frames of 9x8 are over the limit of 70 pixels; raise the limit if you trust the file"),
    decoding(
      .noFrames(undecodablePackets: 0),
      "it has a header but no frame; the file is damaged or was never finished, get another copy"),
    decoding(
      .noFrames(undecodablePackets: 2),
      "no frame could be decoded, all of its 2 packets are damaged; get another copy"),
    decoding(.changed, "the file changed while it was read; run again when it is complete"),
    decoding(.stalled(seconds: 30), "open hung for 30.0 s; check the disk or the network mount, or raise the deadline"),
    decoding(.decode, "decoding failed; the file is damaged or uses a feature libavcodec lacks"),
    decoding(.convert("bayer"), "cannot convert pixel format bayer; convert the video to yuv420p first"),
    decoding(.encode, "cannot encode a JPEG; check that FFmpeg was built with its mjpeg encoder"),
    decoding(
      .outOfMemory, "out of memory in open; close other programs, or decode with one thread", status: .operatingSystem),
  ]

  fileprivate static let sceneLists: [Failure] = [
    Failure(SceneJSONError.damaged, .badMedia, "scene list: does not follow keepframe.scenes/1; make it again"),
    Failure(
      SceneJSONError.contradiction("scene 1 ends before it starts"), .badMedia,
      "scene list: contradicts itself (scene 1 ends before it starts); make it again"),
  ]

  private static func timecode(_ text: String, _ rate: Rational, _ rest: String) -> Failure {
    do throws(ImpossibleTimecode) {
      try StartTimecode(text)!.check(at: rate)
      preconditionFailure("\(text) is possible at \(rate)")
    } catch {
      return Failure(error, .usage, "the start timecode \(text) is impossible at \(rate) frames a second: \(rest)")
    }
  }

  fileprivate static let timecodes: [Failure] = [
    timecode(
      "01:00:00;00", Rational(25, 1),
      "drop-frame timecode is for 30000/1001 and 60000/1001 only; write a colon before the frames"),
    timecode("01:00:00:25", Rational(25, 1), "frames count from 00 to 24; choose one of these"),
    timecode("01:01:00;00", Rational(30000, 1001), "drop-frame timecode skips this label; the minute starts with frame 02"),
  ]

  fileprivate static let copying: [Failure] = [
    Failure(
      CopyError.reading(DecodingError(path: "a.mp4", kind: .noSuchFile, operation: "open")), .noInput,
      "a.mp4: no such file; check the path"),
    Failure(
      CopyError.unsuited(.mp4, "codec not supported"), .cannotWrite,
      "MP4 does not take its streams (codec not supported); take another container"),
    Failure(
      CopyError.cannotWrite(.noSpace), .cannotWrite,
      "cannot write parts: No space left on device; free some space, or name another folder"),
    Failure(CopyError.changed, .badMedia, "changed while it was read; run it again when nothing writes to it"),
  ]

  fileprivate static let splitting: [Failure] = [
    Failure(
      SplitError.noFFmpeg, .missingComponent,
      "ffmpeg: not found on PATH, and --split-mode exact needs it; install it, on Debian with apt-get install ffmpeg, "
        + "or leave out --split-mode exact and --clean"),
    Failure(
      SplitError.tooManyParts(70_000), .usage,
      "70000 parts are too many for one call of ffmpeg; raise --min-scene-len, or --min-len of clean clips"),
    Failure(
      SplitError.failed(video: "a.mp4", status: 1, says: "moov atom not found"), .cannotWrite,
      "a.mp4: ffmpeg could not write its parts (status 1): moov atom not found; try --split-mode copy"),
    Failure(
      SplitError.failed(video: "a.mp4", status: 137, says: ""), .cannotWrite,
      "a.mp4: ffmpeg could not write its parts (status 137): it said nothing; try --split-mode copy"),
    Failure(
      SplitError.wrongCount(video: "a.mp4", expected: 3, got: 2), .cannotWrite,
      "a.mp4: ffmpeg wrote 2 parts, expected 3, since it decodes other frames; try --split-mode copy"),
    Failure(
      SplitError.lacks("encoder libx264"), .missingComponent,
      "ffmpeg: has no encoder libx264, and --split-mode exact needs it; install a build that has it, or leave out --split-mode "
        + "exact and --clean"),
    Failure(
      SplitError.noContainer(video: "a.mp4", says: "NUT: no"), .cannotWrite,
      "a.mp4: no kind of file takes copies of its streams (NUT: no); use --split-mode exact, which encodes them again"),
    Failure(
      SplitError.cannotWrite(folder: "parts", .noSpace), .cannotWrite,
      "parts: cannot write parts: No space left on device; free some space, or name another folder"),
    Failure(
      SplitError.changed(video: "a.mp4"), .badMedia,
      "a.mp4: changed while it was read; run it again when nothing writes to it"),
  ]

  fileprivate static let templates: [Failure] = [
    Failure(NameTemplate.Problem.slash, .usage, "has a slash; it names files only; -o and --split name folders"),
    Failure(
      NameTemplate.Problem.unknownMacro("SCENE"), .usage,
      "has an unknown macro, $SCENE; known are $VIDEO_NAME $SCENE_NUMBER $IMAGE_NUMBER $FRAME_NUMBER $TIMECODE $TIMESTAMP_MS "
        + "$START_TIME $END_TIME $START_FRAME $END_FRAME, and $$ for a dollar sign"),
    Failure(NameTemplate.Problem.empty, .usage, "is empty"),
  ]

  private static let noDirection: EmbeddingError = {
    do throws(EmbeddingError) {
      _ = try Embedding(normalizing: [0, 0])
      preconditionFailure("zeros have a direction")
    } catch { return error }
  }()

  fileprivate static let features: [Failure] = [
    Failure(
      FeatureError.notInstalled(Installation(programFolder: packageRoot).missing(.runtime), problem: "found no library"),
      .missingComponent,
      "no inference runtime: found no library; run `make setup`, or set KEEPFRAME_OPENVINO, or use --backbone thumbnail"),
    Failure(
      FeatureError.notInstalled(Installation().missing(.runtime), problem: "found no library"), .missingComponent,
      "no inference runtime: found no library; set KEEPFRAME_OPENVINO to its folder, or use --backbone thumbnail"),
    Failure(
      FeatureError.notInstalled(
        Installation.Missing(part: .runtime, named: nil, setUp: .program, place: nil, ignored: nil), problem: "found no library"),
      .missingComponent,
      "no inference runtime: found no library; run `keepframe setup`, or set KEEPFRAME_OPENVINO, or use --backbone thumbnail"),
    Failure(
      FeatureError.modelMissing(model: "a.xml", problem: "no weights beside it", remedy: "copy a.bin there"), .missingComponent,
      "a.xml: no weights beside it; copy a.bin there"),
    Failure(
      FeatureError.notInstalled(Installation(programFolder: packageRoot).missing(.model("a")), problem: "not found"),
      .missingComponent,
      "a.xml: not found; run `make setup`, or set KEEPFRAME_MODELS, or use --backbone thumbnail"),
    Failure(
      FeatureError.notInstalled(
        Installation(environment: ["KEEPFRAME_MODELS": "/m"], programFolder: packageRoot).missing(.model("a")),
        problem: "no such file"),
      .missingComponent, "/m/a.xml: no such file; correct KEEPFRAME_MODELS, or unset it and run `make setup`"),
    Failure(
      FeatureError.unknownBackbone(name: "resnet"), .usage,
      "backbone `resnet`: not a built-in one; pass efficientnet-lite0, thumbnail, or the path of an .xml or .onnx model"),
    Failure(
      FeatureError.modelMismatch(model: "a.onnx", problem: "is not a whole ONNX file", remedy: "copy or export it again"), .usage,
      "a.onnx: is not a whole ONNX file; copy or export it again"),
    Failure(
      FeatureError.modelMismatch(model: "a.onnx", problem: "does not take an input", remedy: nil), .usage,
      "a.onnx: does not take an input"),
    Failure(
      FeatureError.precisionUnavailable(model: "a.onnx", wanted: "bf16", got: "f32"), .usage,
      "a.onnx: expected arithmetic in bf16, this CPU gives f32; use --precision f32"),
    Failure(
      FeatureError.runtimeFailed(.readModel, model: "a.onnx", message: "no"), .usage,
      "a.onnx: cannot read the model: no; copy or export it again"),
    Failure(
      FeatureError.runtimeFailed(.compile(precision: "f32"), model: "a.onnx", message: "no"), .usage,
      "a.onnx: cannot compile the model in f32: no; export it again"),
    Failure(
      FeatureError.runtimeFailed(.compile(precision: "bf16"), model: "a.onnx", message: "no"), .usage,
      "a.onnx: cannot compile the model in bf16: no; try --precision f32"),
    Failure(
      FeatureError.runtimeFailed(.takeInput, model: "a.onnx", message: "no input buffer"), .usage,
      "a.onnx: cannot run the model: no input buffer; export it again"),
    Failure(
      FeatureError.runtimeFailed(.run, model: "a.onnx", message: "no"), .usage,
      "a.onnx: cannot run the model: no; try --precision f32, or export it again"),
    Failure(
      FeatureError.runtimeFailed(.run, model: "a.onnx", message: "std::bad_alloc"), .operatingSystem,
      "a.onnx: cannot run the model: std::bad_alloc; out of memory: close other programs or raise the memory limit"),
    Failure(
      FeatureError.outOfMemory(neededBytes: 400_000_000), .operatingSystem,
      "out of memory for the inference runtime, which needs 400 MB; raise the memory limit, or use --backbone thumbnail"),
    Failure(
      FeatureError.noDirection(backbone: "a.onnx", precision: "f32", noDirection), .usage,
      "a.onnx in f32: embedding [2]: expected a finite, non-zero length, got 0.0; "
        + "the model or its sidecar's mean and std are at fault"),
    Failure(
      FeatureError.noDirection(backbone: "a.onnx", precision: "bf16", noDirection), .usage,
      "a.onnx in bf16: embedding [2]: expected a finite, non-zero length, got 0.0; try --precision f32"),
    Failure(
      noDirection, .bug,
      "embedding [2]: expected a finite, non-zero length, got 0.0; check the backbone's output and precision"),
  ]
}
