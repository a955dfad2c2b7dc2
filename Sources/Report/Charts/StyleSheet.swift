// The look of a page. Colours are variables, so that light, dark and paper differ in one place.

/// The style sheet of every page. It holds no `<`, `>` or `&`, so that the page is well-formed XML as well.
enum StyleSheet {
  static var text: String {
    ":root {\n" + light + "}\n@media screen and (prefers-color-scheme: dark) { :root {\n" + dark + "} }\n" + rules
  }

  private static var light: String {
    """
    color-scheme: light dark; --page: #ffffff; --raised: #f4f6f8; --text: #1a1d21; --quiet: #4d5661; --rule: #d5dae0;
    --grid: #e3e7ec; --link: #0a58a8; --good: #00704f; --bad: #b23a00; --note: #0072b2; --care: #966800;

    """ + inks(\.light)
  }

  private static var dark: String {
    """
    --page: #14171b; --raised: #1d2127; --text: #e8ebef; --quiet: #b3bbc5; --rule: #3a424c;
    --grid: #2b3139; --link: #8cc4ff; --good: #4fd6aa; --bad: #ff9d6b; --note: #56b4e9; --care: #e6b23a;

    """ + inks(\.dark)
  }

  private static func inks(_ colour: (ChartInk) -> String) -> String {
    ChartInk.allCases.map { "--\($0.cssClass): \(colour($0));" }.joined(separator: " ") + "\n"
  }

  private static var rules: String {
    """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
    main, body footer { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere; }
    h1 { font-size: 1.8rem; line-height: 1.2; margin: 1.5rem 0 .5rem; }
    h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--rule); }
    h3 { font-size: 1.05rem; line-height: 1.3; margin: 1.25rem 0 .25rem; }
    p, ul, ol, dl { margin: .5rem 0; max-width: 46rem; }
    a { color: var(--link); }
    a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    .lead { font-size: 1.1rem; color: var(--quiet); }
    nav ol { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; }
    .box { border-left: .35rem solid var(--note); background: var(--raised); padding: .75rem 1rem; margin: 1rem 0; border-radius: .25rem; }
    .box.warning { border-left-color: var(--care); border-left-style: double; }
    .box-title { font-weight: 700; margin-top: 0; }
    .box p:last-child { margin-bottom: 0; }
    dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: .1rem 1.5rem; max-width: none; }
    dl div { display: flex; gap: .75rem; border-bottom: 1px solid var(--grid); padding: .15rem 0; }
    dt { color: var(--quiet); flex: 0 0 8.5rem; }
    dd { margin: 0; min-width: 0; font-variant-numeric: tabular-nums; }
    pre { background: var(--raised); padding: .75rem 1rem; overflow-x: auto; font: .85rem/1.45 ui-monospace, monospace; overflow-wrap: normal; border-radius: .25rem; }
    summary { cursor: pointer; color: var(--link); padding: .25rem 0; }
    .scroll { overflow-x: auto; margin: .75rem 0; }
    table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal; }
    caption { text-align: left; color: var(--quiet); padding: .25rem 0; }
    th, td { padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
    thead th { border-bottom: 2px solid var(--rule); vertical-align: bottom; }
    tbody th { font-weight: 600; }
    td, th[scope=row] { min-width: 4rem; max-width: 24rem; }
    th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .mark { font-weight: 700; }
    .mark.good { color: var(--good); } .mark.bad { color: var(--bad); } .mark.unsure { color: var(--care); }
    .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); gap: 1rem 2.5rem; align-items: start; }
    figure { margin: .5rem 0 1rem; min-width: 0; }
    figure.wide { grid-column: 1 / -1; }
    figure.narrow .drawing { max-width: 31rem; }
    figcaption p, .summary { color: var(--quiet); font-size: .9rem; margin: .25rem 0; }
    .drawing { margin: .5rem 0; }
    .drawing.wide { overflow-x: auto; max-width: 58rem; }
    .drawing.wide svg { min-width: 41rem; }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { font: 13px system-ui, sans-serif; fill: var(--text); }
    svg .number { font-variant-numeric: tabular-nums; }
    svg .name { font-weight: 600; }
    svg .axis-title { fill: var(--quiet); }
    svg .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
    svg .grid { stroke: var(--grid); stroke-width: 1; fill: none; }
    svg .axis { stroke: var(--quiet); stroke-width: 1; fill: none; }
    svg .median { stroke: var(--text); stroke-width: 2.5; fill: none; }
    svg .ideal { stroke: var(--quiet); stroke-width: 2; stroke-dasharray: 1 5; stroke-linecap: round; fill: none; }
    svg .strip { fill: var(--raised); fill-opacity: .7; }
    svg .area { stroke: var(--page); stroke-width: 1; }
    svg .hatching { stroke: var(--page); stroke-width: 1.2; stroke-linecap: square; stroke-opacity: .5; fill: none; }
    svg .sample { fill-opacity: .6; stroke: var(--page); stroke-width: .6; }

    """
      + ChartInk.allCases.map { ink in
        let name = ink.cssClass
        return """
          .\(name) { fill: var(--\(name)); } .band.\(name) { fill-opacity: .28; } .curve.\(name), .error.\(name), .lane.\(name) { fill: none; stroke: var(--\(name)); }

          """
      }.joined() + """
        svg .curve { stroke-width: 2.2; stroke-linejoin: round; } svg .error { stroke-width: 1.4; }
        svg .dashes { stroke-dasharray: 8 5; stroke-width: 1.8; }
        svg .short-dashes { stroke-dasharray: 3 4; stroke-width: 1.8; }
        body footer { color: var(--quiet); font-size: .9rem; margin-top: 3rem; margin-bottom: 2rem; }
        @media (max-width: 40rem) {
        main, body footer { padding: 0 .6rem; }
        h1 { font-size: 1.45rem; }
        dt { flex-basis: 7rem; }
        .prose, .prose caption, .prose tbody, .prose tr, .prose th, .prose td { display: block; max-width: none; }
        .prose thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .prose tr { border-bottom: 1px solid var(--rule); padding: .4rem 0; }
        .prose tbody th, .prose td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
        .prose td::before { content: attr(data-title) "\\a0\\a0"; color: var(--quiet); }
        }
        @media print {
        body { font-size: 10.5pt; } main, body footer { max-width: none; padding: 0; }
        nav { display: none; } h2, h3, figcaption { break-after: avoid; break-inside: avoid; } figure, .box, tr { break-inside: avoid; }
        .scroll, .drawing.wide, pre { overflow: visible; } .drawing.wide svg { min-width: 0; } pre { white-space: pre-wrap; }
        table { font-size: 8pt; } th, td { padding-right: .4rem; } figure details { display: none; }
        .charts { grid-template-columns: 1fr 1fr; gap: .25rem 1.5rem; } figure.narrow .drawing { max-width: 24rem; }
        * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """
  }
}
