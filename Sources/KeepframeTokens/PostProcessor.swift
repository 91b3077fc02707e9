internal import KeepframeSystem

/// The tokens around those of the text, as the `post_processor` of a tokenizer's file says for a
/// single text.
struct PostProcessor: Sendable {
  private(set) var before: [Int] = []
  private(set) var after: [Int] = []

  /// Adds nothing.
  init() {}

  init(_ settings: Settings) throws(FileProblem) {
    let type = try settings.text("type")
    switch type {
    case "ByteLevel": break
    case "Sequence":
      for part in try settings.objects("processors") {
        let outer = try PostProcessor(part)
        (before, after) = (outer.before + before, after + outer.after)
      }
    case "RobertaProcessing", "BertProcessing":
      (before, after) = ([try Self.id(settings, "cls")], [try Self.id(settings, "sep")])
    case "TemplateProcessing": (before, after) = try Self.template(settings)
    default: throw settings.unsupported("post-processor", type)
    }
    for id in before + after where !Vocabulary.ids.contains(id) { throw FileProblem("\(settings.place): id \(id) is too large") }
  }

  /// Reads `"cls": ["<s>", 0]`.
  private static func id(_ settings: Settings, _ key: String) throws(FileProblem) -> Int {
    let pair = try settings.list(key)
    guard pair.count == 2, case .number(let number) = pair[1], let id = Int(exactly: number) else {
      throw FileProblem("\(settings.place).\(key): expected a token and its id")
    }
    return id
  }

  private static func template(_ settings: Settings) throws(FileProblem) -> (before: [Int], after: [Int]) {
    let special = try settings.object("special_tokens")
    var (before, after): ([Int], [Int]?) = ([], nil)
    for part in try settings.objects("single") {
      if part.members["Sequence"] != nil {
        guard after == nil, try part.object("Sequence").text("id") == "A" else {
          throw FileProblem("\(part.place): expected the sequence A, once")
        }
        after = []
        continue
      }
      var ids: [Int] = []
      for value in try special.object(try part.object("SpecialToken").text("id")).list("ids") {
        guard case .number(let number) = value, let id = Int(exactly: number) else {
          throw FileProblem("\(special.place): expected a list of ids")
        }
        ids.append(id)
      }
      if after == nil { before += ids } else { after? += ids }
    }
    guard let after else { throw FileProblem("\(settings.place).single: has no sequence A") }
    return (before, after)
  }
}
