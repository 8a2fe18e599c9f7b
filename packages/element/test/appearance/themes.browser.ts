import { expect } from '@open-wc/testing';
import { getBackdrop, contrastRatio, getPaintedColour, parseColour, getTextContrast } from '../support/colours.ts';
import type { Step } from '../support/harness.ts';
import { renderScene, renderAllScenes, type RenderedScene, findScene } from '../support/render-scene.ts';
import { getText, colorSchemes, setColorScheme, getTextNodes } from '../support/dom-queries.ts';

/** Where a custom property shows: the scene, the node, its computed property, and the value to give and to find. */
type Probe = readonly [scene: string, node: string, property: string, value: string, found?: string];

const field = 'awaiting';
const probes: Record<string, Probe> = {
  accent: [field, '[part~=primary]', 'background-color', 'rgb(12, 34, 56)'],
  'on-accent': [field, '[part~=primary]', 'color', 'rgb(12, 34, 56)'],
  surface: [field, '[part=base]', 'background-color', 'rgb(12, 34, 56)'],
  text: [field, '[part=base]', 'color', 'rgb(12, 34, 56)'],
  'quiet-opacity': [field, '> [slot=hint]', 'opacity', '0.9'],
  danger: ['second miss, six cells', '> [slot=error]', 'color', 'rgb(12, 34, 56)'],
  success: ['authorized', '[part=icon]', 'color', 'rgb(12, 34, 56)'],
  line: [field, '[part=base]', 'border-top-color', 'rgb(12, 34, 56)'],
  field: ['awaiting, six cells', '[part=slot]', 'background-color', 'rgb(12, 34, 56)'],
  'field-line': ['awaiting, six cells', '[part=slot]', 'border-top-color', 'rgb(12, 34, 56)'],
  focus: ['typed', '> input', 'outline-color', 'rgb(12, 34, 56)'],
  font: [field, '[part=base]', 'font-family', 'serif'],
  'code-font': [field, '> input', 'font-family', 'serif'],
  'font-size': [field, '> label', 'font-size', '20px', '22.5px'],
  'font-weight': [field, '> label', 'font-weight', '500'],
  radius: [field, '> input', 'border-top-left-radius', '3px'],
  'border-width': [field, '> input', 'border-top-width', '3px'],
  space: [field, '[part=base]', 'row-gap', '10px'],
  'field-block-size': [field, '> input', 'height', '80px'],
  'min-block-size': [field, '[part=base]', 'min-block-size', '700px'],
  'max-inline-size': [field, '', 'max-inline-size', '300px'],
};

const documented = async (tag: string): Promise<string[]> => {
  const head = await (await fetch('/class-head')).text();
  return [...head.matchAll(new RegExp(`@${tag} (.+?) - `, 'g'))]
    .flatMap(([, names = '']) => names.split(', '))
    .map((name) => name.replace('--plural-otp-', ''));
};

const nodeOf = ({ element, root }: Step, selector: string): Element => {
  if (!selector) return element;
  const light = selector.startsWith('>');
  return (light ? element.querySelector(`:scope ${selector}`) : root.querySelector(selector)) as Element;
};

describe('what a brand can set', () => {
  it('every documented custom property has a probe here, and nothing else has', async () => {
    expect(Object.keys(probes).toSorted()).to.deep.equal((await documented('cssprop')).toSorted());
  });

  for (const [name, [where, selector, property, value, found = value]] of Object.entries(probes)) {
    it(`--plural-otp-${name} changes ${property}`, async () => {
      const step = await renderScene(findScene(where));
      if (name === 'focus') step.input.focus();
      const node = nodeOf(step, selector);
      const look = (): string => getComputedStyle(node).getPropertyValue(property);
      expect(look()).not.to.equal(found);
      step.element.style.setProperty(`--plural-otp-${name}`, value);
      expect(look()).to.equal(found);
      step.element.remove();
    });
  }

  it('--plural-otp-field and --plural-otp-field-line hold for the plain field as they do for cells', async () => {
    const step = await renderScene(findScene('awaiting'));
    step.element.style.cssText = '--plural-otp-field: rgb(1, 2, 3); --plural-otp-field-line: rgb(4, 5, 6)';
    const { backgroundColor, borderTopColor } = getComputedStyle(step.input);
    expect([backgroundColor, borderTopColor]).to.deep.equal(['rgb(1, 2, 3)', 'rgb(4, 5, 6)']);
    step.element.remove();
  });
});

