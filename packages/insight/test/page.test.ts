import { describe, expect, test } from 'vitest';
import { createInsight, memoryInsight, type Insight } from '../src/index.ts';
import { createInsightPage } from '../src/page/index.ts';
import { createSidecar } from '../src/sidecar.ts';
import { plantShop, usual } from './support/planted-shop.ts';

const nowMs = Date.UTC(2026, 10, 29, 12);
const secret = 'sixteen letters!';

async function openShop(count = 1200, more = {}): Promise<Insight> {
  const insight = createInsight({ store: memoryInsight(), secret, now: () => nowMs, ...more });
  const planted = plantShop(5, count, [nowMs - 3 * 86_400_000, nowMs - 60_000]);
  await insight.ingest(planted.flatMap(({ events }) => events).filter(({ at }) => at <= nowMs));
  return insight;
}

/** Returns the markup as a browser lays it out: white space is one space, and none at the edges of an element. */
const readHtml = async (response: Response): Promise<string> =>
  (await response.text()).replaceAll(/\s+/g, ' ').replaceAll(/> | </g, (edge) => edge.trim());

const get = (insight: Insight, path = '/insight'): Promise<Response> =>
  createInsightPage(insight, { authorize: 'local' }).fetch(new Request(`http://127.0.0.1:3002${path}`));

