import { expect } from '@open-wc/testing';
import { pseudoLocales } from '@plural-otp/flow/pseudo-locales';
import { nextFrame } from '../support/harness.ts';
import { createSceneTransport, scenes } from '../support/scenes.mjs';

const width = 320;
/** Names in the scenes, which no table holds. */
const names = /Nilgiri Leaf|HDFC(?: Bank)?|Visa/gi;

/** Lists the elements of the step that stick out of the page. */
function overflowing(step: HTMLElement): string[] {
  // The input is wider than its cells by design, and clipped.
  const all = [...step.querySelectorAll(':not(input)'), ...(step.shadowRoot?.querySelectorAll('*') ?? [])];
  return all
    .filter((node) => {
      const box = node.getBoundingClientRect();
      // What only a screen reader reads is one pixel wide.
      return box.width > 1 && (box.left < -1 || box.right > width + 1);
    })
    .map((node) => `${node.localName}: ${node.textContent?.trim().slice(0, 60)}`);
}

/** Lists texts that are not from the tables: those of a pseudo-locale are in brackets, or turned round. */
function foreignTexts(root: Element | null | undefined): string[] {
  const nodes = [...(root?.querySelectorAll('h2, button, p') ?? [])].filter((node) => !node.querySelector('button, p'));
  return nodes
    .map((node) => (node.textContent ?? '').replace(names, ''))
    .filter((text) => /[a-z]{3}/.test(text) && !/[[\u202e]/.test(text));
}

describe('the pseudo-locales', () => {
  for (const [tag, messages] of Object.entries(pseudoLocales)) {
    it(`${tag}: no state overflows a page of ${width} px, and no text is from elsewhere`, async () => {
      for (const [name, responses, actions = {}] of scenes) {
        const place = document.createElement('div');
        place.style.cssText = `position:absolute;inset:0 auto auto 0;inline-size:${width}px`;
        const step = document.createElement('plural-otp');
        step.messages = messages;
        step.transport = createSceneTransport(responses);
        step.manual = Boolean(actions.manual);
        if (actions.otpLength !== undefined) step.otpLength = actions.otpLength;
        if (actions.first) step.view = actions.first;
        place.append(step);
        document.body.append(place);
        try {
          for (let turn = 0; turn < 4; turn++) {
            await step.updateComplete;
            await nextFrame();
          }
          if (actions.resend) step.resend();
          if (actions.offline) dispatchEvent(new Event('offline'));
          await step.updateComplete;
          await nextFrame();
          const root = step.shadowRoot?.querySelector('.step');
          expect([root?.getAttribute('lang'), root?.getAttribute('dir')], name).to.deep.equal([
            tag,
            messages.direction,
          ]);
          expect(overflowing(step), name).to.deep.equal([]);
          expect(foreignTexts(root), name).to.deep.equal([]);
        } finally {
          place.remove();
          if (actions.offline) dispatchEvent(new Event('online'));
        }
      }
    });
  }
});
