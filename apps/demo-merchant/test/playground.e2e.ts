import { readFile } from 'node:fs/promises';
import { problemCodes } from '@plural-otp/flow/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Playground, type SceneFacts, startPlayground, type Visitor } from './support/playground-visitor.ts';

let playground: Playground;
beforeAll(async () => {
  playground = await startPlayground();
});
afterAll(() => playground.close());

const statuses =
  'idle generating awaitingOtp resending submitting confirming redirecting unresolved authorized failed exhausted superseded cancelled';

const getScenes = ({ page }: Visitor): Promise<SceneFacts[]> =>
  page.$eval('#playground', (data) => (JSON.parse(data.textContent) as { scenes: SceneFacts[] }).scenes);

test('playground: every status and every problem has a button, and each button shows its state', async () => {
  const visitor = await playground.visit();
  const scenes = await getScenes(visitor);
  expect(new Set(scenes.map(({ status }) => status))).toEqual(new Set(statuses.split(' ')));
  const problems = scenes.flatMap(({ view }) => view.problem?.code ?? []);
  expect(new Set(problems)).toEqual(new Set(problemCodes));
  expect(await visitor.page.$$('[data-scene]')).toHaveLength(scenes.length);
  for (const scene of scenes) await visitor.showScene(scene);
  expect(visitor.requests).toEqual([]);
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: the step shows its own message for each state: offline, fee, masked number, long name, too short, declined', async () => {
  const visitor = await playground.visit();
  const scenes = await getScenes(visitor);
  const messages = {
    offline: 'You are offline',
    fee: 'Includes a fee of ₹25.00',
    destination: 'Sent to •••••• 4217.',
    longName: 'Thiruvananthapuram',
    tooShort: 'The OTP has 4 to 8 digits',
    triesLeft: 'You have 1 attempt left',
    newerCode: 'Your bank may have sent another OTP',
    resent: 'A new OTP is on its way',
    checkFunds: 'Check your balance',
    empty: 'Enter the OTP from your bank.',
    noCode: 'There is no OTP in that text.',
    severalCodes: 'There is more than one number in that text.',
    sameCode: 'Correct it or request a new one.',
    newerOtp: 'Pay ₹1,250.00',
    exhaustedAtBank: 'Confirm on your bank’s page',
    toReserve: 'Reserve ₹1,250.00',
    reserved: 'Amount reserved',
    awaitingOtp: 'Your bank sends it by SMS',
  };
  for (const [id, text] of Object.entries(messages)) {
    await visitor.showScene(scenes.find((scene) => scene.id === id) as SceneFacts);
    await visitor.waitForText(text);
  }
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: the right code pays, the third wrong one ends the payment, and no event contains a code', async () => {
  const visitor = await playground.visit();
  const { page } = visitor;
  const enter = async (code: string): Promise<void> => {
    const field = await page.waitForSelector('plural-otp:is(:state(awaitingOtp)) > input:not([readonly])');
    await field?.evaluate((node) => node.select());
    await field?.type(code);
    await field?.press('Enter');
  };
  await enter('123456');
  await visitor.waitForText('Payment confirmed');
  const events = await page.$eval('#events', (list) => list.textContent);
  expect(events).toContain('plural-otp-authorized');
  expect(events).not.toContain('123456');

  await page.click('#play');
  await enter('111111');
  await visitor.waitForText('not accepted');
  await enter('222222');
  await visitor.waitForText('may block your card');
  await enter('333333');
  await visitor.waitForText('No attempts left');
  expect([visitor.requests, await visitor.problems()]).toEqual([[], []]);
  await visitor.close();
});

test('playground: the log shows every event that the reference lists', async () => {
  const { page, close } = await playground.visit();
  const names = await page.$$eval('.reference dt code', (codes) =>
    codes.map(({ textContent }) => textContent).filter((name) => name.startsWith('plural-otp-')),
  );
  expect(names).toContain('plural-otp-superseded');
  for (const name of names) {
    await page.$eval('plural-otp', (step, type) => step.dispatchEvent(new CustomEvent(type, { detail: {} })), name);
    expect(await page.$eval('#events li code', ({ textContent }) => textContent)).toBe(name);
  }
  await close();
});

