import KeepframeNumerics
import SystemPackage
import Testing

@testable import KeepframeBundle
@testable import KeepframeSystem

@Suite struct `A message about files` {
  @Test(arguments: [
    (
      ArchiveError.Problem.cannotCreate(.readOnlyFileSystem),
      "film.keepframe: cannot create (Read-only file system); choose another place, or make it writable"
    ),
    (
      .cannotWrite(.noSpace),
      "film.keepframe: cannot write (No space left on device); nothing was left behind; free some space and run again"
    ),
    (
      .cannotRead(.noSuchFileOrDirectory),
      "film.keepframe: cannot read (No such file or directory); check the path and its permissions"
    ),
    (.busy, "film.keepframe: another process is writing it; wait until it has ended and run again"),
    (.exists(what: "the file exists"), "film.keepframe: the file exists; have it replaced, or choose another place"),
    (
      .invalid(.altered(file: "retained.npy")),
      "film.keepframe: retained.npy differs from the manifest; make it again from the video"
    ),
    (
      .invalid(.unreadableArray(.system(operation: .open, path: "a.npy", .noSuchFileOrDirectory))),
      "film.keepframe: a.npy: cannot open: No such file or directory; check the path"
    ),
    (
      .isInput("film.keepframe"),
      "film.keepframe: an input of this run, and no input is ever written to; choose another place for the output"
    ),
    (.insideInput("a.keepframe"), "film.keepframe: inside a.keepframe, which this run reads; choose a place outside it"),
    (
      .holdsInput("film.keepframe/film.mp4"),
      "film.keepframe: would be emptied, and film.keepframe/film.mp4 lies in it; choose another place for the output"
    ),
  ])
  func `says what failed, on what, and what to do`(problem: ArchiveError.Problem, text: String) {
    #expect(ArchiveError(problem, at: "film.keepframe").description == text)
  }
}
