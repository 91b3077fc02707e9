/// The one block of style of every page.
enum Stylesheet {
  /// SHA-256 of ``css`` in base64: the only style that the page's policy allows. If it is stale, a
  /// test prints the right one.
  static let hash = "sha256-RknPhZcD8ZaGIaMDTp1DkVDaBY9x6VzcXR+O/oPSkKM="

  static let css: Markup = """
    :root {
      color-scheme: light dark;
      --paper: #fbfaf7; --ink: #1d1c1a; --soft: #625f58; --line: #e3dfd6; --strong: #c9c4b8; --band: #f0ede5;
      --accent: #0b6a61; --tint: #cfe5e0; --price: #a8480f; --warn: #fcf1dc; --warn-line: #d08a1c; --empty: #e9e5dc;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #131416; --ink: #ebe9e4; --soft: #a8a59d; --line: #2b2d31; --strong: #45484e; --band: #1d1f22;
        --accent: #66c7b8; --tint: #1d3f3a; --price: #eea06a; --warn: #2f2412; --warn-line: #c98a2b; --empty: #24262a;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; max-width: 82rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere;
    }
    h1, h2, h3, p, dl, dd, ol, ul, figure { margin: 0; padding: 0; }
    ol { list-style: none; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em; }
    a:focus-visible, summary:focus-visible, .scroller:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

    header { padding-top: clamp(2rem, 5vw, 4rem); }
    .kicker { color: var(--accent); font-size: .8125rem; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; }
    h1 { margin: .35rem 0 .5rem; font-size: clamp(1.75rem, 4.4vw, 3rem); font-weight: 680; line-height: 1.12; letter-spacing: -.022em; overflow: clip; overflow-clip-margin: .2em; }
    .titled { margin-bottom: .5rem; color: var(--soft); overflow: clip; overflow-clip-margin: .2em; }
    .facts { color: var(--soft); font-variant-numeric: tabular-nums; }
    .facts span { white-space: nowrap; }
    .facts span:not(:last-child)::after { content: "·"; margin: 0 .15em 0 .4em; color: var(--strong); }
    .lead { margin-top: 1.25rem; font-size: clamp(1.15rem, 2.2vw, 1.5rem); line-height: 1.35; letter-spacing: -.008em; color: var(--soft); }
    .lead strong { color: var(--ink); font-weight: 640; }
    .partial { margin-top: 1.5rem; padding: .9rem 1.15rem; max-width: 56rem; border-left: 4px solid var(--warn-line); border-radius: 4px; background: var(--warn); }
    .partial ul { margin-top: .35rem; padding-left: 1.15rem; }
    nav { display: flex; flex-wrap: wrap; gap: .25rem 1.4rem; margin-top: 1.75rem; padding: .7rem 0; border-block: 1px solid var(--line); font-size: .9375rem; }
    nav a { color: var(--soft); text-decoration: none; }
    nav a:hover { color: var(--accent); text-decoration: underline; }

    section { margin-top: clamp(2.5rem, 5vw, 4rem); }
    .numbers { margin-top: 1.75rem; }
    h2 { font-size: 1.5rem; font-weight: 650; line-height: 1.2; letter-spacing: -.015em; }
    .say { max-width: 46rem; margin: .4rem 0 1.25rem; color: var(--soft); }
    .none { color: var(--soft); }

    .numbers dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 1.5rem 2rem; }
    .numbers dt { font-size: .875rem; font-weight: 600; }
    .numbers b { display: block; font-size: 2.125rem; font-weight: 620; line-height: 1.2; letter-spacing: -.03em; font-variant-numeric: tabular-nums; }
    .numbers span { display: block; color: var(--soft); font-size: .8125rem; line-height: 1.4; }

    figure { margin-top: 1rem; }
    .scroller { overflow-x: auto; }
    .film { display: block; width: 100%; min-width: 62rem; height: auto; font-size: 11.5px; font-variant-numeric: tabular-nums; }
    .film text { fill: var(--soft); text-anchor: middle; }
    .film .lane { fill: var(--ink); font-weight: 600; text-anchor: end; }
    .film .edge, .film .price-label, .film .last { text-anchor: end; }
    .film .price-label { fill: var(--price); }
    .frame { fill: none; stroke: var(--strong); }
    .band { fill: var(--band); }
    .bands path { fill: transparent; stroke: var(--strong); stroke-width: .75; }
    .bands a:hover path { fill: var(--tint); }
    .film .bands text { fill: var(--ink); font-weight: 600; pointer-events: none; }
    .ruler path { stroke: var(--line); }
    .leader { stroke: var(--strong); }
    .base { stroke: var(--strong); fill: none; stroke-width: .75; }
    .hatch { stroke: var(--soft); stroke-width: 1.4; }
    .transition { fill: url(#hatch); opacity: .75; }
    .score, .cover { fill: none; stroke: var(--accent); stroke-width: 1.4; stroke-linejoin: round; }
    .score-area { fill: var(--tint); opacity: .8; }
    .cover { stroke: var(--soft); }
    .spread { fill: none; stroke: var(--strong); stroke-width: 1.2; opacity: .45; }
    .score-lane .spread { stroke: var(--tint); opacity: 1; }
    .kept-ticks { stroke: var(--accent); stroke-width: .75; }
    .film .bands .many { fill: var(--soft); font-weight: 400; }
    .price { stroke: var(--price); stroke-width: 1.4; stroke-dasharray: 5 4; }
    circle.kept { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; }
    a:hover circle.kept { fill: var(--price); }
    .worst { fill: var(--paper); stroke: var(--price); stroke-width: 2; }
    figcaption { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin-top: .75rem; color: var(--soft); font-size: .8125rem; }
    .key { width: 22px; height: 10px; margin-right: .45rem; }

    .picture { display: block; width: 100%; height: auto; background: var(--empty); border-radius: 3px; }
    .board { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: 1.5rem 1rem; }
    .board.tall { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
    .board li { position: relative; padding-top: 2.1rem; font-size: .8125rem; line-height: 1.45; color: var(--soft); scroll-margin-top: 3rem; }
    .board li::before { content: ""; position: absolute; inset: 0 0 auto -1rem; border-top: 1px solid var(--ink); }
    .board .opens::before { left: 0; }
    .board h3 { position: absolute; top: .45rem; font-size: .8125rem; }
    .board h3 a { color: var(--ink); text-decoration: none; }
    .board h3 a:hover { color: var(--accent); text-decoration: underline; }
    .board li:target .picture { outline: 3px solid var(--accent); outline-offset: 2px; }
    .board .when { display: flex; flex-wrap: wrap; gap: 0 .6rem; margin-top: .4rem; font-variant-numeric: tabular-nums; }
    .board time { color: var(--ink); font-weight: 600; }
    .board .why { font-style: italic; }
    .strip { display: block; width: 100%; height: 4px; margin-top: 5px; background: var(--empty); border-radius: 2px; }
    .strip path { fill: var(--accent); }

    .mark { display: flex; gap: .4rem; margin-top: .4rem; }
    .mark button, .marks button { padding: .15rem .7rem; border: 1px solid var(--strong); border-radius: 999px; background: transparent; color: var(--soft); font: inherit; cursor: pointer; }
    .mark button:hover, .marks button:hover { border-color: var(--accent); color: var(--accent); }
    .mark button[aria-pressed="true"] { background: var(--ink); border-color: var(--ink); color: var(--paper); }
    .board li.keep .picture { outline: 3px solid var(--accent); outline-offset: 2px; }
    .board li.skip .picture { opacity: .35; }
    .board li:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
    .marks { position: fixed; inset: auto 0 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: center; padding: .7rem 1rem; border-top: 1px solid var(--strong); background: var(--paper); font-variant-numeric: tabular-nums; }
    .marks[hidden] { display: none; }
    .marks button:first-of-type { background: var(--accent); border-color: var(--accent); color: var(--paper); }

    table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .42rem 1.25rem .42rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
    thead th { position: sticky; top: 0; padding-top: .6rem; background: var(--paper); color: var(--soft); font-size: .8125rem; font-weight: 600; border-bottom-color: var(--strong); }
    tbody th { font-weight: 600; }
    tr:target > * { background: var(--tint); }
    .scenes td:nth-child(4), .scenes td:nth-child(5), .scenes th:nth-child(4), .scenes th:nth-child(5),
    .ledger td:nth-child(3), .ledger td:nth-child(4), .ledger th:nth-child(3), .ledger th:nth-child(4) { text-align: right; }
    .scenes td:nth-child(5), .scenes th:nth-child(5) { padding-right: 2.5rem; }
    .ledger { max-width: 60rem; }
    .ledger th { overflow-wrap: normal; }
    .ledger td:nth-child(3), .ledger td:nth-child(4) { white-space: nowrap; }
    .ledger td:last-child { width: 28%; padding-right: 0; }
    .share { display: block; width: 100%; height: 8px; background: var(--empty); border-radius: 2px; }
    .share rect { fill: var(--strong); }
    .kept .share rect { fill: var(--accent); }

    details { margin-top: 1.75rem; }
    summary { cursor: pointer; color: var(--soft); }
    summary h3 { display: inline; color: var(--ink); font-size: 1rem; }
    summary span { font-size: .875rem; }
    .contexts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1.5rem 2rem; margin-top: 1rem; }
    .context .name { display: flex; flex-wrap: wrap; gap: 0 .75rem; margin-bottom: .4rem; font-size: .8125rem; color: var(--soft); font-variant-numeric: tabular-nums; }
    .context .name b, .context .name b a { color: var(--ink); text-decoration: none; }
    .context .name b a:hover { text-decoration: underline; }
    .context ol { display: flex; flex-wrap: wrap; gap: .5rem; }
    .part li { width: 4rem; }
    .video li { width: min(8.5rem, 28vw); }
    .video .name { font-size: .9375rem; }
    .context li { font-size: .75rem; line-height: 1.5; color: var(--soft); font-variant-numeric: tabular-nums; }
    .context li a { display: block; color: inherit; text-decoration: none; }
    .context li a:hover { color: var(--accent); }
    .context li a:hover .picture { outline: 2px solid var(--accent); outline-offset: 1px; }

    #settings details { margin-top: .75rem; }
    .settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(25rem, 100%), 1fr)); gap: 1.75rem 3rem; }
    .settings h3 { margin-bottom: .35rem; font-size: .9375rem; }
    .settings dl > div { display: grid; grid-template-columns: 8rem 1fr; gap: 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); font-size: .875rem; }
    .settings dt { color: var(--soft); }
    .settings dd { font-variant-numeric: tabular-nums; }
    .pair { padding-top: 1.1rem; border-top: 1px solid var(--ink); }
    .pair + .pair { margin-top: 2rem; }
    .pair h2 { font-size: 1.0625rem; }
    .pair .when { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
    .pair .side { display: grid; grid-template-columns: minmax(11rem, 1fr) 4fr; gap: .4rem 1.5rem; margin-top: .75rem; font-size: .875rem; }
    .pair .side ol { display: grid; grid-template-columns: repeat(6, 1fr); gap: .5rem; }
    .pair .side li { color: var(--soft); font-size: .75rem; font-variant-numeric: tabular-nums; }
    .found .board .when { margin-top: .5rem; }

    footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8125rem; }

    @media (max-width: 40rem) {
      .numbers dl { grid-template-columns: 1fr 1fr; gap: 1.25rem 1.25rem; }
      .board { grid-template-columns: 1fr 1fr; }
      .board.tall { grid-template-columns: 1fr 1fr 1fr; }
      .pair .side { grid-template-columns: 1fr; }
      .pair .side ol { grid-template-columns: repeat(3, 1fr); }
      .scenes, .scenes tbody { display: block; }
      .scenes thead { display: none; }
      .scenes tr { display: grid; grid-template-columns: 2.5rem 1fr 1fr; gap: .2rem .75rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
      .scenes tr > * { padding: 0; border: 0; }
      .scenes tr th { grid-row: span 3; }
      .scenes tr td, .scenes tr td:nth-child(n) { padding: 0; text-align: left; }
      .scenes td::before { content: attr(data-label); display: block; color: var(--soft); font-size: .75rem; line-height: 1.2; }
      .ledger th, .ledger td { padding-right: .75rem; }
      .ledger td:last-child, .ledger th:last-child { display: none; }
      .settings dl > div { grid-template-columns: 6.5rem 1fr; }
    }
    @media print {
      :root { --paper: #fff; --ink: #000; --soft: #444; --line: #ddd; --strong: #aaa; --band: #f2f2f2; --accent: #0b6a61; --tint: #d5e8e4; --price: #a8480f; --warn: #fff; --empty: #eee; }
      body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      header { padding-top: 0; }
      nav, .mark, .marks { display: none; }
      section { margin-top: 1.5rem; }
      .film { min-width: 0; }
      .board { grid-template-columns: repeat(4, 1fr); }
      .board li, tr, .context, .numbers div, figure, .partial { break-inside: avoid; }
      h2, h3, summary { break-after: avoid; }
      thead th { position: static; }
      a { color: inherit; text-decoration: none; }
      details::details-content { content-visibility: visible; display: block; }
    }
    """
}
