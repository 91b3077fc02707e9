internal import KeepframeBundle
internal import KeepframeDecoding

extension Wording {
  /// What a ledger's reason means.
  static func reason(_ name: String) -> String {
    switch name {
    case "first": "the first to be remembered"
    case "worth_its_price": "worth its price"
    case "scheduled": "its turn"
    case "known": "the memory already holds something like it"
    case "better_ahead": "a frame just ahead serves better"
    case "unscheduled": "not its turn"
    case "blank": "nothing to see"
    case "unclear": "the middle of a transition"
    default: spaced(name)
    }
  }

  static func transition(_ kind: String) -> String {
    switch kind {
    case "fade": "fade out and in"
    default: spaced(kind)
    }
  }

  /// What is missing or made up, one sentence each; empty for an intact file.
  static func damage(_ damage: DecodingDamage) -> [String] {
    var sentences: [String] = []
    if let error = damage.readError { sentences.append("Reading ended early: \(Escaping.shortened(error, to: 200)).") }
    if damage.missingSeconds > 0 {
      sentences.append("The file promises \(duration(damage.missingSeconds)) more than it holds.")
    }
    if damage.undecodablePackets > 0 {
      sentences.append("\(count(damage.undecodablePackets, "packet")) could not be decoded, so frames are missing.")
    }
    if damage.concealedFrames > 0 {
      sentences.append("\(count(damage.concealedFrames, "frame")) came out damaged, with the errors painted over.")
    }
    if damage.synthesizedTimestamps > 0 {
      sentences.append("\(count(damage.synthesizedTimestamps, "frame")) had no usable time and got one from the frame rate.")
    }
    return sentences + oddities(damage)
  }

  /// What is unusual about the file though nothing is missing.
  static func oddities(_ damage: DecodingDamage) -> [String] {
    var sentences: [String] = []
    if damage.timestampJumps > 0 {
      let often = times(damage.timestampJumps)
      sentences.append("The clock jumped back \(often); later times are shifted so that they keep ascending.")
    }
    if damage.formatChanges > 0 {
      sentences.append("The picture's size or format changed \(times(damage.formatChanges)).")
    }
    return sentences
  }

  private static func times(_ number: Int) -> String {
    switch number {
    case 1: "once"
    case 2: "twice"
    default: "\(count(number)) times"
    }
  }

  private static func spaced(_ name: String) -> String {
    String(Escaping.shortened(name, to: 60).map { $0 == "_" ? " " : $0 })
  }
}
