internal import KeepframeSystem
internal import SystemPackage

/// Looks through an ONNX file for tensors kept in other files.
///
/// A model can name any path as the place of its weights. Loaders that follow such paths have let
/// models reach files outside their folder again and again (GHSA-whh8-fjgc-qp73, CVE-2022-25882).
/// So only models of one file are accepted, and this check runs before the runtime sees the file.
/// Only the few protobuf fields that lead to a tensor are followed; all others are skipped.
enum OnnxScan {
  /// - Throws: ``FeatureError/modelMismatch(model:problem:remedy:)`` if a tensor is in another
  ///   file, or the file is not whole.
  static func check(_ model: FilePath) throws(FeatureError) {
    guard let (problem, remedy) = problem(in: model) else { return }
    throw .modelMismatch(model: model, problem: problem, remedy: remedy)
  }

  /// What is wrong, and what would help.
  typealias Complaint = (problem: String, remedy: String?)

  private static let malformed: Complaint = ("is not a whole ONNX file", "copy or export it again")

  /// What is wrong with `bytes`, or nil.
  static func problem(in bytes: UnsafeRawBufferPointer) -> Complaint? {
    do {
      guard try scan(bytes, as: .model, depth: 0) else { return ("not an ONNX model: it has no graph", "export it again") }
      return nil
    } catch {
      return switch error {
      case .external: ("keeps weights in another file, which is refused", "save it again as one file")
      case .malformed: malformed
      }
    }
  }

  private static func problem(in model: FilePath) -> Complaint? {
    do throws(Errno) {
      return try FileSystem.withMapping(of: model) { bytes in bytes.map { problem(in: $0) } ?? malformed }
    } catch { return ("cannot be read: \(error)", nil) }
  }

  private enum Finding: Error { case external, malformed }

  /// The messages on the way to a tensor (onnx.proto3), each with the fields that lead further.
  private enum Message {
    case model, graph, node, attribute, function, training, sparse, tensor

    func child(_ field: UInt64) -> Message? {
      switch (self, field) {
      case (.model, 7): .graph
      case (.model, 20): .training
      case (.model, 25): .function
      case (.training, 1), (.training, 2): .graph
      case (.graph, 1), (.function, 7): .node
      case (.graph, 5): .tensor
      case (.graph, 15): .sparse
      case (.function, 11): .attribute
      case (.node, 5): .attribute
      case (.attribute, 5), (.attribute, 10): .tensor
      case (.attribute, 6), (.attribute, 11): .graph
      case (.attribute, 22), (.attribute, 23): .sparse
      case (.sparse, 1), (.sparse, 2): .tensor
      default: nil
      }
    }
  }

  /// Returns whether a graph was seen. Subgraphs nest (If, Loop); 64 deep is deeper than any real
  /// model.
  @discardableResult
  private static func scan(_ bytes: UnsafeRawBufferPointer, as message: Message, depth: Int) throws(Finding) -> Bool {
    guard depth < 64 else { throw .malformed }
    var reader = Reader(bytes: bytes)
    var sawGraph = false
    while let (field, value) = try reader.next() {
      // TensorProto: external_data = 13, data_location = 14 (EXTERNAL = 1). Either is enough.
      if message == .tensor, field == 13 { throw .external }
      if message == .tensor, field == 14, case .number(let location) = value, location != 0 { throw .external }
      if let child = message.child(field) {
        guard case .bytes(let inner) = value else { throw .malformed }
        try scan(inner, as: child, depth: depth + 1)
        sawGraph = sawGraph || child == .graph
      }
    }
    return sawGraph
  }

  /// Protocol buffers' wire format: a key, then a number or a length and that many bytes.
  private struct Reader {
    enum Value {
      case number(UInt64)
      case bytes(UnsafeRawBufferPointer)
    }

    let bytes: UnsafeRawBufferPointer
    var offset = 0

    mutating func next() throws(Finding) -> (field: UInt64, value: Value)? {
      guard offset < bytes.count else { return nil }
      let key = try number()
      guard key >> 3 > 0 else { throw .malformed }
      switch key & 7 {
      case 0: return (key >> 3, .number(try number()))
      case 1: return (key >> 3, .bytes(try take(8)))
      case 2: return (key >> 3, .bytes(try take(try number())))
      case 5: return (key >> 3, .bytes(try take(4)))
      default: throw .malformed  // groups: not in ONNX
      }
    }

    private mutating func number() throws(Finding) -> UInt64 {
      var result: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 70, by: 7) {
        guard offset < bytes.count else { throw .malformed }
        let byte = bytes[offset]
        offset += 1
        result |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { return result }
      }
      throw .malformed
    }

    private mutating func take(_ count: UInt64) throws(Finding) -> UnsafeRawBufferPointer {
      guard count <= UInt64(bytes.count - offset) else { throw .malformed }
      defer { offset += Int(count) }
      return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    }
  }
}
