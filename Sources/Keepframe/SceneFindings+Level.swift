public import KeepframeBoundaries
public import KeepframeBundle
internal import KeepframeContext

extension SceneFindings {
  /// Joins the shots of a bundle that belong together; nothing is decoded.
  ///
  /// A shot is the mean of the retained frames that stand for its samples.
  ///
  /// - Throws: ``ArchiveError`` if the bundle is damaged.
  public mutating func joinShots(of bundle: Bundle) throws(ArchiveError) {
    let retained = try bundle.retainedVectors()
    var vectors = ShotVectors(list.scenes, dimension: retained.columns, backbone: bundle.manifest.backbone.name)
    for sample in try bundle.ledger() { vectors.add(retained[row: sample.coveredBy], atFrame: sample.frame) }
    list = list.joined(startingAt: vectors.sceneStarts())
    noteLevel(backbone: bundle.manifest.backbone.name)
  }

  /// Says in the settings written that scenes are listed, not shots.
  public mutating func noteLevel(backbone: String) {
    parameters += [("level", .string("scenes")), ("backbone", .string(backbone))]
  }
}
