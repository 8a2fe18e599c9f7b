/** Styles of the control page. */
import { Html } from '../lib/html.ts';

/** Style sheet of the control page: three columns, two or one, depending on the width; light and dark. */
export const pageStyle: Html = new Html(`
:root {
  color-scheme: light dark;
  --ink: #1b2330; --soft: #5b6678; --paper: #fff; --ground: #f1f3f7; --line: #d5dae3;
  --accent: #2557b8; --on-accent: #fff; --bezel: #10151f;
  --good: #0c6b3c; --good-ground: #dff3e7; --bad: #a11420; --bad-ground: #fbe3e4;
  --busy: #7a4d00; --busy-ground: #fcefd2; --still: #42506a; --still-ground: #e4e8f0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaf2; --soft: #9aa6ba; --paper: #181e29; --ground: #0e131b; --line: #323b4c;
    --accent: #8fb5ff; --on-accent: #0c1830; --bezel: #3c475b;
    --good: #7fdca6; --good-ground: #123524; --bad: #ff9fa5; --bad-ground: #451a1f;
    --busy: #f4c872; --busy-ground: #3d2c08; --still: #b5c0d4; --still-ground: #2a3345;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
a { color: var(--accent); }
header, .tables, main { padding-inline: 1.25rem; }
header { padding-block: 1rem .75rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
header p { margin: 0; color: var(--soft); }
header .clock { margin-inline-start: auto; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
header .clock form { display: flex; gap: .375rem; align-items: center; }
header .clock label { display: flex; gap: .375rem; align-items: center; }
header .clock input { width: 4.5rem; }
#clock { font-weight: 600; font-variant-numeric: tabular-nums; }
#status, #disconnected { flex-basis: 100%; }
#status:empty { display: none; }
#disconnected, #status.error { color: var(--bad); font-weight: 600; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: .8125rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 0 0 .5rem; }
.jump { display: none; }
.tables { display: flex; flex-wrap: wrap; gap: .75rem; padding-block-end: 1.25rem; }
.tables details { flex: 1 1 18rem; min-width: 0; }
.tables details[open] { flex-basis: 100%; }
.tables details, .tool { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: .625rem .75rem; }
.tool { display: flex; flex-wrap: wrap; gap: .5rem .625rem; align-items: flex-end; margin: 0 0 .625rem; }
.tool .wide { flex: 1 1 12rem; }
.tool .number { display: none; }
.tool:has(option.numbered:checked) .number { display: grid; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.presets { display: flex; flex-wrap: wrap; gap: .375rem; margin: 0 0 .625rem; }
.fields { display: flex; flex-wrap: wrap; gap: .5rem .625rem; align-items: flex-end; flex-basis: 100%; margin-top: .5rem; min-width: 0; }
.custom { display: block; }
.fields label, .filter label { flex: 1 1 8rem; min-width: 0; }
.fields select, .filter select, .filter input { width: 100%; }
.filter[hidden] { display: none; }
.decide { gap: .375rem; align-items: center; padding-block: .25rem; }
h3 { font-size: .8125rem; margin: .625rem 0 .25rem; font-weight: 600; }
.call p { margin: .375rem 0 0; }
.call[hidden] { display: none; }
button.copy, button.otp { background: none; border: 0; color: inherit; padding: 0; min-height: 0; font-weight: inherit; text-align: start; }
button.otp {
  display: block; font-size: 1.375rem; font-weight: 700; letter-spacing: .12em; font-variant-numeric: tabular-nums; min-height: 1.75rem;
}
button.copy:hover, button.otp:hover { color: var(--accent); }
.timeline { border-inline-start: 2px solid var(--line); padding-inline-start: .75rem; }
.timeline li {
  display: grid; grid-template-columns: 5.25rem 4.25rem minmax(0, 1fr); gap: .5rem; padding: .2rem 0; align-items: baseline;
}
.timeline .what { overflow-wrap: anywhere; }
.timeline .lane-step { color: var(--soft); }
.timeline .lane {
  font-size: .75rem; font-weight: 600; text-transform: uppercase; letter-spacing: .03em; color: var(--still);
}
.timeline .lane-call .lane { color: var(--accent); }
.timeline .lane-message .lane { color: var(--good); }
.timeline .lane-webhook .lane { color: var(--busy); }
:target { outline: 2px solid var(--accent); outline-offset: -2px; }
@media (prefers-reduced-motion: no-preference) {
  .fresh { animation: fresh 1.2s ease-out; }
  @keyframes fresh { from { background: var(--busy-ground); } }
}
#fault-description { flex-basis: 100%; margin: 0; }
#fault-description:empty { display: none; }
label { display: grid; gap: .125rem; font-size: .8125rem; color: var(--soft); }
select, input {
  font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft);
  border-radius: .375rem; padding: .25rem .5rem; min-height: 2.125rem; max-width: 100%;
}
input[type="number"] { width: 5rem; }
button {
  font: inherit; font-weight: 600; min-height: 2.125rem; padding: .25rem .75rem; border-radius: .375rem;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer;
}
button.quiet { background: transparent; color: var(--accent); }
button.small { min-height: 1.5rem; padding: 0 .5rem; font-size: .8125rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main {
  padding-block-end: 2rem; display: grid; gap: 1.25rem; align-items: start;
  grid-template-columns: minmax(15rem, 19rem) minmax(0, 1fr) minmax(0, 1.1fr);
}
.calls { display: grid; gap: 1.25rem; min-width: 0; grid-template-columns: minmax(0, 1fr); }
.phone {
  border: .5rem solid var(--bezel); border-radius: 1.75rem; background: var(--paper);
  padding: .75rem; min-height: 18rem; max-height: 36rem; overflow: auto;
}
.sms {
  background: var(--still-ground); border-radius: .875rem .875rem .875rem .25rem;
  padding: .5rem .75rem; margin: 0 0 .625rem; overflow-wrap: anywhere;
}
.sms.lost { background: transparent; border: 1px dashed var(--soft); color: var(--soft); }
.sms small { display: block; color: var(--soft); }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: 0 0 .75rem; }
.row { display: flex; flex-wrap: wrap; gap: .125rem .625rem; align-items: baseline; }
.row > * { min-width: 0; overflow-wrap: anywhere; }
.end { margin-inline-start: auto; }
.pill {
  display: inline-block; border-radius: 1rem; padding: 0 .5rem; font-size: .8125rem; font-weight: 600;
  background: var(--still-ground); color: var(--still); white-space: nowrap;
}
.pill.good { background: var(--good-ground); color: var(--good); }
.pill.bad { background: var(--bad-ground); color: var(--bad); }
.pill.busy { background: var(--busy-ground); color: var(--busy); }
code, pre { font: .8125rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre {
  margin: .375rem 0 0; padding: .5rem; background: var(--ground); border-radius: .375rem;
  white-space: pre-wrap; max-height: 20rem; overflow: auto;
}
small, .soft { color: var(--soft); font-size: .8125rem; }
ol { margin: .375rem 0 0; padding: 0; list-style: none; font-size: .8125rem; }
ol li { display: flex; gap: .625rem; }
time { color: var(--soft); font-size: .8125rem; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; }
.card summary, .call summary { display: flex; gap: .125rem .625rem; align-items: baseline; }
.call summary { flex-wrap: wrap; }
.call summary > * { min-width: 0; overflow-wrap: anywhere; }
.card summary { margin-top: .375rem; overflow-wrap: anywhere; }
.card summary span { flex: 1; }
.card summary::before, .call summary::before { content: '▸' / ''; color: var(--soft); }
[open] > summary::before { rotate: 90deg; }
.call { border-bottom: 1px solid var(--line); padding: .375rem .75rem; background: var(--paper); }
.call:last-child { border-bottom: 0; }
.list { border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.list:has(> .empty) { border: 0; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; font-size: .875rem; }
td, th { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); }
td form { display: flex; gap: .5rem; }
.empty { color: var(--soft); margin: 0; }
@media (max-width: 70rem) {
  main { grid-template-columns: minmax(15rem, 19rem) minmax(0, 1fr); }
  .calls { grid-column: 1 / -1; }
}
@media (max-width: 44rem) {
  main { grid-template-columns: minmax(0, 1fr); }
  header, .tables, main { padding-inline: 1rem; }
  /* The columns of a wide window are one long column here. */
  .jump {
    display: flex; gap: .25rem 1rem; padding: .25rem 1rem; position: sticky; top: 0; z-index: 1; overflow-x: auto;
    background: var(--ground); border-bottom: 1px solid var(--line); margin-block-end: .75rem;
  }
  .jump a { padding-block: .625rem; }
  html { scroll-padding-top: 3.5rem; }
  header .clock { margin-inline-start: 0; gap: .375rem; }
  .phone { min-height: 9rem; max-height: 24rem; }
  table, tbody, tr, td, th { display: block; }
  tr { padding-block: .5rem; border-top: 1px solid var(--line); }
  td, th { padding: .125rem 0; border: 0; }
}
@media (pointer: coarse) {
  button, button.small, select, input { min-height: 2.75rem; font-size: 1rem; }
  summary { padding-block: .5rem; }
}
`);
