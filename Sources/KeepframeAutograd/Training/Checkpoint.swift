internal import KeepframeNumerics
package import SystemPackage

/// The file is safetensors. Metadata: `format`, `step`, `updates`, `random`,
/// `checks_without_improvement`, `best_step` and `best_score` if there is one, and `setting.NAME`.
/// Tensors: `parameters/`, `first_moment/`, `second_moment/` and `best/`, each before the name of a
/// parameter, in the parameters' order.
extension TrainingState {
  /// The number is raised whenever an older reader would misread a newer file.
  static var format: String { "keepframe-checkpoint-1" }

  /// Writes all that is needed to continue as if never interrupted. An existing file is replaced in
  /// one step.
  ///
  /// - Parameter settings: settings that a resumed training must have too, by name: sizes, seed, a
  ///   digest of the data.
  /// - Throws: ``GradientsError`` if it cannot be written; then the old file is left as it was.
  package func saveCheckpoint(to path: FilePath, settings: [String: String] = [:]) throws(GradientsError) {
    var metadata = [
      "format": TrainingState.format, "step": "\(step)", "updates": "\(optimizer.updateCount)", "random": "\(random.state)",
      "checks_without_improvement": "\(checksWithoutImprovement)",
    ]
    if let best {
      metadata["best_step"] = "\(best.step)"
      metadata["best_score"] = "\(best.score)"  // Swift prints as many digits as are needed to read the same number
    }
    for (name, value) in settings { metadata["setting.\(name)"] = value }
    let tensors = parts.flatMap { prefix, parameters in
      parameters.names.map { name in
        SafetensorsFile.Tensor(
          name: prefix + name, shape: [parameters[name].rows, parameters[name].columns],
          elements: Scalar.elements(parameters[name].values))
      }
    }
    let file = SafetensorsFile(tensors: tensors, metadata: metadata)
    do throws(TensorError) { try file.write(to: path) } catch { throw .file(error) }
  }

  /// Restores what ``saveCheckpoint(to:settings:)`` wrote; on an error nothing is changed.
  ///
  /// This state must be a starting state of the same training: its parameters say what the file
  /// must hold.
  ///
  /// - Parameter settings: must be those that it was saved with.
  /// - Throws: ``GradientsError`` if the file is damaged, of another version, another model or
  ///   other settings.
  package mutating func restoreCheckpoint(from path: FilePath, settings: [String: String] = [:]) throws(GradientsError) {
    let file: SafetensorsFile
    do throws(TensorError) { file = try SafetensorsFile(contentsOf: path) } catch { throw .file(error) }
    guard file.metadata["format"] == TrainingState.format else {
      throw .wrongFormat(path: path, expected: "metadata `format` = `\(TrainingState.format)`", got: file.metadata["format"])
    }
    let prefix = "setting."
    let saved = file.metadata.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    for name in Set(saved).union(settings.keys).sorted() where file.metadata[prefix + name] != settings[name] {
      throw .wrongSetting(path: path, name: name, expected: settings[name] ?? "none", got: file.metadata[prefix + name])
    }
    func number<Number: LosslessStringConvertible>(_ name: String) throws(GradientsError) -> Number {
      guard let number = file.metadata[name].flatMap({ Number($0) }) else {
        throw .wrongFormat(path: path, expected: "a number as metadata `\(name)`", got: file.metadata[name])
      }
      return number
    }
    var restored = self
    let reader = PartReader(file: file, path: path, model: parameters)
    restored.step = try number("step")
    restored.random.state = try number("random")
    restored.checksWithoutImprovement = try number("checks_without_improvement")
    restored.optimizer.updateCount = try number("updates")
    restored.parameters = try reader.read(TrainingState.prefixes.parameters, mayLack: false)
    restored.optimizer.moments.first = try reader.read(TrainingState.prefixes.first, mayLack: true)
    restored.optimizer.moments.second = try reader.read(TrainingState.prefixes.second, mayLack: true)
    restored.best = nil
    if file.metadata["best_step"] != nil {
      let parameters = try reader.read(TrainingState.prefixes.best, mayLack: false)
      restored.best = Best(parameters: parameters, score: try number("best_score"), step: try number("best_step"))
    }
    let known = Set(restored.parts.flatMap { prefix, part in part.names.map { prefix + $0 } })
    if let tensor = file.tensors.first(where: { !known.contains($0.name) }) {
      throw .unknownTensor(path: path, tensor: tensor.name)
    }
    self = restored
  }

  private static var prefixes: (parameters: String, first: String, second: String, best: String) {
    ("parameters/", "first_moment/", "second_moment/", "best/")
  }

  private var parts: [(prefix: String, Parameters<Scalar>)] {
    let prefixes = TrainingState.prefixes
    return [
      (prefixes.parameters, parameters), (prefixes.first, optimizer.moments.first), (prefixes.second, optimizer.moments.second),
      (prefixes.best, best?.parameters ?? Parameters()),
    ]
  }
}

/// Reads matrices that must have the shapes of a model's.
private struct PartReader<Scalar: RealScalar> {
  let file: SafetensorsFile
  let path: FilePath
  let model: Parameters<Scalar>

  func read(_ prefix: String, mayLack: Bool) throws(GradientsError) -> Parameters<Scalar> {
    let tensors = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
    var part = Parameters<Scalar>()
    for name in model.names {
      let tensor = tensors[prefix + name]
      if tensor == nil && mayLack { continue }
      let shape = [model[name].rows, model[name].columns]
      guard let tensor, tensor.shape == shape else {
        throw .wrongShape(path: path, tensor: prefix + name, expected: shape, got: tensor?.shape)
      }
      guard let values = Scalar.values(tensor.elements) else {
        throw .wrongPrecision(path: path, tensor: prefix + name, expected: "\(Scalar.self)")
      }
      part[name] = Values(rows: shape[0], columns: shape[1], values: values)
    }
    return part
  }
}
