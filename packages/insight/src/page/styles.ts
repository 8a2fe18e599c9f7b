/** Style sheet of the page. A shop gives it its own look by the custom properties `--insight-…`. */
export const styleSheet = `
:root { color-scheme: light dark;
  --surface: var(--insight-surface, light-dark(#faf5ed, #161a17)); --card: var(--insight-card, light-dark(#fffefb, #1f2521));
  --text: var(--insight-text, light-dark(#20281f, #ecefe9)); --quiet: var(--insight-quiet, light-dark(#566055, #a9b4aa));
  --line: var(--insight-line, light-dark(#ddd5c5, #3a433c)); --main: var(--insight-main, light-dark(#2f6a50, #6fbf9a));
  --other: var(--insight-other, light-dark(#8a4b08, #e0a45c)); --good: var(--insight-good, light-dark(#4f9a78, #8fd3b4));
  --loss: var(--insight-loss, light-dark(#b3362b, #ff8f80)); --soft: var(--insight-soft, light-dark(#c9c0ad, #59635b));
  --warn: var(--insight-warn, light-dark(#fbe9d3, #46341c));
  --font: var(--insight-font, system-ui, sans-serif); --heading: var(--insight-heading, Georgia, "Noto Serif", serif); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--surface); color: var(--text); font: 1rem/1.5 var(--font); }
main, header { max-inline-size: 76rem; margin-inline: auto; padding-inline: 1rem; }
header { padding-block: 1.25rem .5rem; display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: baseline; }
h1, h2, h3 { font-family: var(--heading); line-height: 1.25; margin: 0; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.2rem; } h3 { font-size: 1rem; margin-block-start: 1rem; }
p { margin: .35rem 0; } .quiet, figcaption, small { color: var(--quiet); } .answer { font-size: 1.05rem; }
a { color: var(--main); text-underline-offset: .15em; } :focus-visible { outline: .2rem solid var(--main); outline-offset: .15rem; }
nav { display: flex; flex-wrap: wrap; gap: .35rem; margin-inline-start: auto; } nav a { text-align: center; }
nav a, button { display: inline-block; padding: .35rem .75rem; min-block-size: 2.25rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--card); color: var(--text); text-decoration: none; font: inherit; cursor: pointer; }
button { color: var(--main); border-color: var(--main); font-weight: 600; }
nav a[aria-current] { background: var(--main); color: var(--card); border-color: var(--main); }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin-block: .5rem; }
label { display: grid; gap: .15rem; font-size: .875rem; color: var(--quiet); max-inline-size: 100%; }
select, input { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--quiet); border-radius: .5rem; padding: .35rem .5rem; min-block-size: 2.25rem; max-inline-size: 100%; }
.notice { background: var(--warn); border: 1px solid var(--other); border-radius: .75rem; padding: .6rem 1rem; margin-block: .75rem; }
.cards, .columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); margin-block: 1rem; }
.columns { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); margin-block: 0; gap: 0 1rem; align-items: start; } .columns > * { min-inline-size: 0; }
.card, section { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1rem 1.15rem; min-inline-size: 0; }
section { margin-block: 1rem; } .columns section { margin: 0 0 1rem; }
.card strong { display: block; font: 700 1.7rem/1.3 var(--heading); } .card span { color: var(--quiet); font-size: .9rem; }
figure { margin: .75rem 0 0; } figcaption { font-size: .9rem; } figcaption span { margin-inline-end: .8rem; } .scroll { overflow-x: auto;
  background: linear-gradient(to right, var(--card) 1rem, transparent) left / 2rem 100% no-repeat local, linear-gradient(to left, var(--card) 1rem, transparent) right / 2rem 100% no-repeat local,
    linear-gradient(to right, var(--line), transparent) left / .6rem 100% no-repeat scroll, linear-gradient(to left, var(--line), transparent) right / .6rem 100% no-repeat scroll; }
table { border-collapse: collapse; inline-size: 100%; font-variant-numeric: tabular-nums; font-size: .925rem; }
th, td { padding: .4rem .6rem .4rem 0; text-align: start; border-block-end: 1px solid var(--line); vertical-align: middle; }
thead th { color: var(--quiet); font-weight: 600; font-size: .82rem; vertical-align: bottom; } tbody th { font-weight: 600; }
.number { text-align: end; white-space: nowrap; } thead .number { white-space: normal; } tbody tr:last-child > * { border-block-end: 0; }
.steps { list-style: none; margin: .75rem 0 0; padding: 0; display: grid; gap: .55rem; }
.steps li { display: grid; grid-template-columns: 11rem minmax(6rem, 1fr) minmax(10rem, 20rem); gap: .1rem .9rem; align-items: start; }
.losses { grid-column: 3; display: grid; justify-items: start; font-size: .9rem; } .losses .loss { color: var(--loss); }
.drawing { display: block; inline-size: 100%; block-size: auto; overflow: visible; } td .drawing { inline-size: clamp(7rem, 18vw, 15rem); }
.bar { display: block; inline-size: 100%; block-size: 1.35rem; border-radius: .35rem; background: color-mix(in srgb, var(--soft) 25%, transparent); }
.drawing text { font: 12px var(--font); fill: var(--quiet); } .drawing .end { text-anchor: end; } .drawing .middle { text-anchor: middle; }
.main { fill: var(--main); } .good { fill: var(--good); }
.rule { stroke: var(--line); } .average { stroke: var(--quiet); stroke-dasharray: 3 3; } .interval { stroke: var(--main); stroke-width: 4; stroke-linecap: round; opacity: .55; }
.dot { fill: var(--main); stroke: var(--card); stroke-width: 1.5; } .dot.loss { fill: var(--loss); }
.line { fill: none; stroke-width: 2.5; stroke: var(--main); } .line.other { stroke: var(--other); stroke-dasharray: 7 4; }
.band { fill: var(--main); opacity: .14; stroke: none; } .band.other { fill: var(--other); } .point { fill: var(--main); } .point.other { fill: var(--other); }
.key::before { content: ""; display: inline-block; inline-size: 1.6rem; border-block-start: .2rem solid var(--main); margin-inline-end: .4rem; vertical-align: middle; } .key.other::before { border-block-start: .2rem dashed var(--other); }
@media (max-width: 44rem) { table { font-size: .85rem; } th, td { padding-inline-end: .45rem; } thead th { font-size: .75rem; } td .drawing { inline-size: 4.5rem; } td small { display: block; }
  .card strong { font-size: 1.35rem; } .card, section { padding: .8rem .9rem; } .drawing text { font-size: 22px; } .interval { stroke-width: 9; } .dot { r: 9px; }
  nav, form { display: grid; grid-template-columns: repeat(3, 1fr); inline-size: 100%; } form { grid-template-columns: 1fr 1fr; } select, input { inline-size: 100%; }
  .steps li { grid-template-columns: 1fr auto; } .steps .bar { grid-column: 1 / -1; grid-row: 2; } .losses { grid-column: 1 / -1; } }
table a, .losses a { display: inline-block; min-block-size: 1.5rem; }
details { margin-block-start: .6rem; } summary { min-block-size: 1.5rem; cursor: pointer; color: var(--quiet); font-size: .9rem; }
footer { max-inline-size: 76rem; margin: 1rem auto 3rem; padding-inline: 1rem; color: var(--quiet); font-size: .9rem; }
@media (forced-colors: active) { .main, .good, .point, .dot { fill: CanvasText; } .dot.loss { fill: Highlight; } .quiet { fill: GrayText; }
  .line, .interval { stroke: CanvasText; opacity: 1; } .line.other { stroke: LinkText; } .band { fill: none; } .rule, .average { stroke: GrayText; } .drawing text { fill: CanvasText; }
  nav a[aria-current] { forced-color-adjust: none; background: Highlight; color: HighlightText; } .bar { border: 1px solid CanvasText; } }
`;
