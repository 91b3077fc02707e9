internal import KeepframeBoundaries
public import KeepframeBundle

/// A bundle as one page to look at: what was kept, why, and how well it stands for the rest.
public enum Report {
  /// The page: HTML without links to elsewhere or anything to load; the pictures are inside. Its
  /// one script marks frames, see docs/report.md.
  ///
  /// The same bundle gives the same bytes. The size is that of the pictures shown, at most
  /// `ReportDocument.pictureLimit` of them, and about a kilobyte for each scene. The ledger is
  /// drawn, not listed.
  ///
  /// - Throws: ``ArchiveError`` if a file of the bundle is missing or damaged.
  public static func html(_ bundle: Bundle) throws(ArchiveError) -> String {
    var document = ReportDocument(
      manifest: bundle.manifest, retained: try bundle.retained(), ledger: try bundle.ledger(), contexts: try bundle.contexts(),
      scenes: try bundle.scenes().list)
    for row in document.picturedRows { document.thumbnails[row] = try bundle.contents(of: document.retained[row].thumb) }
    return ReportPage(document).markup.html
  }
}
