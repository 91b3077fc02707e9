import KeepframeBundle
import KeepframeFootage
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeReporting

/// The page's script, run by node on as little of a document as it needs.
@Suite(.enabled(if: (try? run("node", ["--version"]))?.status == 0)) struct `Marks on a report's frames` {
  /// - Parameter acts: lines that may call `press(card, key)`, `click(card, value)` and
  ///   `button(text)`.
  /// - Returns: what was printed, and what was saved.
  private func page(_ acts: String, of document: ReportDocument = .sample()) throws -> String {
    let html = document.html
    let times = html.attributes("data-t").map { "\"\($0)\"" }.joined(separator: ", ")
    let video = try #require(html.attributes("data-video").first)
    let program = """
      \(Self.document)
      const cards = [\(times)].map((t) => { const card = element("li"); card.dataset.t = t; return card; });
      const board = element("ol");
      board.dataset.video = "\(video)";
      for (const card of cards) board.append(card);
      const body = element("body");
      document.querySelector = () => board;
      document.body = body;
      \(Marking.script.html)
      const bar = body.children[0];
      const button = (text) => bar.children.find((child) => child.textContent === text).listeners.click({});
      const click = (card, value) =>
        cards[card].querySelectorAll("button").find((button) => button.value === value).listeners.click({});
      const press = (card, key) => board.listeners.keydown({ key, target: cards[card], preventDefault() {} });
      \(acts)
      """
    let result = try run("node", ["-e", program])
    try #require(result.status == 0, "\(result.errors)")
    return result.output
  }

  private static let document = """
    const element = (name) => ({
      name, children: [], dataset: {}, listeners: {}, classes: new Set(), focused: false,
      append(child) { this.children.push(child); },
      contains(other) { return this === other || this.children.some((child) => child.contains(other)); },
      querySelectorAll(name) { return this.children.flatMap((child) =>
        (child.name === name ? [child] : []).concat(child.querySelectorAll(name))); },
      addEventListener(name, act) { this.listeners[name] = act; },
      setAttribute(name, value) { this[name] = value; },
      focus() { focused = cards.indexOf(this); },
      click() { if (this.href) console.log(this.download + "\\n" + blobs[this.href]); },
      get classList() { return { toggle: (name, on) => on ? this.classes.add(name) : this.classes.delete(name) }; },
    });
    let focused = -1;
    const blobs = {};
    const document = { createElement: element };
    class Blob { constructor(parts) { this.text = parts.join(""); } }
    const URL = { createObjectURL(blob) { blobs.blob = blob.text; return "blob"; }, revokeObjectURL() {} };
    const setTimeout = () => {};
    const addEventListener = () => {};
    """

  @Test func `by click and by key are saved as a file of labels`() throws {
    let document = ReportDocument.sample()
    #expect(document.retained.count > 3 && document.picturedRows == Array(document.retained.indices))
    let saved = try page("click(2, \"skip\"); press(0, \"k\"); press(1, \"S\"); click(3, \"keep\"); button(\"Save labels\");")
    let lines = saved.split(separator: "\n", omittingEmptySubsequences: false)
    let video = document.manifest.video.path
    #expect(lines[0] == "\(video.split(separator: "/").last!).labels.jsonl")
    let labels = try LabelFile(Array(lines.dropFirst().joined(separator: "\n").utf8), from: "saved").labels
    let expected = zip(0..<4, [1.0, 0, 0, 1]).map { row, weight in
      MomentLabel(video: video, place: .moment(document.retained[row].t), word: .weight(weight), line: row + 1)
    }
    #expect(labels == expected)
  }

  @Test func `are taken back by the same click, and all by Clear`() throws {
    let counts = try page(
      """
      click(0, "keep"); click(1, "skip"); console.log(bar.children[0].textContent, bar.hidden, cards[0].classes.has("keep"));
      click(0, "keep"); console.log(bar.children[0].textContent, cards[0].classes.has("keep"));
      button("Clear"); console.log(bar.hidden);
      """)
    #expect(counts == "1 to keep, 1 to skip false true\n0 to keep, 1 to skip false\ntrue\n")
  }

  @Test func `follow arrow keys from frame to frame, and leave a browser's own keys alone`() throws {
    let focused = try page(
      """
      press(0, "ArrowRight"); console.log(focused); press(2, "ArrowLeft"); console.log(focused); press(0, "ArrowLeft");
      console.log(focused); board.listeners.keydown({ key: "s", ctrlKey: true, target: cards[0] }); console.log(bar.hidden);
      """)
    #expect(focused == "1\n1\n0\ntrue\n")
  }
}
