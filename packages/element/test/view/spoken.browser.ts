import { expect } from '@open-wc/testing';
import { english, fill, formatSeconds, type Messages } from '@plural-otp/flow/presentation';
import {
  awaitingOtp,
  createView,
  nextFrame,
  rejectedOtp,
  Step,
  waitUntil,
  withoutIsolates,
} from '../support/harness.ts';
import { locales } from '../support/locales.ts';

/** Names and values that are spoken in Latin letters in every language. */
const latinNames = /OTP|SMS|Nilgiri Leaf|HDFC(?: Bank)?/g;

/** Returns the paragraphs that the live region of a step gets, in order. */
function recordParagraphs(step: Step): string[] {
  const paragraphs: string[] = [];
  const region = step.query('[role=status]');
  new MutationObserver(() => {
    for (const { textContent } of region.querySelectorAll('p')) paragraphs.push(withoutIsolates(textContent));
  }).observe(region, { childList: true });
  return paragraphs;
}

/** Pays with one wrong code, and with the network away for a while; returns what was spoken. */
async function hear(language: string): Promise<string[]> {
  const step = new Step();
  step.element.lang = language;
  await step.mount();
  try {
    const spoken = recordParagraphs(step);
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    await (await step.backend.call(1)).respond(awaitingOtp({ resendInSeconds: 30 }));
    await waitUntil(() => spoken.length > 1, 'the request and the wait');
    await (await step.submit('111111')).respond(rejectedOtp(1, { resendInSeconds: 29 }));
    dispatchEvent(new Event('offline'));
    await nextFrame();
    await step.element.updateComplete;
    dispatchEvent(new Event('online'));
    await nextFrame();
    await step.element.updateComplete;
    const last = await step.submit('222222');
    await last.respond(createView({ phase: 'authorized' }));
    const end = (locales[language] ?? english).authorizedText.replace(/\{\w+\}.*/, '').trim();
    await waitUntil(() => spoken.some((text) => text.includes(end)), 'the end');
    return spoken;
  } finally {
    step.element.remove();
  }
}

describe('what is spoken', () => {
  for (const [language, messages] of Object.entries<Messages>({ en: english, ...locales })) {
    it(`${language}: paragraphs of its own table, in the order in which things happen`, async () => {
      const spoken = await hear(language);
      const wait = new RegExp(
        `^(?:${[30, 29].map((left) => withoutIsolates(fill(messages.resendWait, { time: formatSeconds(left, messages) }))).join('|')})$`,
      );
      const order: (string | RegExp)[] = [
        messages.generating,
        wait,
        messages.submitting,
        messages.OTP_NOT_ACCEPTED,
        messages.offline,
        messages.online,
        messages.submitting,
      ];
      let from = -1;
      for (const wanted of order) {
        const at = spoken.findIndex(
          (text, index) => index > from && (typeof wanted === 'string' ? text === wanted : wanted.test(text)),
        );
        expect(at, `${String(wanted)} in ${spoken.join(' | ')}`).to.be.greaterThan(from);
        from = at;
      }
      if (language === 'en') return;
      for (const text of spoken) expect(text.replace(latinNames, ''), text).not.to.match(/[a-z]/i);
    });
  }
});
