/** Style sheet of the page. System colours and `light-dark()` follow the preference of the browser. */
export const pageStyles: string = `:root {
  color-scheme: light dark;
  --accent: var(--plural-otp-accent, #1d56d0);
  --on-accent: var(--plural-otp-on-accent, #fff);
  --danger: var(--plural-otp-danger, #b3241c);
  --success: var(--plural-otp-success, #14703a);
  --radius: var(--plural-otp-radius, 0.625rem);
  --line: var(--plural-otp-line, #8886);
  --edge: var(--plural-otp-field-line, #767676);
}
@supports (color: light-dark(red, red)) {
  :root {
    --accent: var(--plural-otp-accent, light-dark(#1d56d0, #8db4ff));
    --on-accent: var(--plural-otp-on-accent, light-dark(#fff, #0a1a3a));
    --danger: var(--plural-otp-danger, light-dark(#b3241c, #ff9d94));
    --success: var(--plural-otp-success, light-dark(#14703a, #6fd398));
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  padding: clamp(0.75rem, 4vw, 3rem) clamp(0.5rem, 4vw, 2rem);
  font: 1rem/1.4 var(--plural-otp-font, system-ui, sans-serif);
  color: var(--plural-otp-text, CanvasText);
  background: var(--plural-otp-surface, Canvas);
  overflow-wrap: anywhere;
  text-wrap: pretty;
}
body:lang(ur) { line-height: 2; }
main {
  display: grid;
  gap: 1rem;
  max-inline-size: 24.5rem;
  margin-inline: auto;
  padding: 1.25rem;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.6);
}
h1, h2 { font-size: 1.1875rem; font-weight: 600; }
.summary, .summary p { display: flex; gap: 0 0.75rem; align-items: center; justify-content: space-between; }
.summary { padding-block-end: 1rem; border-block-end: 1px solid var(--line); }
.summary > div { flex: 1; min-inline-size: 0; }
.summary > div > p > bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tile { display: grid; place-items: center; inline-size: 2.5rem; block-size: 2.5rem; font-size: 0.71875rem; font-weight: 700; background: #8882; border-radius: calc(var(--radius) * 0.8); }
.mark { padding: 0 0.4rem; font-size: 0.75rem; font-weight: 700; border: 1px solid var(--line); border-radius: 0.3em; }
.amount { font-size: 1.25rem; font-weight: 600; }
.quiet, #otp-hint { font-size: 0.875rem; opacity: 0.8; }
.panel { display: grid; gap: 0.25rem; padding-inline-start: 0.875rem; border-inline-start: 0.3rem solid var(--line); }
.panel.success { border-color: var(--success); }
.panel.danger { border-color: var(--danger); }
.errors, .note { padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: var(--radius); }
.errors { border: 3px solid var(--danger); }
.errors a, .error { font-weight: 600; color: var(--danger); }
form { display: grid; gap: 0.5rem; }
input {
  inline-size: 100%;
  min-block-size: 3.5rem;
  padding: 0.5rem 0.75rem;
  font: inherit;
  font-weight: 600;
  font-size: 1.5rem;
  line-height: 1.5;
  font-variant-numeric: tabular-nums;
  letter-spacing: 0.3em;
  text-align: center;
  color: inherit;
  background: var(--plural-otp-field, transparent);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
}
.error, #otp-status { font-size: 0.875rem; }
#otp ~ button { margin-block-start: 0.25rem; }
input[aria-invalid] { border: 2px solid var(--danger); }
input[aria-invalid]:focus-visible { outline-color: var(--danger); }
button, .button {
  min-block-size: 3rem;
  padding: 0.625rem 1rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  color: var(--accent);
  background: none;
  border: 1px solid;
  border-radius: var(--radius);
  cursor: pointer;
  touch-action: manipulation;
}
.button { display: block; }
.primary { color: var(--on-accent); background: var(--accent); border-color: transparent; }
.plain { min-block-size: 2.75rem; margin-block: -0.375rem; padding: 0; font-size: 0.875rem; font-weight: 400; text-align: start; color: inherit; border-color: transparent; text-decoration: underline; text-underline-offset: 0.2em; }
.link { color: var(--accent); }
/* The resend and the ways out: a row each, as in the step with script. */
.row { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: center; justify-content: space-between; font-size: 0.875rem; }
.row > p { flex: 1 1 50%; }
.row > .primary, .row > .secondary { flex: 1 1 100%; font-size: 1rem; }
.reference { font-size: 0.875rem; text-align: center; }
code { font-weight: 600; user-select: all; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (forced-colors: active) {
  .primary { border: 3px solid; }
}
`;
