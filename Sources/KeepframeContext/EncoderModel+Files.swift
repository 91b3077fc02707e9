internal import KeepframeFeatures
public import KeepframeNumerics
public import SystemPackage

// Read and written as ``EncoderFile`` says. Settings: `ridge` and `upper_ridge` of the solved
// weights, `shot_similarity`, `order_ridge`; `axes`, `keys`, `values` and `order_share` of a
// context; the same with the prefix `part_` of a part. Tensors: `axes` `[d, C]`, and `weight` and
// `bias` of `order.before` and `order.itself`.

extension EncoderModel {
  /// The hierarchy's `kind`.
  package static let kind = "hierarchical"
  private static let settings: Set = [
    "ridge", "upper_ridge", "shot_similarity", "order_ridge", "axes", "keys", "values", "order_share", "part_axes",
    "part_keys", "part_values", "part_order_share",
  ]

  /// Reads a hierarchy that ``save(to:)`` or `keepframe train encoder` wrote.
  ///
  /// - Parameter inputDimension: length of the embeddings to encode, which the weights must fit;
  ///   nil takes any.
  /// - Throws: ``WeightsError`` if the file is damaged, of another version or kind, or trained for
  ///   another backbone.
  public init(contentsOf path: FilePath, inputDimension: Int? = nil) throws(WeightsError) {
    try self.init(WeightsReader(contentsOf: path, .encoder, format: EncoderFile.format), inputDimension: inputDimension)
  }

  package init(_ reader: WeightsReader, inputDimension: Int? = nil) throws(WeightsError) {
    var reader = reader
    let kind = try reader.value("kind", Self.kind) { $0 == Self.kind ? $0 : nil }
    let file = try EncoderFile(&reader, kind: kind, inputDimension: inputDimension, settings: Self.settings)
    func number(_ key: String, _ expected: String, _ isFine: (Float) -> Bool) throws(WeightsError) -> Float {
      try reader.value(key, expected) { text in Float(text).flatMap { $0.isFinite && isFine($0) ? $0 : nil } }
    }
    let ridges = try (number("ridge", "a number above 0") { $0 > 0 }, number("upper_ridge", "a number above 0") { $0 > 0 })
    let similarity = try number("shot_similarity", "a cosine") { -1...1 ~= $0 }
    let orderRidge = try number("order_ridge", "a number above 0") { $0 > 0 }
    let dimension = file.projection.outputDimension
    func map(_ name: String) throws(WeightsError) -> Projection {
      let weight = try reader.matrix("order.\(name).weight", rows: dimension)
      return Projection(weight: weight, bias: try reader.floats("order.\(name).bias", [1, weight.columns]))
    }
    let axes = try reader.matrix("axes", rows: dimension)
    let head = OrderHead(before: try map("before"), itself: try map("itself"), shotSimilarity: similarity, ridge: orderRidge)
    func makeup(_ prefix: String) throws(WeightsError) -> ContextMakeup {
      try ContextMakeup(
        axes: reader.integer("\(prefix)axes", in: 1...axes.columns),
        keys: reader.integer("\(prefix)keys", in: 1...head.before.outputDimension),
        values: reader.integer("\(prefix)values", in: 1...head.itself.outputDimension),
        orderShare: number("\(prefix)order_share", "a share, 0 to 1") { 0...1 ~= $0 })
    }
    let whole = try makeup("")
    let part = try makeup("part_")
    if part.dimension != whole.dimension {
      throw reader.refusal(
        .wrongMetadata(key: "part_axes", expected: "parts of \(whole.dimension) numbers", got: "\(part.dimension)"))
    }
    try reader.checkAllTaken()
    var weights = EncoderWeights(axes: axes, order: head, whole: whole, part: part)
    (weights.content.ridge, weights.upper.ridge) = ridges
    self.init(projection: file.projection, weights: weights)
    provenance = file.provenance
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``WeightsError`` if the file cannot be written. An existing file then stays as it
  ///   was.
  public func save(to path: FilePath) throws(WeightsError) { try file.safetensors.write(.encoder, to: path) }

  /// What ``save(to:)`` writes.
  package var file: EncoderFile {
    var file = EncoderFile(kind: Self.kind, projection: projection, provenance: provenance)
    file.settings = ["ridge": "\(weights.content.ridge)", "upper_ridge": "\(weights.upper.ridge)"]
    if let axes = weights.axes, let order = weights.order, let whole = weights.whole, let part = weights.part {
      file.tensors.append(("axes", axes))
      file.settings["shot_similarity"] = "\(order.shotSimilarity)"
      file.settings["order_ridge"] = "\(order.ridge)"
      for (prefix, makeup) in [("", whole), ("part_", part)] {
        file.settings["\(prefix)axes"] = "\(makeup.axes)"
        file.settings["\(prefix)keys"] = "\(makeup.keys)"
        file.settings["\(prefix)values"] = "\(makeup.values)"
        file.settings["\(prefix)order_share"] = "\(makeup.orderShare)"
      }
      for (name, map) in [("before", order.before), ("itself", order.itself)] {
        file.tensors.append(("order.\(name).weight", map.weight))
        file.tensors.append(("order.\(name).bias", Matrix(rows: 1, columns: map.bias.count, values: map.bias)))
      }
    }
    return file
  }
}