describe('the page', () => {
  test('answers each of its questions, names the worst issuer and step, and says that the parts add up', async () => {
    const html = await readHtml(await get(await openShop()));
    const questions = [...html.matchAll(/<h2 id="[a-z]+">(.*?)<\/h2>/g)].map(([, question]) => question);
    expect(questions).toEqual([
      'Where do customers stop?',
      'Which issuers fail, and where?',
      'What happens now?',
      'Is native OTP better than the bank’s page?',
      'Why are payments declined?',
      'How long does it take?',
      'How does the OTP come in?',
      'Can I trust these numbers?',
    ]);
    expect(html).toMatch(/<strong>HDFC<\/strong>loses most/);
    expect(html).toMatch(/Most are lost after “OTP sent”:<strong>\d+ payments<\/strong>, mostly page closed/);
    const [, ...parts] =
      /([\d,]+) started = ([\d,]+) paid \+ ([\d,]+) paid on the bank’s page \+ ([\d,]+) lost \+ ([\d,]+) under way/.exec(
        html,
      ) ?? [];
    const [started, ...rest] = parts.map((part) => Number(part.replaceAll(',', '')));
    expect(rest.reduce((sum, part) => sum + part, 0)).toBe(started);
    expect(html).not.toMatch(/simulated/);
    // The planted pages are ready after 0.42 s, each, and the bucket goes up to 0.5 s.
    const [, half, most, , count] =
      /Step opened → field ready<\/th>(?:<td[^>]*>)([^<]*)<\/td><td[^>]*>([^<]*)<\/td><td[^>]*>([^<]*)<\/td><td[^>]*>([^<]*)/.exec(
        html,
      ) ?? [];
    expect([half, most]).toEqual(['0.3 s', '0.5 s']);
    expect(Number(count)).toBeGreaterThan(100);
  });

  test('runs under a policy without script or inline style, and uses neither', async () => {
    const response = await get(await openShop(200));
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    const html = await response.text();
    expect(html).not.toMatch(/<script|\sstyle=|<style|\son[a-z]+=/i);
    const sheet = await get(await openShop(1), '/insight/insight.css');
    expect(sheet.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });

  test.each(['15m', '1h', '1d', '7d', '30d', '90d'])(
    'reports %s, filtered by issuer, network and method',
    async (range) => {
      const insight = await openShop(300);
      for (const query of ['', '&issuer=HDFC', '&network=VISA&method=bankPage', '&issuer=%3Cscript%3E']) {
        const response = await get(insight, `/insight?range=${range}${query}`);
        expect(response.status).toBe(200);
        expect(await response.text()).not.toContain('<script>');
      }
    },
  );

  test('counts orders where asked to, and keeps every filter in its links and its form', async () => {
    const insight = await openShop(300);
    const again = { type: 'started', order: 'order of NL7K-5-299', attempt: 2, at: nowMs - 60_000, ms: 0 };
    await insight.ingest([{ ...again, reference: 'NL7K-again', issuer: 'HDFC', network: 'VISA' }]);
    const payments = await readHtml(await get(insight, '/insight?range=7d'));
    expect(payments).toMatch(/Payments<strong>301<\/strong><span>of 300 orders/);
    const orders = await readHtml(await get(insight, '/insight?range=7d&unit=orders'));
    expect(orders).toMatch(/Orders<strong>300<\/strong>/);
    expect(orders).toContain('Each order counts once');
    const filters = 'issuer=HDFC&network=VISA&method=nativeOtp&unit=orders';
    const page = (await readHtml(await get(insight, `/insight?range=7d&${filters}`))).replaceAll('&amp;', '&');
    for (const kept of [`/insight?range=90d&${filters}`, `/insight/issuers.csv?range=7d&${filters}`])
      expect(page).toContain(`"${kept}"`);
    for (const value of ['HDFC', 'VISA']) expect(page).toContain(`<option selected>${value}`);
    for (const value of ['nativeOtp', 'orders']) expect(page).toContain(`<option value="${value}" selected>`);
  });

  test('opens the payments of a part, one of them by its link, and any by its reference', async () => {
    const insight = await openShop();
    const list = await readHtml(await get(insight, '/insight?range=7d&step=sent&end=away'));
    expect(list).toContain('Payments: page closed');
    const link = /href="(\/insight\?[^"]*id=[^"#]*)/.exec(list)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(await readHtml(await get(insight, link))).toContain('One payment: page closed');
    expect(await readHtml(await get(insight, '/insight?id=unknown'))).toContain('No payment is known');
    expect(await readHtml(await get(insight, '/insight?reference=NL7K-5-7'))).toContain('One payment:');
    expect(await readHtml(await get(insight, '/insight?reference=unknown'))).toContain('No payment is known');
  });

  test('escapes names that come from outside', async () => {
    const insight = createInsight({ store: memoryInsight(), secret, now: () => nowMs });
    const hostile = `<IMG SRC=X>"'&`;
    await insight.ingest([
      { type: 'started', reference: 'NL7K-1', order: 'o', attempt: 1, at: nowMs, ms: 0, issuer: hostile },
    ]);
    const html = await readHtml(await get(insight));
    expect(html).toContain('&lt;IMG SRC=X&gt;&quot;&#39;&amp;');
    expect(html).not.toContain('<IMG');
  });

  test('says that nothing is there, that payments are simulated, and what was not kept', async () => {
    const empty = createInsight({ store: memoryInsight(), secret, now: () => nowMs });
    expect(await readHtml(await get(empty))).toContain('No payment here');
    const simulated = await openShop(50, { simulated: true });
    await simulated.ingest(['broken']);
    const html = await readHtml(await get(simulated));
    expect(html).toMatch(/\d+ of these payments are<strong>simulated<\/strong>/);
    expect(html).toContain('1 not readable');
  });

  test('names an issuer whose OTPs fail now', async () => {
    const insight = await openShop();
    const failing = plantShop(8, 20, [nowMs - 1_200_000, nowMs - 60_000], {
      SBI: { ...usual, bankOnly: 0, notSent: 1 },
    });
    expect(await readHtml(await get(insight))).not.toContain('has trouble with its OTPs');
    await insight.ingest(failing.flatMap(({ events }) => events));
    const [said] = /<p class="notice">.*?<\/p>/.exec(await readHtml(await get(insight))) ?? [];
    expect(said).toMatch(
      /<strong>SBI<\/strong>has trouble with its OTPs\. In the last two hours they worked for \d+ of \d+, usually for [\d.]+ % or more/,
    );
  });

  test('writes the issuers as CSV, without cells under five and without formulas', async () => {
    const insight = await openShop();
    const event = {
      type: 'started',
      reference: 'few',
      order: 'o',
      attempt: 1,
      at: nowMs - 86_400_000,
      ms: 0,
      issuer: '=CMD()',
    };
    await insight.ingest([event]);
    const response = await get(insight, '/insight/issuers.csv?range=7d');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="issuers-7d.csv"');
    const lines = (await response.text()).trim().split('\r\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual([
      'issuer',
      'HDFC',
      ...['AXIS', 'ICICI', 'KOTAK', 'SBI'].map(() => expect.any(String) as string),
    ]);
    const many = Array.from({ length: 6 }, (_, index) => ({ ...event, reference: `many-${index}` }));
    await insight.ingest(many);
    expect(await readHtml(await get(insight, '/insight/issuers.csv?range=7d'))).toContain("'=CMD()");
  });
});

