internal import CKeepframeInference
internal import Glibc
internal import KeepframeSystem
internal import SystemPackage

/// Owns the loaded runtime; `deinit` is the only place it is freed.
struct InferenceRuntime: ~Copyable {
  fileprivate let pointer: OpaquePointer

  /// Bytes of address space that loading the runtime and compiling the default model take, with a
  /// reserve.
  private static let neededBytes = 400_000_000

  /// - Parameter missing: what the error names if the library does not load.
  init(library: FilePath, otherwise missing: Installation.Missing) throws(FeatureError) {
    guard hasRoom(bytes: Self.neededBytes) else { throw .outOfMemory(neededBytes: Self.neededBytes) }
    switch attempt({ ckeepframe_inference_runtime_open(library.string, &$0) }) {
    case .success(let opened): pointer = opened
    case .failure(let failure): throw .notInstalled(missing, problem: oneLine("\(library) does not load: \(failure.message)"))
    }
  }

  var version: String { String(cString: ckeepframe_inference_runtime_version(pointer)) }

  deinit { ckeepframe_inference_runtime_free(pointer) }
}

/// Owns a model that was read but not compiled.
struct InferenceModel: ~Copyable {
  let path: FilePath
  fileprivate let pointer: OpaquePointer

  init(path: FilePath, runtime: borrowing InferenceRuntime) throws(FeatureError) {
    let runtime = runtime.pointer
    switch attempt({ ckeepframe_inference_model_read(runtime, path.string, &$0) }) {
    case .success(let read): pointer = read
    case .failure(let failure):
      throw .runtimeFailed(.readModel, model: path, message: failure.message)
    }
    self.path = path
  }

  deinit { ckeepframe_inference_model_free(pointer) }

  var inputs: [Port] {
    (0..<ckeepframe_inference_model_input_count(pointer)).map { Port(ckeepframe_inference_model_input(pointer, $0)) }
  }
  var outputs: [Port] {
    (0..<ckeepframe_inference_model_output_count(pointer)).map { Port(ckeepframe_inference_model_output(pointer, $0)) }
  }

  /// Fixes an input's shape; ``outputs`` follow from it.
  mutating func reshape(input: Int, to shape: [Int64]) throws(FeatureError) {
    let model = pointer
    let result = attempt { error in
      ckeepframe_inference_model_reshape(model, input, shape, shape.count, &error) ? true : nil
    }
    guard case .failure(let failure) = result else { return }
    throw .modelMismatch(model: path, problem: "does not take an input of \(shape): \(oneLine(failure.message))", remedy: nil)
  }

  /// An input or output, as the model describes it.
  struct Port: Hashable, CustomStringConvertible {
    let name: String
    let elementType: Int32
    /// nil if not even the rank is known; -1 where a dimension is free.
    let shape: [Int64]?

    init(_ port: OpaquePointer?) {
      name = String(cString: ckeepframe_inference_port_name(port))
      elementType = ckeepframe_inference_port_element_type(port)
      let rank = ckeepframe_inference_port_rank(port)
      shape = rank < 0 ? nil : (0..<Int(rank)).map { ckeepframe_inference_port_dimension(port, $0) }
    }

    var isFloat32: Bool { elementType == Int32(ckeepframe_inference_f32) }
    /// Whether it takes integers of 32 or 64 bits.
    var isInteger: Bool { [Int32(ckeepframe_inference_i32), Int32(ckeepframe_inference_i64)].contains(elementType) }

    /// `float32 [1,3,224,224]`; a free dimension is `?`.
    var description: String {
      let names = Self.elementTypeNames
      let type = names.indices.contains(Int(elementType)) ? names[Int(elementType)] : "element type \(elementType)"
      return "\(type) \(shape.map(shapeText) ?? "of any shape")"
    }

    /// In the order of `ov_element_type_e`, 2025.0 to 2026.4.
    static let elementTypeNames = [
      "dynamic", "boolean", "bfloat16", "float16", "float32", "float64", "int4", "int8", "int16", "int32", "int64", "uint1",
      "uint2", "uint3", "uint4", "uint6", "uint8", "uint16", "uint32", "uint64",
    ]
  }
}

/// `[1,3,?,224]`
func shapeText(_ shape: [Int64]) -> String {
  "[" + shape.map { $0 < 0 ? "?" : String($0) }.joined(separator: ",") + "]"
}

/// Owns a compiled network with its input and output buffers. One caller at a time: see
/// ``RuntimeBackbone``.
struct InferenceSession: ~Copyable {
  private let pointer: OpaquePointer
  private let path: FilePath
  /// The precision that the arithmetic is really done in.
  let precision: String
  /// What the network was imported from, if it was. It must outlive the network, so `deinit` frees
  /// the network first.
  private let source: StoredNetwork?