test('playground: each setting changes the step, the code and the address, and the address restores all settings', async () => {
  const visitor = await playground.visit();
  const { page } = visitor;
  const main = (property: string): Promise<string> => visitor.getStyle('[part~=primary]', property);

  expect(await main('background-color')).toBe('rgb(29, 86, 208)');
  await visitor.setControl('theme', 'warm');
  expect(await main('background-color')).toBe('rgb(11, 97, 88)');
  await visitor.setControl('accent', '#4a148c');
  expect(await main('background-color')).toBe('rgb(74, 20, 140)');
  await visitor.setControl('radius', '3');
  expect(await visitor.getStyle('[part=base]', 'border-top-left-radius')).toBe('4.8px');
  await visitor.setControl('size', '1.25');
  expect(await visitor.getStyle('[part=base]', 'font-size')).toBe('20px');
  await visitor.setControl('space', '0.5');
  expect(await visitor.getStyle('[part=base]', 'row-gap')).toBe('8px');
  await visitor.setControl('font', 'serif');
  expect(await visitor.getStyle('[part=base]', 'font-family')).toContain('ui-serif');
  await visitor.setControl('width', '320');
  expect(await visitor.getStyle('', 'width')).toBe('320px');
  await visitor.setControl('length', '6');
  await page.waitForFunction(
    () => document.querySelector('plural-otp')?.shadowRoot?.querySelectorAll('[part=slot]').length === 6,
  );
  await visitor.setControl('scheme', 'dark');
  expect(await visitor.getStyle('[part=base]', 'background-color')).toBe('rgb(37, 26, 20)');
  await visitor.setControl('autosubmit', '1');
  await visitor.setControl('manual', '1');
  const flags = (): Promise<unknown> =>
    page.$eval('plural-otp', (step) => [step.autosubmit, step.lang, step.endpoint, step.session ?? null]);
  expect(await flags()).toEqual([true, 'en', '/plural', null]);

  const code = await visitor.snippet();
  for (const part of [
    'href="/themes/warm.css"',
    '--plural-otp-accent: light-dark(#4a148c, #',
    '--plural-otp-radius: 3px;',
    '--plural-otp-font-size: 1.25rem;',
    '--plural-otp-space: 0.5rem;',
    "--plural-otp-font: ui-serif, Georgia, 'Noto Serif', serif;",
    'color-scheme: dark;',
    '<plural-otp endpoint="/plural" otp-length="6" autosubmit manual autofocus hidden></plural-otp>',
  ])
    expect(code).toContain(part);

  const { hash } = new URL(page.url());
  const other = await playground.visit(hash);
  expect(await other.snippet()).toBe(code);
  expect(await other.getStyle('[part=base]', 'font-size')).toBe('20px');
  expect(await other.getStyle('', 'width')).toBe('320px');
  const controls = (of: Visitor): Promise<string[]> =>
    of.page.$$eval('[data-setting]', (all) =>
      all.map((control) => {
        const { type, checked, value } = control as HTMLInputElement;
        return ['radio', 'checkbox'].includes(type) ? String(checked) : value;
      }),
    );
  expect(await controls(other)).toEqual(await controls(visitor));

  await page.click('#reset');
  expect(new URL(page.url()).hash).toBe('');
  expect(await visitor.getStyle('[part=base]', 'background-color')).toBe('rgb(255, 255, 255)');
  expect([await visitor.problems(), await other.problems()]).toEqual([[], []]);
  await Promise.all([visitor.close(), other.close()]);
});

