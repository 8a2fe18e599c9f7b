import { readdirSync } from 'node:fs';
import { englishPage, type PageMessages } from '@plural-otp/flow/presentation';
import { hi } from '@plural-otp/edge/page/locales/hi.js';
import { ur } from '@plural-otp/edge/page/locales/ur.js';
import { describe, expect, test } from 'vitest';
import { toViewModel } from '../../src/page/view-model.ts';
import { visitAndPrompt, visitPage, PageVisit } from '../support/page-visit.ts';
import { wrongOtp } from '../support/test-shop.ts';

const locales = { hi, ur };
const pay = (messages: { readonly pay: string }): string => messages.pay.replace('{amount}', '₹350.00');

describe('the messages of the page', () => {
  test('there is a locale with every message of the page for each of eleven languages', async () => {
    const folder = new URL('../../src/page/locales/', import.meta.url);
    const files = readdirSync(folder);
    expect(files).toHaveLength(11);
    const names = Object.keys(englishPage).filter((name) => !/^(?:triesLeft|seconds)_/.test(name));
    for (const file of files) {
      const locale = Object.values((await import(new URL(file, folder).href)) as Record<string, PageMessages>)[0];
      expect(Object.keys(locale ?? {}), file).toEqual(expect.arrayContaining(names));
    }
  });

  test('a locale serves the page; the language of the first form stays from page to page', async () => {
    const { shop, visit } = await visitPage({ pageOptions: { locales } });
    const { client } = await shop.startPayment(await shop.createOrder());
    const hindi = new PageVisit(visit.page, client, { lang: 'hi' });
    expect(hindi.form('generate').button).toBe(hi.start);
    await hindi.press('generate');
    await hindi.enter('123');
    expect(hindi.text).toContain(hi.tooShort.replace('{digits}', '4'));
    await hindi.enter(wrongOtp);
    expect(hindi.title).toBe(`${hi.OTP_NOT_ACCEPTED} – ${hi.step}`);
    expect(hindi.form('submit').button).toBe(pay(hi));
    expect(hindi.markup).toContain('<html lang="hi-IN" dir="ltr">');
    // Amounts and times in the digits of the bank's message.
    expect(hindi.text).toContain('₹350.00');
    expect(hindi.text).toMatch(/\b30 /);
    expect(hindi.text.replaceAll(/HDFC Bank|HDFC|VISA|OTP|SMS/g, '')).not.toMatch(/[a-z]{2}/);
    await visit.press('generate');
    expect(visit.title).toBe('Enter the OTP from HDFC Bank – Card payment');
  });

  test('a tag with more subtags is served by the language that is there', async () => {
    const { visit } = await visitAndPrompt({ pageOptions: { locales, lang: 'hi-Deva-IN' } });
    expect(visit.form('submit').button).toBe(pay(hi));
    for (const lang of ['ur-PK', 'ur_PK', 'UR']) {
      await visit.send(visit.form('submit'), { otp: '', lang: 'hi' });
      await visit.send(visit.form('submit'), { otp: '', lang });
      expect(visit.form('submit').button, lang).toBe(pay(ur));
    }
  });

  test('a message that a locale leaves out is English', async () => {
    const { visit } = await visitAndPrompt({ pageOptions: { locales: { hi: { pay: hi.pay } }, lang: 'hi' } });
    expect(visit.form('submit').button).toBe(pay(hi));
    expect(visit.form('resend').button).toBe('Resend OTP');
  });

  test('an unknown language is English; the default one may be another', async () => {
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
        englishPage,
        { action: 'submit' },
      ).error;
    expect(after({ misses: 1 })).not.toMatch(/\d/);
    expect(after({ misses: 1, leftAtBank: 2 })).toMatch(/You have 2 attempts left\.$/);
    expect(after({ misses: 2, leftAtBank: 1 })).toMatch(/block your card\. You have 1 attempt left\.$/);
  });
});
