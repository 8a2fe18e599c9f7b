/** Style sheet of the page. A shop gives it its own look by the custom properties `--insight-…`. */
export const styleSheet = `
:root { color-scheme: light dark;
  --surface: var(--insight-surface, #faf5ed); --card: var(--insight-card, #fffefb); --text: var(--insight-text, #20281f);
  --quiet: var(--insight-quiet, #566055); --line: var(--insight-line, #ddd5c5); --main: var(--insight-main, #2f6a50);
  --other: var(--insight-other, #8a4b08); --good: var(--insight-good, #4f9a78); --loss: var(--insight-loss, #b3362b);
  --soft: var(--insight-soft, #c9c0ad); --warn: var(--insight-warn, #fbe9d3);
  --font: var(--insight-font, system-ui, sans-serif); --heading: var(--insight-heading, Georgia, "Noto Serif", serif); }
@media (prefers-color-scheme: dark) { :root {
  --surface: var(--insight-surface, #161a17); --card: var(--insight-card, #1f2521); --text: var(--insight-text, #ecefe9);
  --quiet: var(--insight-quiet, #a9b4aa); --line: var(--insight-line, #3a433c); --main: var(--insight-main, #6fbf9a);
  --other: var(--insight-other, #e0a45c); --good: var(--insight-good, #8fd3b4); --loss: var(--insight-loss, #ff8f80);
  --soft: var(--insight-soft, #59635b); --warn: var(--insight-warn, #46341c); } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--surface); color: var(--text); font: 1rem/1.5 var(--font); }
main, header { max-inline-size: 76rem; margin-inline: auto; padding-inline: 1rem; }
header { padding-block: 1.25rem .5rem; display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: baseline; }
h1, h2, h3 { font-family: var(--heading); line-height: 1.25; margin: 0; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.2rem; } h3 { font-size: 1rem; margin-block-start: 1rem; }
p { margin: .35rem 0; } .quiet, figcaption, small { color: var(--quiet); } .answer { font-size: 1.05rem; }
a { color: var(--main); text-underline-offset: .15em; } :focus-visible { outline: .2rem solid var(--main); outline-offset: .15rem; }
nav { display: flex; flex-wrap: wrap; gap: .35rem; margin-inline-start: auto; }
nav a, button { display: inline-block; padding: .35rem .75rem; min-block-size: 2.25rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--card); color: var(--text); text-decoration: none; font: inherit; cursor: pointer; }
nav a[aria-current] { background: var(--main); color: var(--card); border-color: var(--main); }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin-block: .5rem; }
label { display: grid; gap: .15rem; font-size: .875rem; color: var(--quiet); max-inline-size: 100%; }
select, input { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--quiet); border-radius: .5rem; padding: .35rem .5rem; min-block-size: 2.25rem; max-inline-size: 100%; }
.notice { background: var(--warn); border: 1px solid var(--other); border-radius: .75rem; padding: .6rem 1rem; margin-block: .75rem; }
.cards, .columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); margin-block: 1rem; }
.columns { display: block; columns: 2 26rem; column-gap: 1rem; }
.card, section { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1rem 1.15rem; min-inline-size: 0; }
section { margin-block: 1rem; } .columns section { margin: 0 0 1rem; break-inside: avoid; }
.card strong { display: block; font: 700 1.7rem/1.3 var(--heading); } .card span { color: var(--quiet); font-size: .9rem; }
figure { margin: .75rem 0 0; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; inline-size: 100%; font-variant-numeric: tabular-nums; font-size: .925rem; }
th, td { padding: .4rem .6rem .4rem 0; text-align: start; border-block-end: 1px solid var(--line); vertical-align: middle; }
thead th { color: var(--quiet); font-weight: 600; font-size: .82rem; vertical-align: bottom; } tbody th { font-weight: 600; }
.number { text-align: end; white-space: nowrap; } td small { display: block; } tbody tr:last-child > * { border-block-end: 0; }
.steps { list-style: none; margin: .75rem 0 0; padding: 0; display: grid; gap: .55rem; }
.steps li { display: grid; grid-template-columns: 11rem minmax(6rem, 1fr) minmax(10rem, 20rem); gap: .2rem .9rem; align-items: start; }
.steps .loss { color: var(--loss); font-size: .9rem; }
@media (max-width: 44rem) { .steps li { grid-template-columns: 1fr auto; } .steps .bar { grid-column: 1 / -1; grid-row: 2; } .steps .losses { grid-column: 1 / -1; } nav { margin-inline-start: 0; } }
.drawing { display: block; inline-size: 100%; block-size: auto; overflow: visible; } td .drawing { inline-size: clamp(7rem, 18vw, 15rem); }
.bar { display: block; inline-size: 100%; block-size: 1.35rem; border-radius: .35rem; background: color-mix(in srgb, var(--soft) 25%, transparent); }
.drawing text { font: 12px var(--font); fill: var(--quiet); } .drawing .end { text-anchor: end; } .drawing .middle { text-anchor: middle; }
.main { fill: var(--main); } .good { fill: var(--good); } rect.loss { fill: var(--loss); } .quiet-part, rect.quiet { fill: var(--soft); }
.rule { stroke: var(--line); } .average { stroke: var(--quiet); stroke-dasharray: 3 3; } .interval { stroke: var(--main); stroke-width: 4; stroke-linecap: round; opacity: .55; }
.dot { fill: var(--main); stroke: var(--card); stroke-width: 1.5; } .dot.loss { fill: var(--loss); }
.line { fill: none; stroke-width: 2.5; stroke: var(--main); } .line.other { stroke: var(--other); stroke-dasharray: 7 4; }
.band { fill: var(--main); opacity: .14; stroke: none; } .band.other { fill: var(--other); } .point { fill: var(--main); } .point.other { fill: var(--other); }
.key::before { content: ""; display: inline-block; inline-size: 1.6rem; border-block-start: .2rem solid var(--main); margin-inline-end: .4rem; vertical-align: middle; } .key.other::before { border-block-start: .2rem dashed var(--other); }
details { margin-block-start: .6rem; } summary { cursor: pointer; color: var(--quiet); font-size: .9rem; }
footer { max-inline-size: 76rem; margin: 1rem auto 3rem; padding-inline: 1rem; color: var(--quiet); font-size: .9rem; }
@media (forced-colors: active) { .main, .good, .point, .dot { fill: CanvasText; } rect.loss, .dot.loss { fill: Highlight; } .quiet { fill: GrayText; }
  .line, .interval { stroke: CanvasText; opacity: 1; } .line.other { stroke: LinkText; } .band { fill: none; } .rule, .average { stroke: GrayText; } .drawing text { fill: CanvasText; }
  nav a[aria-current] { forced-color-adjust: none; background: Highlight; color: HighlightText; } .bar { border: 1px solid CanvasText; } }
`;
