import { expect } from '@open-wc/testing';
import { getBackdrop, contrastRatio, getPaintedColour, parseColour, getTextContrast } from '../support/colours.ts';
import type { Step } from '../support/harness.ts';
import { renderScene, renderAllScenes, type RenderedScene, findScene } from '../support/render-scene.ts';
import { getText, colorSchemes, setColorScheme, getTextNodes } from '../support/dom-queries.ts';

/** Effect of a custom property: the scene, the node, its computed property, the value to set and the one to find. */
type Probe = readonly [scene: string, node: string, property: string, value: string, found?: string];

const field = 'awaiting';
const probes: Record<string, Probe> = {
  accent: [field, '[part~=primary]', 'background-color', 'rgb(12, 34, 56)'],
  'on-accent': [field, '[part~=primary]', 'color', 'rgb(12, 34, 56)'],
  surface: [field, '[part=base]', 'background-color', 'rgb(12, 34, 56)'],
  text: [field, '[part=base]', 'color', 'rgb(12, 34, 56)'],
  'quiet-opacity': [field, '> [slot=hint]', 'opacity', '0.9'],
  danger: ['second miss, six cells', '> [slot=error]', 'color', 'rgb(12, 34, 56)'],
  success: ['authorized', '[part=icon]', 'background-color', 'rgb(12, 34, 56)'],
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
  space: [field, '[part=base]', 'row-gap', '12px'],
  'field-block-size': [field, '> input', 'height', '80px'],
  'min-block-size': [field, '[part=base]', 'min-block-size', '700px'],
  'max-inline-size': [field, '', 'max-inline-size', '300px'],
};

const readDocumentedNames = async (tag: string): Promise<string[]> => {
  const head = await (await fetch('/class-head')).text();
  return [...head.matchAll(new RegExp(`@${tag} (.+?) - `, 'g'))]
    .flatMap(([, names = '']) => names.split(', '))
    .map((name) => name.replace('--plural-otp-', ''));
};

const findNode = ({ element, root }: Step, selector: string): Element => {
  if (!selector) return element;
  const light = selector.startsWith('>');
  return (light ? element.querySelector(`:scope ${selector}`) : root.querySelector(selector)) as Element;
};

describe('custom properties', () => {
  it('every documented custom property is tested here, and no other is', async () => {
    expect(Object.keys(probes).toSorted()).to.deep.equal((await readDocumentedNames('cssprop')).toSorted());
  });

  for (const [name, [where, selector, property, value, found = value]] of Object.entries(probes)) {
    it(`--plural-otp-${name} changes ${property}`, async () => {
      const step = await renderScene(findScene(where));
      if (name === 'focus') step.input.focus();
      const node = findNode(step, selector);
      const readValue = (): string => getComputedStyle(node).getPropertyValue(property);
      expect(readValue()).not.to.equal(found);
      step.element.style.setProperty(`--plural-otp-${name}`, value);
      expect(readValue()).to.equal(found);
      step.element.remove();
    });
  }

  it('--plural-otp-field and --plural-otp-field-line apply to the plain field as to cells', async () => {
    const step = await renderScene(findScene('awaiting'));
    step.element.style.cssText = '--plural-otp-field: rgb(1, 2, 3); --plural-otp-field-line: rgb(4, 5, 6)';
    const { backgroundColor, borderTopColor } = getComputedStyle(step.input);
    expect([backgroundColor, borderTopColor]).to.deep.equal(['rgb(1, 2, 3)', 'rgb(4, 5, 6)']);
    step.element.remove();
  });
});

