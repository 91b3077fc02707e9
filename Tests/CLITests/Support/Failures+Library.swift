import Keepframe
import KeepframeLibrary
import KeepframeNumerics
import SystemPackage

@testable import KeepframeCLI

extension Failure {
  private static func library(_ problem: LibraryError.Problem, _ status: KeepframeCLI.ExitStatus, _ rest: String) -> Failure {
    Failure(LibraryError(problem, at: "films"), status, rest)
  }

  private static let space = VectorSpace(
    backbone: "thumbnail", modelDigest: nil, embeddingDimension: 338, encoder: "untrained", momentDimension: 338,
    contextDimension: 338)

  static let texts: [Failure] = [
    Failure(
      TextError.noRecognition(reason: "no such file"), .missingComponent,
      "character recognition: Tesseract 5 cannot be loaded (no such file); apt-get install libtesseract5 tesseract-ocr-eng, or leave out --ocr"
    ),
    Failure(
      TextError.noLanguage("xyz"), .missingComponent,
      "character recognition: Tesseract has no data of xyz, or of one of them; apt-get install tesseract-ocr-LANG, or set TESSDATA_PREFIX to the folder of its data"
    ),
    Failure(
      TextError.badLanguages("../a"), .usage,
      "character recognition: expected languages such as eng or eng+deu, got ../a; name languages as Tesseract does, joined by +: --ocr eng+deu"
    ),
    Failure(
      TextError.recognitionFailed, .badMedia, "character recognition: Tesseract gave up on a picture; leave out --ocr"),
    Failure(
      TextError.badClassifier(file: "a.labels.safetensors", how: "is damaged"), .missingComponent,
      "a.labels.safetensors: the classifier is damaged; install the model again, or remove the file to do without labels"),
  ]

  static let libraries: [Failure] = [
    library(
      .cannotCreate(.readOnlyFileSystem), .cannotCreate,
      "films: cannot create (Read-only file system); choose another place, or make it writable"),
    library(
      .cannotRead(.permissionDenied), .badMedia, "films: cannot read (Permission denied); check the path and its permissions"),
    library(
      .cannotRead(.noSuchFileOrDirectory), .noInput,
      "films: cannot read (No such file or directory); check the path and its permissions"),
    library(
      .cannotWrite(.noSpace), .cannotWrite,
      "films: cannot write (No space left on device); the library is as it was; free some space and run again"),
    library(
      .cannotWrite(.ioError), .cannotWrite,
      "films: cannot write (Input/output error); the library is as it was; check the disk and its permissions"),
    library(.busy, .busy, "films: another process is writing to it; wait until it has ended and run again"),
    library(.exists, .cannotCreate, "films: a library is there; open it, or choose another place"),
    library(.occupied, .cannotCreate, "films: something that is no library is there; choose another place"),
    library(.notALibrary, .badMedia, "films: not a library; check the path; keepframe index --library makes a library"),
    library(
      .newerSchema(newest: 2, got: 3), .badMedia,
      "films: expected a library of version 2 or older, got 3; open it with a newer version"),
    library(
      .olderSchema(oldest: 2, got: 1), .badMedia,
      "films: expected a library of version 2 or newer, got 1; index its videos into a new library"),
    library(
      .damaged(file: "library.sqlite", how: "is missing"), .badMedia,
      "films: library.sqlite is missing; keepframe library repair rebuilds it from what is sound"),
    library(
      .otherSpace(expected: space, got: space), .badMedia,
      "films: expected vectors of \(space), got \(space); index the video as those in the library were, or use another library; "
        + "keepframe library rebuild makes this one anew"),
    library(
      .unknownEncoder(bundle: "a.keepframe", digest: "0123456789abcdef"), .badMedia,
      "a.keepframe: made with another encoder than the one of this version (0123456789ab); index the video with the encoder of "
        + "this version; keepframe library rebuild makes a library anew"
    ),
    library(
      .otherDimension(expected: 256, got: 2), .usage,
      "films: expected a query of [256], got [2]; use the library's backbone"),
    library(
      .otherBackbone(expected: "thumbnail", got: "clip.onnx"), .usage,
      "films: its vectors are of thumbnail, these would be of clip.onnx; use the library's backbone; keepframe library rebuild "
        + "makes it anew by another"),
    library(
      .notRebuilt(videos: 2, such: "a.mp4"), .noInput,
      "films: 2 of its videos have no new index, such as a.mp4; put them back where they were, or give --drop-missing; if they "
        + "were added just now, run again"
    ),
    library(.empty, .usage, "films: nothing was ever added; keepframe index --library adds videos"),
    library(.noSuchPart(file: "a.mp4"), .usage, "a.mp4: it has no frame at that time; give times within the video, in seconds"),
    library(
      .blankQuery(file: "black.mp4"), .usage,
      "black.mp4: every frame is blank, and nothing is like a blank frame; look for another picture or part"),
    library(
      .bundle(ArchiveError(.cannotRead(.permissionDenied), at: "a.keepframe")), .badMedia,
      "a.keepframe: cannot read (Permission denied); check the path and its permissions"),
  ]
}
