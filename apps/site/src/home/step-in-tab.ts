/** The step of a payment whose shop runs in the same tab. */
import { fetchTransport } from '@plural-otp/flow';
import type { ShopInTab, StartedClient } from './shop-in-tab.ts';

/** Options of {@link createStep}. */
export interface StepOptions {
  readonly shop: ShopInTab;
  readonly client: StartedClient;
  /** Called when the customer chooses the bank's page. */
  readonly onBank: (challengeUrl: string) => void;
  /** Called with the URL of each request, once it was sent. */
  readonly onSend?: (url: string) => void;
}

/** Creates the step, connected to the shop's handler by function calls. */
export function createStep({ shop, client, onBank, onSend }: StepOptions): HTMLElementTagNameMap['plural-otp'] {
  const step = document.createElement('plural-otp');
  step.transport = fetchTransport({
    endpoint: shop.endpoint,
    session: client.session,
    fetch: (input, init) => {
      const { url } = new Request(input);
      const response = shop.fetchFromPage(url, init);
      onSend?.(url);
      return response;
    },
  });
  step.view = client.view;
  step.otpLength = 6;
  step.headingLevel = 3;
  step.addEventListener('plural-otp-redirect', (event) => {
    event.preventDefault();
    step.redirect({ navigate: false });
    onBank(event.detail.challengeUrl);
  });
  return step;
}