test('playground: autosubmit and manual apply when the whole flow runs', async () => {
  const visitor = await playground.visit('#autosubmit=1&manual=1&length=6');
  const { page } = visitor;
  await page.click('#play');
  await visitor.waitForText('Get OTP');
  await page.click('plural-otp >>> [part~=start]');
  const field = await page.waitForSelector('plural-otp:state(awaitingOtp) > input');
  await field?.focus();
  await page.evaluate(() => navigator.clipboard.writeText('123 456'));
  await page.keyboard.down('Control');
  await page.keyboard.press('v');
  await page.keyboard.up('Control');
  await visitor.waitForText('Payment confirmed');
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: every built language and two pseudo-locales can be chosen, and no other', async () => {
  const visitor = await playground.visit();
  const waitForLanguage = (language: string): Promise<unknown> =>
    visitor.page.waitForFunction(
      (wanted) =>
        document.querySelector('plural-otp')?.shadowRoot?.querySelector('.step')?.getAttribute('lang') === wanted,
      {},
      language,
    );
  const built = JSON.parse(
    await readFile(new URL('integrity.json', import.meta.resolve('@plural-otp/element/integrity.json')), 'utf8'),
  ) as Record<string, string>;
  const tags = Object.keys(built).flatMap((name) => /^locales\/(.+)\.js$/.exec(name)?.[1] ?? []);
  const offered = await visitor.page.$$eval('#lang option', (all) => all.map(({ value }) => value));
  expect(offered).toEqual(['', ...tags, 'en-XA', 'ar-XB']);
  for (const tag of tags) {
    await visitor.setControl('lang', tag);
    await waitForLanguage(`${tag}-IN`);
    expect(await visitor.snippet()).toContain(`src="/locales/${tag}.js"`);
  }
  for (const tag of ['en-XA', 'ar-XB']) {
    await visitor.setControl('lang', tag);
    await waitForLanguage(tag);
    expect(await visitor.snippet()).not.toContain('locales');
  }
  await visitor.setControl('lang', '');
  await waitForLanguage('en-IN');
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: an accent too pale for links is made readable by the step, and needs no advice', async () => {
  const visitor = await playground.visit('#accent=%23ffcc00&scheme=light');
  const { page } = visitor;
  const row = (name: string): Promise<string> =>
    page.$eval(`[data-contrast="${name}"]`, (node) => (node as HTMLElement).innerText.replaceAll(/\s+/g, ' '));
  await page.waitForSelector('[data-contrast="link"][data-good="true"]');
  expect(await row('link')).toMatch(/^Link \d+\.\d ✓$/);
  expect(await row('button')).toMatch(/^Button 1\d\.\d ✓$/);
  expect(await page.$('#contrast-advice button')).toBeNull();
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: an address with invalid values shows the default settings', async () => {
  const wrong = '#theme=../shop&accent=red;x:y&radius=-4&size=99&length=12&state=nothing&lang=<b>&width=1&foo=bar';
  const visitor = await playground.visit(wrong);
  await visitor.waitForText('Enter the OTP from');
  expect(await visitor.getStyle('[part~=primary]', 'background-color')).toBe('rgb(29, 86, 208)');
  const code = await visitor.snippet();
  expect(code).toContain('<plural-otp endpoint="/plural" autofocus hidden></plural-otp>');
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: a state and a theme can be chosen, and the code copied, with the keyboard alone', async () => {
  const visitor = await playground.visit();
  const { page } = visitor;
  const focus = (selector: string): Promise<void> => page.$eval(selector, (node) => (node as HTMLElement).focus());
  const tabTo = async (selector: string): Promise<void> => {
    for (let presses = 0; presses < 120; presses++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`The keyboard never comes to ${selector}`);
  };
  await focus('#main');
  await tabTo('[data-scene="authorized"]');
  await page.keyboard.press('Enter');
  await visitor.waitForText('Payment confirmed');
  await tabTo('[name="theme"]');
  await page.keyboard.press('ArrowRight');
  expect(await page.$eval('[name="theme"]:checked', (radio) => (radio as HTMLInputElement).value)).toBe('calm');
  await tabTo('#snippet button');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelector('#copy-status')?.textContent === 'page.html copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await visitor.snippet());
  await tabTo('#snippet pre');
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});