  init(
    _ model: borrowing InferenceModel, runtime: borrowing InferenceRuntime, input: Int, output: Int, precision: String,
    threads: Int
  ) throws(FeatureError) {
    let (source, core) = (model.pointer, runtime.pointer)
    let path = model.path
    let result = attempt { ckeepframe_inference_session_compile(core, source, input, output, precision, Int32(threads), &$0) }
    switch result {
    case .success(let compiled): pointer = compiled
    case .failure(let failure):
      throw .runtimeFailed(.compile(precision: precision), model: path, message: failure.message)
    }
    self.precision = String(cString: ckeepframe_inference_session_precision(pointer))
    self.path = path
    self.source = nil
  }

  /// Imports the stored network of the model at `path`, without compiling it.
  ///
  /// - Throws: ``FeatureError/runtimeFailed(_:model:message:)`` if the runtime does not accept what
  ///   was stored.
  init(
    _ stored: consuming StoredNetwork, of path: FilePath, runtime: borrowing InferenceRuntime, precision: String, threads: Int
  ) throws(FeatureError) {
    let core = runtime.pointer
    let (blob, facts) = (stored.blob, stored.facts)
    let result = attempt {
      ckeepframe_inference_session_import(
        core, blob.baseAddress, blob.count, facts.input, facts.output, precision, Int32(threads), &$0)
    }
    switch result {
    case .success(let imported): pointer = imported
    case .failure(let failure):
      throw .runtimeFailed(.compile(precision: precision), model: path, message: failure.message)
    }
    self.precision = String(cString: ckeepframe_inference_session_precision(pointer))
    self.path = path
    self.source = consume stored
  }

  deinit { ckeepframe_inference_session_free(pointer) }

  /// The compiled network as bytes.
  ///
  /// - Returns: nil if the runtime cannot export it, if it is longer than `limit`, or if there is
  ///   not enough memory for it.
  func exported(limit: Int) -> [UInt8]? {
    let session = pointer
    let result = attempt { error in
      let file = ckeepframe_inference_session_export(session, &error)
      return file < 0 ? nil : FileDescriptor(rawValue: file)
    }
    guard case .success(let file) = result else { return nil }
    defer { try? file.close() }
    guard let size = try? file.stat().size, size <= limit, hasRoom(bytes: Int(size) * 4) else { return nil }
    return try? FileSystem.read(FilePath("/proc/self/fd/\(file.rawValue)"), limit: limit)
  }

  /// Floats in the input buffer.
  var inputCount: Int {
    var count = 0
    _ = ckeepframe_inference_session_input(pointer, &count)
    return count
  }

  /// Floats in the output buffer.
  var outputCount: Int {
    var count = 0
    _ = ckeepframe_inference_session_output(pointer, &count)
    return count
  }

  /// Lets `fill` write the input, runs the network, and lets `read` see the output. Both pointers
  /// are valid only during the call.
  mutating func run<Output>(
    fill: (UnsafeMutablePointer<Float>) -> Void, read: (UnsafeBufferPointer<Float>) -> Output
  ) throws(FeatureError) -> Output {
    var count = 0
    guard let input = ckeepframe_inference_session_input(pointer, &count) else {
      throw .runtimeFailed(.takeInput, model: path, message: "no input buffer")
    }
    fill(input)
    return try run(read: read)
  }

  /// Writes integers to an input, whose type the model chose.
  ///
  /// - Parameter values: as many as the input takes.
  mutating func setInput(_ index: Int, to values: [Int64]) throws(FeatureError) {
    let session = pointer
    let result = attempt { error in
      ckeepframe_inference_session_set_integers(session, index, values, values.count, &error) ? true : nil
    }
    if case .failure(let failure) = result { throw .runtimeFailed(.takeInput, model: path, message: failure.message) }
  }

  /// Runs the network on what its inputs hold, and lets `read` see the output.
  mutating func run<Output>(read: (UnsafeBufferPointer<Float>) -> Output) throws(FeatureError) -> Output {
    let session = pointer
    if case .failure(let failure) = attempt({ ckeepframe_inference_session_run(session, &$0) ? true : nil }) {
      throw .runtimeFailed(.run, model: path, message: failure.message)
    }
    var count = 0
    let output = ckeepframe_inference_session_output(pointer, &count)
    return read(UnsafeBufferPointer(start: output, count: output == nil ? 0 : count))
  }
}

/// Runtimes, models and sessions alive in this process.
func liveInferenceObjects() -> Int { Int(ckeepframe_inference_live_objects()) }

private struct CallFailure: Error {
  let message: String
}

/// Runs one call of the C shim. If the call returns nil, its message is copied and freed.
private func attempt<Value>(_ call: (inout UnsafeMutablePointer<CChar>?) -> Value?) -> Result<Value, CallFailure> {
  var message: UnsafeMutablePointer<CChar>?
  if let value = call(&message) { return .success(value) }
  defer { free(message) }
  return .failure(CallFailure(message: message.map { String(cString: $0) } ?? "no message"))
}

/// Whether the system would give this process that much more memory.
func hasRoom(bytes: Int) -> Bool {
  let room = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard room != MAP_FAILED else { return false }
  munmap(room, bytes)
  return true
}
