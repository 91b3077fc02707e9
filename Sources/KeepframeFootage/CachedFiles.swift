internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem

/// Works on files one by one. Results that the cache has are taken from there, files that cannot be
/// read are left out, and both are reported.
struct CachedFiles: Sendable {
  let cache: EmbeddingCache?
  let cancellation: Cancellation?
  let sink: EventSink

  /// The outcome for one file.
  enum Outcome<Value: Sendable>: Sendable {
    case read(Value)
    case skipped(why: String)

    var value: Value? { if case .read(let value) = self { value } else { nil } }

    func map<Other>(_ change: (Value) -> Other) -> Outcome<Other> {
      switch self {
      case .read(let value): .read(change(value))
      case .skipped(let why): .skipped(why: why)
      }
    }
  }

  /// Works on a file.
  ///
  /// - Parameter name: the name by which it is reported if it is left out.
  /// - Throws: what `body` throws, unless it means that this file cannot be read;
  ///   `CancellationError`.
  func attempt<Value: Sendable>(_ name: String, _ body: () throws -> Value) throws -> Outcome<Value> {
    try cancellation?.check()
    let why: String
    do { return .read(try body()) } catch let error as DecodingError where error.kind != .outOfMemory {
      why = "\(error)"
    } catch let error as ArchiveError {
      why = "\(error)"
    }
    sink.send(.skipped(video: name, why: why))
    return .skipped(why: why)
  }

  /// - Returns: nil if it must be made anew.
  func stored<Value: Sendable>(_ key: String, of name: String, _ parse: (SafetensorsFile) throws -> Value) -> Value? {
    switch cache?.read(key, parse) {
    case .found(let value): return value
    case .damaged(let why): sink.send(.cacheDamaged(video: name, why: why))
    case .missing, nil: break
    }
    return nil
  }

  /// Stores a result. A file that cannot be written only costs the next run time.
  func store(_ tensors: [SafetensorsFile.Tensor], as key: String, of name: String) {
    do throws(ArchiveError) { try cache?.write(key, tensors) } catch { sink.send(.cacheNotWritten(video: name, error)) }
  }

  /// Takes a result from the cache, or makes and stores it.
  func cached<Value: Sendable>(
    _ key: String, of name: String, read: (SafetensorsFile) throws -> Value, make: () throws -> Value,
    tensors: (Value) -> [SafetensorsFile.Tensor]
  ) throws -> (value: Value, isCached: Bool) {
    if let value = stored(key, of: name, read) { return (value, true) }
    let value = try make()
    store(tensors(value), as: key, of: name)
    return (value, false)
  }
}
