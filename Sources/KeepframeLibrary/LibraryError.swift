public import KeepframeBundle
public import KeepframeNumerics
public import KeepframeSystem
public import SystemPackage

/// What went wrong with a library of videos.
public struct LibraryError: Hashable, Sendable {
  /// What went wrong, with what is known of it.
  public enum Problem: Hashable, Sendable {
    /// The folder cannot be made: a missing folder above, no permission, a read-only disk.
    case cannotCreate(Errno)
    /// The system does not let it be read.
    case cannotRead(Errno)
    /// Writing failed: a full disk, a file-size limit, no permission. The library is as it was.
    case cannotWrite(Errno)
    /// Another process writes to it, and did for all the time that was given.
    case busy
    /// A library is there already.
    case exists
    /// Something else is there, and is left alone.
    case occupied
    /// Something is there, and it is no library.
    case notALibrary
    /// A newer version of Keepframe made it.
    case newerSchema(newest: Int, got: Int)
    /// A version of Keepframe from before the first release made it, with other blocks.
    case olderSchema(oldest: Int, got: Int)
    /// A file of it is damaged or missing; says how, in words that follow the file's path.
    case damaged(file: String, how: String)
    /// Its vectors cannot be compared with those that were to be added.
    case otherSpace(expected: VectorSpace, got: VectorSpace)
    /// A query has vectors of another length than the library's.
    case otherDimension(expected: Int, got: Int)
    /// A query, or a video to add, would be embedded by another backbone than the library's vectors
    /// were.
    case otherBackbone(expected: String, got: String)
    /// Videos of the library that were to be made anew were not.
    case notRebuilt(videos: Int, such: FilePath)
    /// Nothing was ever added, so nothing can be looked for.
    case empty
    /// A video has no frame in the part of it that is looked for.
    case noSuchPart(file: FilePath)
    /// Every frame of what is looked for is blank.
    case blankQuery(file: FilePath)
    /// The contexts of a bundle were made by an encoder that did not come with this version.
    case unknownEncoder(bundle: FilePath, digest: String)
    /// The bundle that was to be added cannot be read.
    case bundle(ArchiveError)
    /// Vectors could not be projected.
    case arrays(TensorError)
  }

  /// The library's folder, as it was given.
  public let path: FilePath
  /// What went wrong.
  public let problem: Problem

  /// - Parameter path: the library's folder.
  public init(_ problem: Problem, at path: FilePath) {
    self.path = path
    self.problem = problem
  }
}

extension LibraryError: KeepframeFailure {
  /// Such as `library.damaged`, or the code of what befell a bundle; docs/errors.md lists all.
  public var code: String {
    switch problem {
    case .cannotCreate: "library.cannot-create"
    case .cannotRead: "library.cannot-read"
    case .cannotWrite: "library.cannot-write"
    case .busy: "library.busy"
    case .exists: "library.exists"
    case .occupied: "library.occupied"
    case .notALibrary: "library.not-a-library"
    case .newerSchema: "library.newer-schema"
    case .olderSchema: "library.older-schema"
    case .damaged: "library.damaged"
    case .otherSpace: "library.other-space"
    case .unknownEncoder: "library.unknown-encoder"
    case .otherDimension: "library.other-dimension"
    case .otherBackbone: "library.other-backbone"
    case .notRebuilt: "library.not-rebuilt"
    case .empty: "library.empty"
    case .noSuchPart: "library.no-such-part"
    case .blankQuery: "library.blank-query"
    case .bundle(let error): error.code
    case .arrays(let error): error.code
    }
  }

  /// The library's folder; the bundle's where the bundle is what is wrong.
  public var subject: String? {
    switch problem {
    case .unknownEncoder(let bundle, _): bundle.string
    case .noSuchPart(let file), .blankQuery(let file): file.string
    case .bundle(let error): error.subject
    case .arrays(let error): error.subject
    default: path.string
    }
  }

  /// What failed, with the system's words, or what was expected and what was there.
  public var failure: String {
    switch problem {
    case .cannotCreate(let errno): "cannot create (\(errno))"
    case .cannotRead(let errno): "cannot read (\(errno))"
    case .cannotWrite(let errno): "cannot write (\(errno)); the library is as it was"
    case .busy: "another process is writing to it"
    case .exists: "a library is there"
    case .occupied: "something that is no library is there"
    case .notALibrary: "not a library"
    case .newerSchema(let newest, let got): "expected a library of version \(newest) or older, got \(got)"
    case .olderSchema(let oldest, let got): "expected a library of version \(oldest) or newer, got \(got)"
    case .damaged(let file, let how): "\(oneLine(file)) \(oneLine(how))"
    case .otherSpace(let expected, let got): "expected vectors of \(expected), got \(got)"
    case .unknownEncoder(_, let digest):
      "made with another encoder than the one of this version (\(oneLine(String(digest.prefix(12)))))"
    case .otherDimension(let expected, let got): "expected a query of [\(expected)], got [\(got)]"
    case .otherBackbone(let expected, let got): "its vectors are of \(oneLine(expected)), these would be of \(oneLine(got))"
    case .notRebuilt(let videos, let path):
      "\(videos) of its videos \(videos == 1 ? "has" : "have") no new index, such as \(oneLine(PrintableText.escaping(path)))"
    case .empty: "nothing was ever added"
    case .noSuchPart: "it has no frame at that time"
    case .blankQuery: "every frame is blank, and nothing is like a blank frame"
    case .bundle(let error): error.failure
    case .arrays(let error): error.failure
    }
  }

  /// What helps whichever program asks; never nil but for arrays.
  public var remedy: String? {
    switch problem {
    case .cannotCreate: "choose another place, or make it writable"
    case .cannotRead: "check the path and its permissions"
    case .cannotWrite(.noSpace), .cannotWrite(.fileTooLarge), .cannotWrite(.diskQuotaExceeded):
      "free some space and run again"
    case .cannotWrite: "check the disk and its permissions"
    case .busy: "wait until it has ended and run again"
    case .exists: "open it, or choose another place"
    case .occupied: "choose another place"
    case .notALibrary: "check the path, or make a library first"
    case .newerSchema: "open it with a newer version"
    case .olderSchema: "index its videos into a new library"
    case .damaged: "repair the library"
    case .otherSpace: "index the video as those in the library were, use another library, or rebuild this one"
    case .unknownEncoder: "index the video with the encoder of this version; a library must be rebuilt"
    case .otherDimension, .otherBackbone: "use the library's backbone"
    case .notRebuilt: "index these too, or drop them"
    case .empty: "add videos first"
    case .noSuchPart: "give times within the video, in seconds"
    case .blankQuery: "look for another picture or part"
    case .bundle(let error): error.remedy
    case .arrays(let error): error.remedy
    }
  }
}