describe('themes', () => {
  const names = ['calm', 'warm', 'stark'];
  const style = document.createElement('style');
  let all: RenderedScene[];
  const applyTheme = async (theme: string): Promise<void> => {
    style.textContent = await (await fetch(new URL(`../../themes/${theme}.css`, import.meta.url))).text();
  };
  const getScene = (wanted: string): RenderedScene => all.find(({ name }) => name === wanted) as RenderedScene;
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

  it('every documented part is rendered in some state, and no other part is', async () => {
    const rendered = all.flatMap(({ step }) =>
      [...step.root.querySelectorAll('[part]')].flatMap((node) => [...node.part].filter((name) => name)),
    );
    // Parts for internal styles, which are not documented.
    const internal = new Set(['quiet', 'spin']);
    const parts = [...new Set(rendered)].filter((name) => !internal.has(name));
    expect(parts.toSorted()).to.deep.equal((await readDocumentedNames('csspart')).toSorted());
  });

  for (const theme of names) {
    for (const scheme of colorSchemes) {
      it(`${theme}, ${scheme}: all text has at least 4.5:1 in every state`, async () => {
        setColorScheme(scheme);
        await applyTheme(theme);
        for (const { name, step } of all) {
          for (const text of getTextNodes(step)) {
            expect(getTextContrast(text), `${name}: ${getText(text)}`).to.be.at.least(4.5);
          }
        }
      });

      it(`${theme}, ${scheme}: fields, cells, icons, buttons and focus rings have at least 3:1`, async () => {
        setColorScheme(scheme);
        await applyTheme(theme);
        const checked = new Set<string>();
        const checkContrast = (what: string, node: Element, css: string): void => {
          checked.add(what);
          const around = node.parentElement ?? node;
          expect(contrastRatio(getPaintedColour(css, around), getBackdrop(around)), what).to.be.at.least(3);
        };
        const { step: typed } = getScene('typed');
        typed.input.focus();
        checkContrast('focus ring', typed.input, getComputedStyle(typed.input).outlineColor);
        for (const { step } of all) {
          const cell = step.root.querySelector('i');
          const input = step.element.querySelector('input');
          if (cell) checkContrast('cell', cell, getComputedStyle(cell).borderTopColor);
          else if (input?.getClientRects().length)
            checkContrast('field', input, getComputedStyle(input).borderTopColor);
          for (const button of step.root.querySelectorAll('.large')) {
            const { backgroundColor, borderTopColor } = getComputedStyle(button);
            const main = button.classList.contains('primary');
            checkContrast(main ? 'main button' : 'button', button, main ? backgroundColor : borderTopColor);
          }
          const icon = step.root.querySelector('[part=icon]');
          if (icon) checkContrast('mark', icon, getComputedStyle(icon).borderTopColor);
        }
        expect([...checked].toSorted()).to.deep.equal(['button', 'cell', 'field', 'focus ring', 'main button', 'mark']);
      });
    }

    it(`${theme}: the rotation of the spinner is visible`, async () => {
      await applyTheme(theme);
      for (const { step } of all) {
        const icon = step.root.querySelector('.turn');
        if (!icon) continue;
        const { borderTopColor, borderBottomColor } = getComputedStyle(icon);
        const [arc, rest] = [getPaintedColour(borderTopColor, icon), getPaintedColour(borderBottomColor, icon)];
        expect(contrastRatio(arc, rest)).to.be.above(1.5);
      }
    });

    it(`${theme}: at 320 px, with text at 200 %, nothing scrolls sideways`, async () => {
      await applyTheme(theme);
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

    it(`${theme}: the page’s own properties override it, in either order`, async () => {
      await applyTheme(theme);
      const internal = document.createElement('style');
      internal.textContent = 'plural-otp { --plural-otp-accent: rgb(1, 2, 3) }';
      document.head.prepend(internal);
      const { step } = getScene('awaiting');
      expect(parseColour(getComputedStyle(step.query('[part~=primary]')).backgroundColor)).to.deep.equal([1, 2, 3, 1]);
      internal.remove();
    });

    it(`${theme}: is smaller than 1.5 kB`, async () => {
      await applyTheme(theme);
      expect(new Blob([style.textContent ?? '']).size).to.be.within(300, 1500);
    });
  }
});
