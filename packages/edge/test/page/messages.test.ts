import { readdirSync } from 'node:fs';
import { hi } from '../../../element/src/locales/hi.ts';
import { ur } from '../../../element/src/locales/ur.ts';
import { describe, expect, test } from 'vitest';
import { english as elementEnglish } from '../../../element/src/locale/messages.ts';
import { pageOnlyMessages } from '../../src/page/locales.ts';
import { toViewModel } from '../../src/page/view-model.ts';
import { english } from '../../src/page/messages.ts';
import { visitAndPrompt, visitPage, PageVisit } from '../support/page-visit.ts';
import { wrongOtp } from '../support/test-shop.ts';

const locales = { hi, ur };

describe('the words of the page', () => {
  test('what the element says too is the same sentence under the same name', () => {
    const shared = Object.entries(english).filter(([name]) => name in elementEnglish);
    expect(shared.length).toBeGreaterThan(60);
    expect(Object.fromEntries(shared)).toEqual(
      Object.fromEntries(shared.map(([name]) => [name, elementEnglish[name as keyof typeof elementEnglish]])),
    );
  });

  test('what the page alone says it says in every language of the element', () => {
    const tags = readdirSync(new URL('../../../element/src/locales', import.meta.url)).map((file) => file.slice(0, -3));
    expect(Object.keys(pageOnlyMessages).toSorted()).toEqual(tags.toSorted());
    const own = Object.keys(english).filter((name) => !(name in elementEnglish));
    const placeholders = (text = ''): string[] => text.match(/\{\w+\}|\d/g) ?? [];
    for (const words of Object.values(pageOnlyMessages)) {
      expect(Object.keys(words)).toEqual(own);
      for (const [name, text] of Object.entries(words)) {
        expect(placeholders(text)).toEqual(placeholders(english[name as keyof typeof english]));
        expect(text.replaceAll(/OTP|\{\w+\}/g, '')).not.toMatch(/[a-z]/i);
      }
    }
  });

  test('a language of the element serves the page; the language of the first form stays from page to page', async () => {
    const { shop, visit } = await visitPage({ pageOptions: { locales } });
    const { client } = await shop.startPayment(await shop.createOrder());
    const hindi = new PageVisit(visit.page, client, { lang: 'hi' });
    expect(hindi.form('generate').button).toBe(hi.start);
    await hindi.press('generate');
    await hindi.enter('123');
    expect(hindi.text).toContain(pageOnlyMessages.hi?.tooShort);
    await hindi.enter(wrongOtp);
    expect(hindi.title).toBe(`${hi.OTP_NOT_ACCEPTED} – ${hi.step}`);
    expect(hindi.form('submit').button).toBe(hi.submit);
    expect(hindi.markup).toContain('<html lang="hi-IN" dir="ltr">');
    // Amounts and times in the digits of the bank's message.
    expect(hindi.text).toContain('₹350.00');
    expect(hindi.text).toMatch(/\b30 /);
    expect(hindi.text.replaceAll(/HDFC|VISA|OTP|SMS/g, '')).not.toMatch(/[a-z]{2}/);
    await visit.press('generate');
    expect(visit.title).toBe('Code from your bank – Card payment');
  });

  test('a tag with more subtags is served by the language that is there', async () => {
    const { visit } = await visitAndPrompt({ pageOptions: { locales, lang: 'hi-Deva-IN' } });
    expect(visit.form('submit').button).toBe(hi.submit);
    await visit.send(visit.form('submit'), { otp: '', lang: 'ur-PK' });
    expect(visit.form('submit').button).toBe(ur.submit);
  });

  test('what a language leaves out is English', async () => {
    const { visit } = await visitAndPrompt({ pageOptions: { locales: { hi: { submit: hi.submit } }, lang: 'hi' } });
    expect(visit.form('submit').button).toBe(hi.submit);
    expect(visit.form('resend').button).toBe('Send a new code');
  });

  test('a language nobody gave is English; the standard one may be another', async () => {
    const { visit } = await visitPage({ pageOptions: { locales, lang: 'ur' } });
    await visit.press('generate');
    expect(visit.markup).toContain('<html lang="ur-IN" dir="rtl">');
    for (const lang of ['fr', '__proto__', 'toString']) {
      await visit.send(visit.form('submit'), { otp: '', lang });
      expect(visit.status).toBe(200);
      expect(visit.markup).toContain('<html lang="en-IN" dir="ltr">');
    }
  });

  test('tries are counted only when the bank said so, in the language’s plural', () => {
    const after = (attempts: { misses: number; leftAtBank?: number }): string =>
      toViewModel(
        {
          phase: 'awaitingOtp',
          next: ['submit'],
          revision: 1,
          reference: 'K7QF-3M9X-2HBD',
          problem: { code: 'OTP_NOT_ACCEPTED' },
          attempts,
        },
        english,
        { action: 'submit' },
      ).error;
    expect(after({ misses: 1 })).not.toMatch(/\d/);
    expect(after({ misses: 1, leftAtBank: 2 })).toMatch(/Your bank allows 2 more tries\.$/);
    expect(after({ misses: 2, leftAtBank: 1 })).toMatch(/block your card.* Your bank allows 1 more try\.$/);
  });
});
