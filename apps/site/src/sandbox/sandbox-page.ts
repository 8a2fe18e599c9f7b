/** Runs the sandbox page: a shop that pays on one side, and the sandbox's own page on the other. */
import '@plural-otp/element';
import '@plural-otp/element/marks.js';
import { openBankPage } from '../home/bank-page.ts';
import { createShopInTab, type StartedClient } from '../home/shop-in-tab.ts';
import { createStep } from '../home/step-in-tab.ts';
import { showControlPage } from './control-frame.ts';

const find = (name: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(`[data-sandbox="${name}"]`);
  if (element === null) throw new Error(`The page has no "${name}".`);
  return element;
};

const form = find('pay');
const card = find('card') as HTMLSelectElement;
const place = find('place');
const bank = find('bank');
const verdict = find('verdict');
const control = find('control') as HTMLIFrameElement;

/** Orders by the URL of their bank's page. */
const orderIds = new Map<string, string>();
let run = 0;

const shop = createShopInTab({
  onChange: () => {
    verdict.textContent = shop
      .notes()
      .filter(({ kind }) => kind === 'verdict')
      .map(({ text }) => text.replace('verdict: ', ''))
      .join('; ');
  },
});

showControlPage({
  frame: control,
  viewUrl: control.dataset['view'] ?? '',
  origin: shop.bankOrigin,
  send: (request) => shop.navigate(request),
  onBank: (url) => void visitBank(url),
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void pay(card.value);
});
document.documentElement.dataset['live'] = 'true';

/** Starts a payment. The step of an earlier one leaves; the sandbox still has its order. */
async function pay(cardId: string): Promise<void> {
  const ownRun = leave();
  const { client, orderId, challengeUrl } = await shop.start(cardId);
  if (challengeUrl !== undefined) orderIds.set(challengeUrl, orderId);
  if (run === ownRun) showStep(client);
}

/** Empties the shop's place for what comes next, and returns its number. */
function leave(): number {
  place.replaceChildren();
  bank.replaceChildren();
  run += 1;
  return run;
}

function showStep(client: StartedClient): void {
  place.replaceChildren(createStep({ shop, client, onBank: (url) => void visitBank(url) }));
}

async function visitBank(url: string): Promise<void> {
  const ownRun = leave();
  await openBankPage({
    url,
    place: bank,
    navigate: (request) => shop.navigate(request),
    onReturn: () => void returnToShop(),
  });

  async function returnToShop(): Promise<void> {
    const resumed = await shop.resume(orderIds.get(url) ?? '');
    if (run !== ownRun) return;
    leave();
    if (resumed !== undefined) showStep(resumed.client);
  }
}
