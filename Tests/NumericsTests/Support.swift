import Foundation
import KeepframeNumerics
import SystemPackage

/// A directory of its own for one test, removed at its end.
final class Scratch {
  let path: FilePath

  init() throws {
    path = FilePath(NSTemporaryDirectory()).appending("keepframe-tensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  func file(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
    let file = path.appending(name)
    try Data(bytes).write(to: URL(fileURLWithPath: file.string))
    return file
  }
}

/// Python as an independent reader of what Keepframe writes.
enum Python {
  static let hasNumpy = (try? run("import numpy")) != nil
  static let hasSafetensors = (try? run("import safetensors.numpy")) != nil

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// - Returns: what the script prints, without the last newline.
  @discardableResult
  static func run(_ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: String(decoding: complaints, as: UTF8.self)) }
    return String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}

extension SeededGenerator {
  /// -1...1
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in uniform(in: Float(-1)...1) } }
}
