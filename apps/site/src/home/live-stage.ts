/** Runs the live part of the home page: the step on the left, the customer's phone and the server's calls next to it. */
import '@plural-otp/element';
import '@plural-otp/element/marks.js';
import type { PluralOtpElement, PluralOtpStateEvent } from '@plural-otp/element';
import { openBankPage } from './bank-page.ts';
import { drawCallLog } from './call-log.ts';
import { languages } from './languages.ts';
import { homeScenarios, type HomeScenario } from './scenarios.ts';
import { createShopInTab, type ShopInTab, type StartedClient } from './shop-in-tab.ts';
import { createStep } from './step-in-tab.ts';

const find = (name: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(`[data-stage="${name}"]`);
  if (element === null) throw new Error(`The page has no "${name}".`);
  return element;
};

const place = find('place');
const log = find('calls');
const phone = find('messages');
const fill = find('fill') as HTMLButtonElement;
const closed = find('tab-closed');
const bank = find('bank');
const verdict = find('verdict');
const languageChoice = find('language') as HTMLSelectElement;

const passTime = find('pass-time') as HTMLButtonElement;

const shopAddress = find('address').textContent;

let run = 0;
let shopOfClosedTab: ShopInTab | undefined;

/** Starts a scenario with a new shop. What an earlier one still does is shown nowhere. */
export async function playScenario(scenario: HomeScenario): Promise<void> {
  run += 1;
  const ownRun = run;
  const isCurrent = (): boolean => run === ownRun;
  for (const chip of document.querySelectorAll<HTMLElement>('[data-scenario]')) {
    chip.setAttribute('aria-pressed', String(chip.dataset['scenario'] === scenario.id));
  }
  find('instruction').textContent = scenario.instruction;
  find('observation').textContent = scenario.observation;
  closed.hidden = true;
  leaveBank();
  verdict.textContent = '';
  place.replaceChildren();

  const shop = createShopInTab({
    webhooks: scenario.closesTab !== true,
    onChange: () => isCurrent() && draw(shop, scenario),
  });
  draw(shop, scenario);
  const { client, orderId } = await shop.start(scenario.cardId);
  if (!isCurrent()) return;
  showStep(shop, scenario, client, orderId);
}

function showStep(shop: ShopInTab, scenario: HomeScenario, client: StartedClient, orderId: string): void {
  const step = createStep({
    shop,
    client,
    onBank: (url) => void visitBank(shop, scenario, url, orderId),
    onSend: (url) => {
      if (scenario.closesTab === true && url.endsWith('/submit')) closeTab(shop);
    },
  });
  step.lang = languageChoice.value;
  step.addEventListener('plural-otp-state', ({ detail }: PluralOtpStateEvent) => {
    fill.hidden = detail.status !== 'awaitingOtp' && bank.hidden;
  });
  place.replaceChildren(step);
}

function closeTab(shop: ShopInTab): void {
  // After the request has left, as when a customer closes a tab.
  queueMicrotask(() => {
    place.replaceChildren();
    place.hidden = true;
    fill.hidden = true;
    closed.hidden = false;
    shopOfClosedTab = shop;
    passTime.disabled = false;
    passTime.focus({ preventScroll: true });
  });
}

async function visitBank(shop: ShopInTab, scenario: HomeScenario, url: string, orderId: string): Promise<void> {
  place.hidden = true;
  bank.hidden = false;
  find('address').textContent = 'bank.example/challenge';
  await openBankPage({
    url,
    place: bank,
    navigate: (request) => shop.navigate(request),
    onReturn: () => void returnToShop(),
  });

  async function returnToShop(): Promise<void> {
    const resumed = await shop.resume(orderId);
    leaveBank();
    if (resumed !== undefined) showStep(shop, scenario, resumed.client, orderId);
  }
}

function leaveBank(): void {
  bank.hidden = true;
  bank.replaceChildren();
  place.hidden = false;
  find('address').textContent = shopAddress;
}

function draw(shop: ShopInTab, scenario: HomeScenario): void {
  drawCallLog(log, shop.calls(), shop.notes());
  verdict.textContent = shop
    .notes()
    .filter(({ kind }) => kind === 'verdict')
    .map(({ text }) => text.replace('verdict: ', ''))
    .join(', ');
  const arrived = shop.messages().filter((message) => message.arrived);
  phone.replaceChildren(
    ...arrived.toReversed().map(({ otp, text }) => {
      const bubble = document.createElement('li');
      const [before = '', after = ''] = text.split(otp);
      bubble.append(before, Object.assign(document.createElement('b'), { textContent: otp }), after);
      return bubble;
    }),
  );
  find('no-message').hidden = arrived.length > 0;
  const otp = scenario.wrongOtp ?? arrived.at(-1)?.otp;
  fill.disabled = otp === undefined;
  fill.textContent = scenario.wrongOtp === undefined ? 'Fill in the OTP' : `Fill in a wrong OTP, ${scenario.wrongOtp}`;
  fill.dataset['otp'] = otp ?? '';
}

// As autofill does: the value, and the event that tells of it.
fill.addEventListener('click', () => {
  const frame = bank.querySelector('iframe');
  const field = frame === null ? place.querySelector('input') : frame.contentDocument?.querySelector('input');
  if (!field) return;
  field.value = fill.dataset['otp'] ?? '';
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText' }));
  const step = place.querySelector<PluralOtpElement>('plural-otp');
  const button = frame === null ? step?.shadowRoot?.querySelector<HTMLElement>('[part~="submit"]') : field;
  button?.focus({ preventScroll: true });
});

passTime.addEventListener('click', () => {
  passTime.disabled = true;
  void shopOfClosedTab?.letTimePass(120);
});

languageChoice.addEventListener('change', () => void speak(languageChoice.value));

async function speak(code: string): Promise<void> {
  await languages.find((language) => language.code === code)?.load();
  for (const step of place.querySelectorAll('plural-otp')) step.lang = code;
}

for (const chip of document.querySelectorAll<HTMLElement>('[data-scenario]')) {
  const scenario = homeScenarios.find(({ id }) => id === chip.dataset['scenario']);
  if (scenario !== undefined) chip.addEventListener('click', () => void playScenario(scenario));
}
find('again').addEventListener('click', () => {
  const id = document.querySelector<HTMLElement>('[data-scenario][aria-pressed="true"]')?.dataset['scenario'];
  void playScenario(homeScenarios.find((scenario) => scenario.id === id) ?? homeScenarios[0]);
});
