/**
 * A customer with up to three tabs. Sees only what a page offers, types right or wrong or nothing, presses twice,
 * reloads, leaves for the bank's page, comes back or does not, and begins again.
 */
import type { Sandbox } from '@plural-otp/sandbox';
import type { UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import { type BrowserNetwork, createShopRequest } from '../network/browser-network.ts';
import { shortId } from '../report/trace.ts';
import { BankPage, type ReturnForm } from './bank-page.ts';
import { FormTab } from './form-tab.ts';
import { ScriptTab } from './script-tab.ts';
import type { Basket, OpenedPayment, ShopServer } from './shop-server.ts';
import type { Tab } from './tab.ts';

const maxTabs = 3;

/** Parts of the walk that a customer meets. */
export interface Surroundings {
  readonly context: WalkContext;
  readonly sandbox: Sandbox;
  readonly network: BrowserNetwork;
  readonly server: ShopServer;
  readonly upstream: UpstreamCheck;
}

/** One customer with one basket. */
export class Customer {
  readonly name: string;
  readonly basket: Basket;
  /** Returns from the bank's page so far, which somebody may send again. */
  readonly returns: ReturnForm[] = [];
  readonly #around: Surroundings;
  readonly #clumsiness: number;
  #tabs: Tab[] = [];
  #bank: BankPage | undefined;
  #references = 1;

  constructor(around: Surroundings, name: string, basket: Basket) {
    this.#around = around;
    this.name = name;
    this.basket = basket;
    this.#clumsiness = around.context.random.pick([1, 3, 30]);
  }

  /** Does one thing, of those that are possible now. */
  act(): void {
    const { random } = this.#around.context;
    const tab = this.#tabs.length > 0 ? random.pick(this.#tabs) : undefined;
    if (!tab) return random.chance(0.05) ? this.#payAgain(2) : this.#pay(random.chance(0.1) ? 2 : 1);
    const possible: (readonly [number, () => void])[] = [
      [25, () => this.#use(tab)],
      [2, () => this.#close(tab)],
      [2, () => this.#reload(tab)],
      [1, () => this.#pay(1)],
      [tab.isOver ? 10 : 1, () => this.#payAgain(1)],
      [1, () => this.#payAgain(2)],
      [this.#bank ? 15 : 0, () => void this.#visitBank()],
      [!this.#bank && tab.bankUrl !== undefined ? 15 : 0, () => this.#goToBank(tab.bankUrl)],
      [this.#tabs.length < maxTabs ? 2 : 0, () => this.#openAnother()],
    ];
    random.weighted(possible)();
  }

  /** Closes everything. */
  leave(): void {
    for (const tab of this.#tabs) tab.close();
    this.#tabs = [];
    this.#bank = undefined;
  }

  /** Sends a return from the bank's page to the shop. */
  async comeBack({ method, action, fields }: ReturnForm): Promise<void> {
    const { context, network } = this.#around;
    const query = new URLSearchParams(fields).toString();
    const { pathname } = new URL(action);
    const request =
      method === 'GET'
        ? new Request(`${action}?${query}`)
        : createShopRequest(pathname, 'application/x-www-form-urlencoded', query, 'null');
    try {
      const response = await network.send(request, undefined, false);
      context.trace.add('C', this.name, `return ${response.status} ${response.headers.get('location') ?? ''}`);
    } catch {
      context.trace.add('C', this.name, 'return lost');
    }
  }

  #note(event: string): void {
    this.#around.context.trace.add('C', this.name, event);
  }

  /** Presses pay, once or twice at the same time. */
  #pay(times: number, evenIfUndecided = false): void {
    for (let press = 0; press < times; press += 1) {
      const reference = `${this.name}-${this.#references}`;
      void this.#show(this.#around.server.start(this.name, this.basket, reference, evenIfUndecided));
    }
  }

  /** Begins again with another reference, or with two at the same time. */
  #payAgain(times: number): void {
    const { random } = this.#around.context;
    for (let start = 0; start < times; start += 1) {
      this.#references += 1;
      this.#pay(1, random.chance(0.2));
    }
  }

  #openAnother(): void {
    void this.#show(this.#around.server.resume(this.name, this.basket));
  }

  #reload(tab: Tab): void {
    this.#close(tab);
    this.#openAnother();
  }

  #close(tab: Tab): void {
    this.#note(`closes a tab in ${tab.status}`);
    tab.close();
    this.#tabs = this.#tabs.filter((other) => other !== tab);
  }

  #use(tab: Tab): void {
    const actions = tab.offers();
    if (actions.length === 0) return this.#close(tab);
    const action = this.#around.context.random.weighted(actions);
    this.#note(`${action} for ${shortId(tab.paymentId)} in ${tab.status}`);
    tab.act(action);
  }

  async #show(opening: Promise<OpenedPayment | undefined>): Promise<void> {
    const { context, network, upstream } = this.#around;
    const opened = await opening;
    if (!opened || context.isHealed) return;
    const { started, isolate } = opened;
    const tab = context.random.chance(0.25)
      ? new FormTab(context, network, upstream, isolate, started, this.#clumsiness)
      : new ScriptTab(context, network, upstream, started, this.#clumsiness);
    this.#tabs.push(tab);
    for (const surplus of this.#tabs.splice(0, this.#tabs.length - maxTabs)) surplus.close();
  }

  #goToBank(url: string | undefined): void {
    if (url === undefined) return;
    this.#note("opens the bank's page");
    this.#bank = new BankPage(this.#around.sandbox, url);
    void this.#end(this.#bank.open());
  }

  async #visitBank(): Promise<void> {
    const { random } = this.#around.context;
    const action = random.weighted([
      [5, 'right'],
      [2, 'wrong'],
      [1, 'resend'],
      [1, 'cancel'],
      [1, 'leave'],
    ] as const);
    this.#note(`${action} on the bank's page`);
    const bank = this.#bank;
    if (action === 'leave') this.#bank = undefined;
    else if (bank) await this.#end(bank.act(action));
  }

  /** Returns to the shop when the bank's page says so. */
  async #end(visiting: Promise<ReturnForm | undefined>): Promise<void> {
    const form = await visiting;
    if (!form) return;
    this.#bank = undefined;
    this.returns.push(form);
    if (!this.#around.context.fault('returnLost')) await this.comeBack(form);
  }
}
