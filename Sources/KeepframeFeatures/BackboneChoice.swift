internal import KeepframeSystem
public import SystemPackage

/// SHA-256 of the files of the model called `name`, without loading it; nil for a built-in
/// descriptor.
///
/// - Throws: ``FeatureError`` if a file is missing.
/// - Complexity: reads the files once: 6 ms for the default model.
public func modelDigest(ofBackbone name: String) throws(FeatureError) -> String? {
  switch name {
  case ThumbnailBackbone.name: return nil
  case RuntimeBackbone.defaultName: return try ModelFiles(try Installation.current().modelFile(named: name)).digest()
  default: return try ModelFiles(FilePath(name)).digest()
  }
}

/// Paths of the model called `name`, its sidecar and its weights. Empty for a built-in descriptor,
/// or if no such model is installed.
public func modelFiles(ofBackbone name: String) -> [FilePath] {
  let model: FilePath? =
    switch name {
    case ThumbnailBackbone.name: nil
    case RuntimeBackbone.defaultName: try? Installation.current().model(named: name)
    default: FilePath(name)
    }
  return model.map { [$0, Sidecar.path(for: $0)] + ($0.extension == "xml" ? [weightsFile(of: $0)] : []) } ?? []
}

/// The weights of an .xml model: the .bin file of the same name beside it.
func weightsFile(of model: FilePath) -> FilePath { model.removingLastComponent().appending("\(model.stem ?? "").bin") }

/// The backbone called `name`: `efficientnet-lite0`, `thumbnail`, or the path of an .xml or .onnx
/// model.
///
/// It never falls back: a missing runtime is an error, not a quiet change of what the embeddings
/// mean.
public func makeBackbone(named name: String, precision: Precision = .auto) throws(FeatureError) -> any Backbone {
  try makeBackbone(BackboneChoice(name, precision: precision))
}

/// Makes the backbone of a choice, which it states as its own `choice`.
///
/// - Throws: ``FeatureError``
public func makeBackbone(_ choice: BackboneChoice) throws(FeatureError) -> any Backbone {
  switch choice.name {
  case RuntimeBackbone.defaultName:
    return try RuntimeBackbone(choice, model: nil)
  case ThumbnailBackbone.name:
    return ThumbnailBackbone(precision: choice.precision)
  default:
    let path = FilePath(choice.name)
    guard choice.name.contains("/") || ["xml", "onnx"].contains(path.extension) else { throw .unknownBackbone(name: choice.name) }
    return try RuntimeBackbone(choice, model: path)
  }
}
