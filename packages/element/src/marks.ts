/**
 * `./marks.js`: draws the network's name into the `network` slot of every step on the page that leaves it empty. The
 * lettering is our own: the networks' marks are protected, and a merchant's licensed ones go into the slot themselves.
 */

/** By Plural's name of the network: its text alternative, and its lettering as one stroked path, 10 units high. */
const marks: Readonly<Record<string, readonly [name: string, width: number, path: string]>> = {
  VISA: [
    'Visa',
    26.1,
    'M0 0l3.2 10l3.2-10M8.9 0v10M16.6 1.7C16 .6 15 0 14 0C12.6 0 11.6 1 11.6 2.4c0 3.2 5.2 1.9 5.2 5.2C16.8 9 15.6 10 14.2 10C12.9 10 11.9 9.3 11.4 8.2M19.3 10l3.4-10l3.4 10m-5.6-3.3h4.4',
  ],
  MASTERCARD: [
    'Mastercard',
    58.7,
    'M0 3.4v6.6m0-4.5c.3-1.4 1.2-2.1 2-2.1c1 0 1.5 .7 1.5 2v4.6m0-4.5c.3-1.4 1.2-2.1 2-2.1c1 0 1.5 .7 1.5 2v4.6M13.5 3.4v6.6M13.5 6.7a2.2 3.3 0 1 0-4.4 0a2.2 3.3 0 1 0 4.4 0M19.1 4.5c-.4-.8-1-1.2-1.7-1.2c-.9 0-1.6 .6-1.6 1.5c0 2.1 3.4 1.2 3.4 3.4c0 1.1-.8 1.8-1.8 1.8c-.8 0-1.5-.5-1.8-1.3M22.5 1v7.3c0 1.1 .6 1.7 1.6 1.6M21.3 3.4h2.7M26.3 6.5h4.1a2.1 3.2 0 1 0-.4 1.8M32.5 3.4v6.6m0-4c.3-1.7 1.3-2.6 2.6-2.5M41 4.5a2.2 3.3 0 1 0 0 4.4M47.5 3.4v6.6M47.5 6.7a2.2 3.3 0 1 0-4.4 0a2.2 3.3 0 1 0 4.4 0M49.6 3.4v6.6m0-4c.3-1.7 1.3-2.6 2.6-2.5M58.7 0v10M58.7 6.7a2.2 3.3 0 1 0-4.4 0a2.2 3.3 0 1 0 4.4 0',
  ],
  RUPAY: [
    'RuPay',
    33.4,
    'M0 10V0h2.8a2.6 2.6 0 0 1 0 5.3H0m2.9 0L5.4 10M7.8 3.4v4.3a2.1 2.3 0 0 0 4.2 0M12 3.4v6.6M14.4 10V0h2.5a2.7 2.7 0 0 1 0 5.4H14.4M26.4 3.4v6.6M26.4 6.7a2.2 3.3 0 1 0-4.4 0a2.2 3.3 0 1 0 4.4 0M28.8 3.4l2.4 6.4m2.2-6.4l-2.4 6.9c-.4 1-.9 1.2-1.6 1.1',
  ],
  AMEX: [
    'American Express',
    33.5,
    'M0 10l3.4-10l3.4 10m-5.6-3.3h4.4M9.5 10V0l3.8 6.6L17.1 0v10M24.6 0H19.8v10h4.8M19.8 5h4.2M27.3 0l6.2 10M33.5 0L27.3 10',
  ],
  DINERS: [
    'Diners Club',
    32.6,
    'M0 0v10h2a5 5 0 0 0 0-10zM8.4 3.4v6.6M8.4 .6v.1M10.8 3.4v6.6m0-4c.3-1.7 1.2-2.6 2.3-2.6c1.2 0 1.9 .8 1.9 2.2v4.4M17.5 6.5h4.1a2.1 3.2 0 1 0-.4 1.8M24 3.4v6.6m0-4c.3-1.7 1.3-2.6 2.6-2.5M32.5 4.5c-.4-.8-1-1.2-1.7-1.2c-.9 0-1.6 .6-1.6 1.5c0 2.1 3.4 1.2 3.4 3.4c0 1.1-.8 1.8-1.8 1.8c-.8 0-1.5-.5-1.8-1.3',
  ],
};

/** Styles of a mark, important because the page may have rules for every SVG. */
const styles: Readonly<Record<string, string>> = {
  'box-sizing': 'content-box',
  'block-size': '0.95em',
  'inline-size': 'auto',
  padding: '0.2em 0.45em',
  border: '1px solid color-mix(in srgb, currentcolor 24%, transparent)',
  'border-radius': '0.3em',
  fill: 'none',
  stroke: 'currentcolor',
  'stroke-width': '1.5',
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
};

const drawn = new WeakMap<Element, { readonly network: string; readonly mark: Element }>();

function createMark([name, width, path]: readonly [name: string, width: number, path: string]): SVGElement {
  const create = (tag: 'svg' | 'path', attributes: Readonly<Record<string, string>>): SVGElement => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const svg = create('svg', {
    slot: 'network',
    role: 'img',
    'aria-label': name,
    viewBox: `-1 -1.5 ${width + 2} 14`,
  });
  for (const [key, value] of Object.entries(styles)) svg.style.setProperty(key, value, 'important');
  svg.append(create('path', { d: path }));
  return svg;
}

/** Draws the mark of the step's network, in place of an earlier one. */
function draw(step: Element): void {
  const network = step.shadowRoot?.querySelector('[part=network]')?.textContent?.toUpperCase() ?? '';
  const before = drawn.get(step);
  if (before?.network === network && before.mark.isConnected) return;
  before?.mark.remove();
  const mark = marks[network];
  if (!mark || step.querySelector(':scope > [slot=network]')) return;
  const svg = createMark(mark);
  drawn.set(step, { network, mark: svg });
  step.append(svg);
}

// The events say when a step shows its payment: on each of them its network may be another one.
for (const name of ['ready', 'state']) {
  globalThis.addEventListener?.(`plural-otp-${name}`, (event) => {
    const [step] = event.composedPath();
    // After the step has rendered the state that the event tells.
    if (step instanceof Element) requestAnimationFrame(() => draw(step));
  });
}
for (const step of globalThis.document?.querySelectorAll('plural-otp') ?? []) draw(step);
