internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeSystem

extension ReportPage {
  var sceneTable: Markup {
    let scenes = document.scenes.scenes
    let rows = scenes.indices.map { number -> Markup in
      let scene = scenes[number]
      return """
        <tr id="scene-\(number + 1)"><th scope="row">\(number + 1)</th><td data-label="Start">\(Wording.time(scene.seconds.lowerBound))</td>\
        <td data-label="End">\(Wording.time(scene.seconds.upperBound))</td><td data-label="Length">\(Wording.duration(scene.seconds.upperBound - scene.seconds.lowerBound))</td>\
        <td data-label="Frames">\(Wording.count(scene.frames.count))</td>\
        <td data-label="Kept">\(kept(inScene: number))</td><td data-label="Begins with">\(document.opening(ofScene: number))</td></tr>

        """
    }
    let table: Markup = """
      <table class="scenes"><thead><tr><th scope="col">Scene</th><th scope="col">Start</th><th scope="col">End</th>\
      <th scope="col">Length</th><th scope="col">Frames</th><th scope="col">Kept</th><th scope="col">Begins with</th></tr></thead>
      <tbody>
      \(rows)</tbody></table>
      """
    return """
      <section id="scenes"><h2>Scenes</h2>
      <p class="say">\(scenes.isEmpty ? "No scenes were found." : "If no frame of a scene was kept, the memory already held similar frames.")</p>
      \(scenes.isEmpty ? "" : table)</section>
      """
  }

  /// How many frames of a scene were kept. If none, the frame kept elsewhere that stands for most
  /// of its samples.
  private func kept(inScene number: Int) -> Markup {
    let own = rows[number]
    if let first = own.first {
      return picturedLink(first).map { "<a href=\"\($0)\">\(Wording.count(own.count))</a>" } ?? "\(Wording.count(own.count))"
    }
    let scene = document.scenes.scenes[number]
    let begin = document.ledger.partitioningIndex { $0.frame >= scene.frames.lowerBound }
    let end = document.ledger.partitioningIndex { $0.frame >= scene.frames.upperBound }
    var samples: [Int: Int] = [:]
    for record in document.ledger[begin..<max(begin, end)] { samples[record.coveredBy, default: 0] += 1 }
    let stand = samples.max { a, b in a.value != b.value ? a.value < b.value : a.key > b.key }?.key
    guard let stand, let link = picturedLink(stand) else { return "none" }
    return "none; like <a href=\"\(link)\">\(Wording.time(document.retained[stand].t))</a>"
  }

  /// Decisions counted by reason: the kept, then the skipped, each with the commonest first.
  var ledgerSummary: Markup {
    struct Decision: Hashable {
      let kept: Bool
      let reason: String
    }
    var counts: [Decision: Int] = [:]
    for record in document.ledger { counts[Decision(kept: record.kept, reason: record.reason), default: 0] += 1 }
    let ordered = counts.sorted { a, b in
      a.key.kept != b.key.kept ? a.key.kept : a.value != b.value ? a.value > b.value : a.key.reason < b.key.reason
    }
    let rows = ordered.prefix(20).map { decision, count -> Markup in
      let share = Double(count) / Double(document.ledger.count)
      return """
        <tr\(decision.kept ? " class=\"kept\"" : "" as Markup)><th scope="row">\(decision.kept ? "Kept" : "Skipped")</th>\
        <td>\(Wording.reason(decision.reason))</td><td>\(Wording.count(count))</td><td>\(Wording.percent(share))</td>\
        <td><svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">\
        <rect width="\(Wording.fixed(share * 100, 1))" height="8"/></svg></td></tr>

        """
    }
    let reused = document.manifest.counts.reused
    let reuse: Markup =
      reused > 0 ? " \(Wording.count(reused, "sample")) looked so much like the one before that its vector was reused." : ""
    let table: Markup = """
      <table class="ledger"><thead><tr><th scope="col">Decision</th><th scope="col">Because</th><th scope="col">Samples</th>\
      <th scope="col">Share</th><th scope="col"><span class="hidden">Share as a bar</span></th></tr></thead>
      <tbody>
      \(rows)</tbody></table>
      """
    return """
      <section id="ledger"><h2>Decisions</h2>
      <p class="say">\(document.ledger.isEmpty ? "No frame was sampled." : "Each sampled frame was judged once; the bundle's ledger has every line.")\(reuse)</p>
      \(document.ledger.isEmpty ? "" : table)</section>
      """
  }
}
