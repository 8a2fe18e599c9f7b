/** Styles of the ACS page. */
import { Html } from '../lib/html.ts';

/** Style sheet of the ACS page: one column at any width, light and dark. */
export const acsStyle: Html = new Html(`
:root {
  color-scheme: light dark;
  --ink: #14213a; --soft: #5a6780; --paper: #fff; --ground: #eef1f7; --line: #c4ccdb;
  --bank: #1f4f9e; --on-bank: #fff; --bad: #a3161c; --bad-ground: #fdecec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ecf5; --soft: #a3afc6; --paper: #1a2233; --ground: #0f1522; --line: #414d66;
    --bank: #8db4f5; --on-bank: #0b1a33; --bad: #ffb3b3; --bad-ground: #46191c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { background: var(--paper); border-bottom: 1px solid var(--line); }
header p {
  max-width: 27rem; margin: 0 auto; padding: .75rem 1rem; color: var(--bank); font-size: 1.125rem; font-weight: 700;
  display: flex; align-items: baseline; justify-content: space-between; gap: 1rem;
}
header span { font-size: .8125rem; font-weight: 400; color: var(--soft); }
main {
  max-width: 27rem; margin: 1.5rem auto; padding: 1.5rem 1rem;
  background: var(--paper); border: 1px solid var(--line); border-radius: .5rem;
}
@media (max-width: 28rem) {
  main { margin: 0 0 1rem; border-width: 0 0 1px; border-radius: 0; }
}
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 1rem; }
dl { margin: 0 0 1.25rem; display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; text-align: end; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
dd.amount { font-weight: 700; }
label { display: block; font-weight: 600; }
input {
  width: 100%; margin: .375rem 0 1rem; padding: .625rem .75rem; font: inherit; font-size: 1.25rem; letter-spacing: .15em;
  color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: .375rem;
}
button {
  width: 100%; min-height: 2.75rem; padding: .5rem 1rem; margin-bottom: .625rem; font: inherit; font-weight: 600;
  border-radius: .375rem; border: 1px solid var(--bank); background: var(--bank); color: var(--on-bank); cursor: pointer;
}
button.quiet { background: transparent; color: var(--bank); }
button.plain { background: transparent; border-color: transparent; color: var(--soft); margin: 0; }
:focus-visible { outline: 3px solid var(--bank); outline-offset: 2px; }
.problem { background: var(--bad-ground); color: var(--bad); padding: .625rem .75rem; border-radius: .375rem; margin: 0 0 1rem; }
.notice { color: var(--soft); margin: 0 0 1rem; }
footer { max-width: 27rem; margin: 0 auto; padding: 0 1rem 1.5rem; color: var(--soft); font-size: .8125rem; }
`);
