internal import KeepframeSystem
package import SystemPackage

/// Clips of footage with what a file of labels says about their samples.
package struct LabelledFootage: Sendable {
  package struct Clip: Sendable {
    package let clip: FootageClip
    /// `[T]`: how much each sample is wanted, 0...1; nil if it is not labelled.
    package let wanted: [Double?]

    package init(clip: FootageClip, wanted: [Double?]) {
      precondition(wanted.count == clip.count, "expected \(clip.count) values, got \(wanted.count)")
      self.clip = clip
      self.wanted = wanted
    }
  }

  /// The file of the labels, for errors.
  package let file: FilePath
  /// The clips with labels, in the order of the footage.
  package let clips: [Clip]
  /// What was skipped, one line each.
  package let notes: [String]

  package init(_ file: FilePath, clips: [Clip], notes: [String] = []) {
    self.file = file
    self.clips = clips
    self.notes = notes
  }

  /// Labels are matched to videos by the path below the folder, or by the file name if only one
  /// video has it. A moment labels the sample on display at that time, a span all samples in it.
  ///
  /// If labels overlap, names add up; of keep, skip and weights the later line counts. A video with
  /// spans of named labels is taken to show none of them elsewhere. All other samples are
  /// unlabelled.
  ///
  /// - Parameter names: the names of labels that are wanted, of which one is enough; nil for a file
  ///   of keep and skip.
  /// - Throws: ``LabelError``
  package init(_ file: LabelFile, wanting names: [String]?, in clips: [FootageClip]) throws(LabelError) {
    try Self.check(file, names)
    let owners = VideoNames(clips)
    var labels: [Int: [MomentLabel]] = [:]
    var missing: [String: Int] = [:]
    for label in file.labels {
      switch owners.find(label.video) {
      case .found(let index): labels[index, default: []].append(label)
      case .missing: missing[label.video, default: label.line] = min(missing[label.video] ?? label.line, label.line)
      case .several(let names):
        throw LabelError.badLine(
          file: file.path, line: label.line, problem: "\(PrintableText.escaping(label.video)) may be \(names)")
      }
    }
    guard !labels.isEmpty else { throw LabelError.noVideo(file: file.path, first: file.labels[0].video) }
    var notes: [String] = []
    let name = PrintableText.escaping(file.path)
    if let first = missing.min(by: { $0.value < $1.value }) {
      let count = missing.count
      notes.append(
        "\(name), line \(first.value): no video \(PrintableText.escaping(first.key)) in the footage"
          + (count > 1 ? ", nor \(count - 1) others that have labels" : ""))
    }
    let wanted = names.map { Set($0) }
    self.file = file.path
    self.clips = labels.sorted { $0.key < $1.key }.map { index, labels in
      let clip = clips[index]
      let outside = labels.filter { $0.lies(outside: clip) }
      if let first = outside.first {
        notes.append(
          "\(name), line \(first.line): after the end of \(clip.name)"
            + (outside.count > 1 ? ", as \(outside.count - 1) more" : ""))
      }
      return Clip(clip: clip, wanted: Self.values(labels, wanted, clip))
    }
    self.notes = notes
  }

  private static func check(_ file: LabelFile, _ names: [String]?) throws(LabelError) {
    switch (names, file.isNamed) {
    case (nil, true): throw LabelError.nothingWanted(file: file.path, names: file.names)
    case (_?, false): throw LabelError.notNamed(file: file.path)
    case (nil, false): break
    case (let names?, true):
      let known = file.names
      if let name = names.first(where: { !known.contains($0) }) {
        throw LabelError.unknownName(file: file.path, name: name, names: known)
      }
    }
  }

  private static func values(_ labels: [MomentLabel], _ wanted: Set<String>?, _ clip: FootageClip) -> [Double?] {
    var values = [Double?](repeating: nil, count: clip.count)
    let hasSpans = labels.contains { if case .span = $0.place { true } else { false } }
    if wanted != nil, hasSpans { values = Array(repeating: 0, count: clip.count) }
    for label in labels {
      for sample in label.samples(of: clip) {
        switch label.word {
        case .weight(let weight): values[sample] = weight
        case .names(let names): values[sample] = max(values[sample] ?? 0, wanted!.isDisjoint(with: names) ? 0 : 1)
        }
      }
    }
    return values
  }
}

extension MomentLabel {
  /// The samples that it labels.
  func samples(of clip: FootageClip) -> Range<Int> {
    func first(from seconds: Double) -> Int { clip.seconds.partitioningIndex { $0 >= seconds - 1e-6 } }
    switch place {
    case .span(let span):
      let start = first(from: span.lowerBound)
      return start..<max(start, first(from: span.upperBound))
    case .moment(let seconds):
      guard seconds <= clip.durationSeconds else { return 0..<0 }
      let sample = clip.seconds.partitioningIndex { $0 > seconds + 1e-3 } - 1
      return sample >= 0 ? sample..<sample + 1 : 0..<0
    }
  }

  func lies(outside clip: FootageClip) -> Bool {
    switch place {
    case .span(let span): span.lowerBound >= clip.durationSeconds
    case .moment(let seconds): seconds > clip.durationSeconds
    }
  }
}

/// Finds the clip of a label's video.
private struct VideoNames {
  enum Answer {
    case found(Int)
    case missing
    case several(String)
  }

  private let clips: [FootageClip]
  private var byName: [String: Int] = [:]
  private var byFile: [String: [Int]] = [:]

  init(_ clips: [FootageClip]) {
    self.clips = clips
    for (index, clip) in clips.enumerated() {
      byName[clip.name] = index
      byFile[Self.file(clip.name), default: []].append(index)
    }
  }

  func find(_ video: String) -> Answer {
    let name = PrintableText.escaping(video)
    if let index = byName[name] { return .found(index) }
    let found = byFile[Self.file(name)] ?? []
    guard let index = found.first else { return .missing }
    // A report names the whole path, whose end may be a path below the folder of footage.
    let under = found.filter { "/\(name)".hasSuffix("/\(clips[$0].name)") }
    if found.count == 1 || under.count == 1 { return .found(under.first ?? index) }
    return .several(found.map { clips[$0].name }.joined(separator: " or "))
  }

  private static func file(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }
}