describe('who may see the page', () => {
  test('is decided by authorize, which cannot be left out', async () => {
    const insight = await openShop(10);
    expect(() => createInsightPage(insight, {} as never)).toThrow('authorize');
    const page = createInsightPage(insight, { authorize: (request) => request.headers.get('x-staff') === 'yes' });
    expect((await page.fetch(new Request('https://shop.example/insight'))).status).toBe(403);
    const staff = new Request('https://shop.example/insight', { headers: { 'x-staff': 'yes' } });
    expect((await page.fetch(staff)).status).toBe(200);
    const broken = createInsightPage(insight, { authorize: () => Promise.reject(new Error('session')) });
    expect((await broken.fetch(staff)).status).toBe(403);
  });

  test('is nobody on another machine, where it is local', async () => {
    const page = createInsightPage(await openShop(10), { authorize: 'local' });
    for (const host of ['shop.example', '127.0.0.1.example', '10.0.0.1']) {
      expect((await page.fetch(new Request(`http://${host}/insight`))).status).toBe(403);
    }
    expect((await page.fetch(new Request('http://localhost:3000/insight'))).status).toBe(200);
    for (const [peer, status] of [
      ['127.0.0.1', 200],
      ['::ffff:127.0.0.1', 200],
      ['::1', 200],
      ['10.0.0.7', 403],
      ['::ffff:10.0.0.7', 403],
      ['127.0.0.1.example', 403],
      ['', 403],
    ] as const) {
      expect([peer, (await page.fetch(new Request('http://localhost/insight'), peer)).status]).toEqual([peer, status]);
    }
    for (const name of ['x-forwarded-for', 'X-Forwarded-Host', 'forwarded', 'x-real-ip', 'via']) {
      const passedOn = new Request('http://127.0.0.1/insight', { headers: { [name]: '10.0.0.7' } });
      expect((await page.fetch(passedOn, '127.0.0.1')).status).toBe(403);
    }
    expect((await page.fetch(new Request('http://localhost/insight', { method: 'POST' }))).status).toBe(405);
    expect((await page.fetch(new Request('http://localhost/elsewhere'))).status).toBe(404);
  });

  test('learns that the store cannot be read, and nothing else of it', async () => {
    const store = { ...memoryInsight(), read: () => Promise.reject(new Error('password of the database')) };
    const response = await get(createInsight({ store, secret, now: () => nowMs }));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('password');
  });
});

describe('the sidecar', () => {
  const post = (body: string, token?: string): Request =>
    new Request('http://127.0.0.1:3002/events', {
      method: 'POST',
      body,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  test('takes events as NDJSON with its token only, and tells what was not kept', async () => {
    const insight = createInsight({ store: memoryInsight(), secret, now: () => nowMs });
    const page = createInsightPage(insight, { authorize: 'local' });
    const serve = createSidecar(insight, page, { token: 'a token of the shop' });
    const event = JSON.stringify({ type: 'started', reference: 'NL7K-9', order: 'o', attempt: 1, at: nowMs, ms: 0 });
    for (const token of [undefined, '', 'a token of the shoq', 'a token of the shop ']) {
      expect((await serve(post(event, token))).status).toBe(token?.endsWith(' ') ? 200 : 401);
    }
    const response = await serve(post(`${event}\n{broken\n\n${event}\n`, 'a token of the shop'));
    expect(await response.json()).toEqual({ received: 3, notKept: { invalid: 1 } });
    expect((await insight.report({ range: '1h' })).payments).toBe(1);
    expect((await serve(new Request('http://127.0.0.1:3002/events'))).status).toBe(405);
    expect((await serve(new Request('http://127.0.0.1:3002/insight'))).status).toBe(200);
    expect((await serve(post('x'.repeat(4_000_001), 'a token of the shop'))).status).toBe(413);
  });

  test('asks for the password of the page where there is one, whatever the address, and never for that of events', async () => {
    const insight = await openShop(10);
    const page = createInsightPage(insight, { authorize: () => true });
    const serve = createSidecar(insight, page, { token: 'a token of the shop', password: 'ein längeres Wort' });
    const open = (typed?: string): Promise<Response> => {
      const encoded = btoa(String.fromCharCode(...new TextEncoder().encode(`anybody:${typed}`)));
      const headers = typed === undefined ? {} : { authorization: `Basic ${encoded}` };
      return serve(new Request('http://shop.example/insight', { headers }), '10.0.0.7');
    };
    for (const typed of [undefined, '', 'ein', 'ein längeres Wort ', 'a token of the shop']) {
      const response = await open(typed);
      expect([typed, response.status]).toEqual([typed, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="Insight", charset="UTF-8"');
    }
    expect((await open('ein längeres Wort')).status).toBe(200);
    const broken = new Request('http://shop.example/insight', { headers: { authorization: 'Basic a' } });
    expect((await serve(broken)).status).toBe(401);
  });
});
