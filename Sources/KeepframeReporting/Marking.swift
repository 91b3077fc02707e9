/// The page's one script: frames are marked keep or skip, and the marks are saved as a file of
/// labels.
///
/// It makes its own buttons, so a page whose script does not run shows none that do nothing. It
/// reads the numbers and the name in `data-` attributes, sends nothing anywhere and stores nothing
/// but the file that is asked for.
enum Marking {
  /// SHA-256 of ``script`` in base64: the only script that the page's policy allows. If it is
  /// stale, a test prints the right one.
  static let hash = "sha256-D84F85atJ2/72F2Ct7ApcitOUp7LR+ZSYegz5hXd3xo="

  static let script: Markup = #"""
    (() => {
      "use strict";
      const board = document.querySelector(".board[data-video]");
      if (!board) return;
      const cards = Array.from(board.children);
      const marks = new Map();
      let saved = true;

      const make = (name, className, text) => {
        const element = document.createElement(name);
        if (className) element.className = className;
        if (text) element.textContent = text;
        return element;
      };
      const bar = make("div", "marks");
      const count = make("p");
      count.setAttribute("role", "status");
      const save = make("button", "", "Save labels");
      const clear = make("button", "", "Clear");
      for (const part of [count, save, clear]) bar.append(part);
      bar.hidden = true;
      document.body.append(bar);

      const show = (card) => {
        const mark = marks.get(card);
        card.classList.toggle("keep", mark === "keep");
        card.classList.toggle("skip", mark === "skip");
        for (const button of card.querySelectorAll("button")) {
          button.setAttribute("aria-pressed", String(button.value === mark));
        }
        const values = Array.from(marks.values());
        const kept = values.filter((value) => value === "keep").length;
        bar.hidden = marks.size === 0;
        count.textContent = kept + " to keep, " + (marks.size - kept) + " to skip";
      };
      const set = (card, mark) => {
        if (marks.get(card) === mark) marks.delete(card); else marks.set(card, mark);
        saved = marks.size === 0;
        show(card);
      };

      for (const card of cards) {
        const row = make("p", "mark");
        for (const [value, text] of [["keep", "Keep"], ["skip", "Skip"]]) {
          const button = make("button", "", text);
          button.type = "button";
          button.value = value;
          button.title = text + " (" + text[0] + ")";
          button.addEventListener("click", () => set(card, value));
          row.append(button);
        }
        card.append(row);
        card.tabIndex = 0;
        show(card);
      }

      board.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const index = cards.findIndex((card) => card.contains(event.target));
        if (index < 0) return;
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const mark = { k: "keep", s: "skip" }[event.key.toLowerCase()];
        if (step) (cards[index + step] || cards[index]).focus();
        else if (mark) set(cards[index], mark);
        else return;
        event.preventDefault();
      });

      save.addEventListener("click", () => {
        const lines = cards.filter((card) => marks.has(card)).map((card) =>
          JSON.stringify({ video: board.dataset.video, t: Number(card.dataset.t), mark: marks.get(card) }) + "\n");
        const link = make("a");
        link.href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
        link.download = board.dataset.video.split("/").pop() + ".labels.jsonl";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        saved = true;
      });
      clear.addEventListener("click", () => {
        marks.clear();
        saved = true;
        for (const card of cards) show(card);
      });
      addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
    })();
    """#
}
