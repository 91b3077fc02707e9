internal import KeepframeBundle

extension ReportPage {
  /// How it was measured and with what: enough to make the same bundle again.
  var settings: Markup {
    """
    <section id="settings"><h2>Settings and versions</h2>
    <details><summary>How this was measured</summary>
    <p class="say">\(method)</p>
    <div class="settings">
    \(group("Video", video))
    \(group("Sampling and gate", sampling))
    \(group("Features and contexts", features))
    \(group("Scenes", scenes))
    </div></details></section>
    """
  }

  private var method: Markup {
    let (settings, backbone) = (document.manifest.settings, document.manifest.backbone)
    return """
      The video was sampled \(Wording.plain(settings.samplesPerSecond)) times a second, and the first frame of each shot was \
      added. Each sample became a vector of \(Wording.count(backbone.dimension)) numbers. The similarity of two frames is the \
      cosine of their vectors. Coverage is the mean, over all samples, of the similarity to the nearest kept frame. Retention is \
      the share of the samples that were kept. Times count from the first frame.
      """
  }

  private func group(_ name: Markup, _ rows: [(Markup, String)]) -> Markup {
    let rows = rows.map { label, value in
      "<div><dt>\(label)</dt><dd><bdi>\(Escaping.shortened(value, to: 400))</bdi></dd></div>\n" as Markup
    }
    return "<div><h3>\(name)</h3><dl>\(rows)</dl></div>"
  }

  private var video: [(Markup, String)] {
    let video = document.manifest.video
    var rows: [(Markup, String)] = [
      ("File", video.path), ("Fingerprint", short(video.fingerprint)), ("Container", video.container),
      ("Codec", "\(video.codec), \(video.pixelFormat)"), ("Picture", "\(video.width) × \(video.height)"),
      ("Stream", "\(video.streamIndex) (\(Wording.count(video.videoStreams, "video stream")))"),
      ("Time base", "\(video.timeBase) s"),
      ("Starts at", "\(Wording.time(video.startSeconds)), tick \(video.startPts)"),
    ]
    if video.rotationDegrees != 0 || video.mirrored {
      rows.append(("Turned by", "\(video.rotationDegrees)°\(video.mirrored ? ", mirrored" : "")"))
    }
    if let toneMapping = video.toneMapping {
      let source = [video.transfer, video.primaries].compactMap(\.self).joined(separator: ", ")
      let dolbyVision = video.dolbyVisionProfile.map { "Dolby Vision profile \($0)" }
      let parts = [dolbyVision, source, toneMapping].compactMap(\.self).filter { !$0.isEmpty }
      rows.append(("Colours", parts.joined(separator: ", ")))
    }
    if !document.manifest.partial {
      rows += Wording.oddities(document.manifest.damage).map { ("Note", $0) }
    }
    return rows
  }

  private var sampling: [(Markup, String)] {
    let (settings, gate) = (document.manifest.settings, document.manifest.gate)
    var rows: [(Markup, String)] = [
      ("Samples", "\(Wording.plain(settings.samplesPerSecond)) a second"), ("Gate", gate.name),
      ("Asked for", asked), ("Price", Wording.plain(gate.price)), ("Looks ahead", Wording.duration(settings.lookAheadSeconds)),
      ("Pipeline", settings.pipeline),
    ]
    if let seconds = settings.maxDurationSeconds { rows.append(("Read at most", Wording.duration(seconds))) }
    return rows
  }

  private var asked: String {
    let settings = document.manifest.settings
    if let budget = settings.budget { return "\(Wording.count(budget, "frame")) at most" }
    if let rate = settings.rate { return "\(Wording.percent(rate)) of the samples at most" }
    return settings.price.map { "a price of \(Wording.plain($0))" } ?? "the gate's own price"
  }

  private var features: [(Markup, String)] {
    let (backbone, encoder) = (document.manifest.backbone, document.manifest.encoder)
    return [
      ("Backbone", backbone.name), ("Model", backbone.modelDigest.map(short) ?? "built in"), ("Precision", backbone.precision),
      ("Input", "\(backbone.inputWidth) × \(backbone.inputHeight)"), ("Vector", "\(Wording.count(backbone.dimension)) numbers"),
      ("Encoder", short(encoder.weights)),
      ("Window", "\(encoder.windowSize) kept frames, \(Wording.count(encoder.levels, "level"))"),
      ("Made by", "\(document.manifest.tool.name) \(document.manifest.tool.version)"), ("Bundle", document.manifest.schema),
    ]
  }

  private var scenes: [(Markup, String)] {
    let settings = document.manifest.settings
    return [
      ("Detector", settings.detector), ("Threshold", Wording.plain(settings.detectorThreshold)),
      ("Shortest scene", "\(Wording.plain(settings.minimumSceneSeconds)) s"),
    ]
  }

  /// The start of a digest; a name stays whole.
  private func short(_ text: String) -> String {
    text.utf8.count >= 40 && text.allSatisfy(\.isHexDigit) ? "\(text.prefix(12))…" : text
  }
}