describe('the ready themes', () => {
  const names = ['calm', 'warm', 'stark'];
  const style = document.createElement('style');
  let all: RenderedScene[];
  const wear = async (theme: string): Promise<void> => {
    style.textContent = await (await fetch(new URL(`../../themes/${theme}.css`, import.meta.url))).text();
  };
  const played = (wanted: string): RenderedScene => all.find(({ name }) => name === wanted) as RenderedScene;
  before(async function () {
    this.timeout(60_000);
    document.head.append(style);
    all = await renderAllScenes();
  });
  after(() => {
    for (const { step } of all) step.element.remove();
    style.remove();
    document.documentElement.removeAttribute('style');
    dispatchEvent(new Event('online'));
  });

  it('every documented part is drawn in some state, and no other part is', async () => {
    const drawn = all.flatMap(({ step }) =>
      [...step.root.querySelectorAll('[part]')].flatMap((node) => [...node.part].filter((name) => name)),
    );
    // The looks of a text button, for ourselves.
    const own = new Set(['quiet', 'spin']);
    const parts = [...new Set(drawn)].filter((name) => !own.has(name));
    expect(parts.toSorted()).to.deep.equal((await documented('csspart')).toSorted());
  });

  for (const theme of names) {
    for (const scheme of colorSchemes) {
      it(`${theme}, ${scheme}: every text has 4.5:1 and more in every state`, async () => {
        setColorScheme(scheme);
        await wear(theme);
        for (const { name, step } of all) {
          for (const text of getTextNodes(step)) {
            expect(getTextContrast(text), `${name}: ${getText(text)}`).to.be.at.least(4.5);
          }
        }
      });

      it(`${theme}, ${scheme}: fields, cells, marks, buttons and focus rings have 3:1 and more`, async () => {
        setColorScheme(scheme);
        await wear(theme);
        const seen = new Set<string>();
        const see = (what: string, node: Element, css: string): void => {
          seen.add(what);
          const around = node.parentElement ?? node;
          expect(contrastRatio(getPaintedColour(css, around), getBackdrop(around)), what).to.be.at.least(3);
        };
        const { step: typed } = played('typed');
        typed.input.focus();
        see('focus ring', typed.input, getComputedStyle(typed.input).outlineColor);
        for (const { step } of all) {
          const cell = step.root.querySelector('i');
          const input = step.element.querySelector('input');
          if (cell) see('cell', cell, getComputedStyle(cell).borderTopColor);
          else if (input?.getClientRects().length) see('field', input, getComputedStyle(input).borderTopColor);
          for (const button of step.root.querySelectorAll('.large')) {
            const { backgroundColor, borderTopColor } = getComputedStyle(button);
            const main = button.classList.contains('primary');
            see(main ? 'main button' : 'button', button, main ? backgroundColor : borderTopColor);
          }
          const mark = step.root.querySelector('[part=icon]');
          const busy = mark?.closest('.busy');
          if (mark) see('mark', mark, getComputedStyle(mark)[busy ? 'borderTopColor' : 'stroke']);
        }
        expect([...seen].toSorted()).to.deep.equal(['button', 'cell', 'field', 'focus ring', 'main button', 'mark']);
      });
    }

    it(`${theme}: what turns is seen to turn`, async () => {
      await wear(theme);
      for (const { step } of all) {
        const mark = step.root.querySelector('.busy [part=icon]');
        if (!mark) continue;
        const { borderTopColor, borderBottomColor } = getComputedStyle(mark);
        const [arc, rest] = [getPaintedColour(borderTopColor, mark), getPaintedColour(borderBottomColor, mark)];
        expect(contrastRatio(arc, rest)).to.be.above(1.5);
      }
    });

    it(`${theme}: at 320 px, with letters of twice the size, nothing scrolls sideways`, async () => {
      await wear(theme);
      for (const zoom of ['100%', '200%']) {
        document.documentElement.style.fontSize = zoom;
        for (const { name, step } of all) {
          step.element.style.inlineSize = '320px';
          const { scrollWidth, clientWidth } = step.query('.step');
          expect(scrollWidth, `${name} at ${zoom}`).to.be.at.most(clientWidth);
          step.element.style.inlineSize = '';
        }
      }
      document.documentElement.style.fontSize = '';
    });

    it(`${theme}: what the page sets itself wins over it, whatever comes first`, async () => {
      await wear(theme);
      const own = document.createElement('style');
      own.textContent = 'plural-otp { --plural-otp-accent: rgb(1, 2, 3) }';
      document.head.prepend(own);
      const { step } = played('awaiting');
      expect(parseColour(getComputedStyle(step.query('[part~=primary]')).backgroundColor)).to.deep.equal([1, 2, 3, 1]);
      own.remove();
    });

    it(`${theme}: is smaller than 1.5 kB`, async () => {
      await wear(theme);
      expect(new Blob([style.textContent ?? '']).size).to.be.within(300, 1500);
    });
  }
});
