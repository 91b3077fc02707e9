public import KeepframeBoundaries
public import KeepframeBundle
internal import KeepframeContext

extension SceneFindings {
  /// Joins the shots of a bundle that belong together into scenes. Nothing is decoded.
  ///
  /// A shot is compared by the mean, over its samples, of the retained frames that stand for them.
  ///
  /// - Throws: ``ArchiveError`` if the bundle is damaged.
  public mutating func joinShots(of bundle: Bundle) throws(ArchiveError) {
    let retained = try bundle.retainedVectors()
    var vectors = ShotVectors(list.scenes, dimension: retained.columns, backbone: bundle.manifest.backbone.name)
    for sample in try bundle.ledger() { vectors.add(retained[row: sample.coveredBy], atFrame: sample.frame) }
    list = list.joined(startingAt: vectors.sceneStarts())
    noteLevel(backbone: bundle.manifest.backbone.name)
  }

  /// Records, in the parameters that are written, that scenes are listed and not shots.
  public mutating func noteLevel(backbone: String) {
    parameters += [("level", .string("scenes")), ("backbone", .string(backbone))]
  }
}
