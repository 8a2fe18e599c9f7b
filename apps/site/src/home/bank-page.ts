/**
 * The bank's page in a frame: its HTML as the sandbox sends it, without scripts. Its forms are submitted by function
 * calls, and the way back to the shop ends the visit.
 */

/** Options of {@link openBankPage}. */
export interface BankPageOptions {
  readonly url: string;
  /** Element whose content the frame replaces. */
  readonly place: HTMLElement;
  /** Sends a navigation: to the bank, or to the shop. */
  readonly navigate: (request: Request) => Promise<Response>;
  /** Called once the customer was sent back to the shop. */
  readonly onReturn: () => void;
}

/** Loads the page and lets the customer use it. */
export async function openBankPage({ url, place, navigate, onReturn }: BankPageOptions): Promise<void> {
  const frame = document.createElement('iframe');
  frame.title = 'The bank’s page';
  // No scripts: its forms are submitted by the page around it.
  frame.setAttribute('sandbox', 'allow-same-origin allow-forms');
  place.replaceChildren(frame);
  const show = async (request: Request): Promise<void> => {
    const response = await navigate(request);
    // The handler answers the signed return with a redirect to a page of the shop.
    if (response.status === 303 || response.status === 302) {
      onReturn();
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    // A browser with scripts submits this form by itself.
    const wayBack = page.querySelector<HTMLFormElement>('form#return');
    if (wayBack !== null) {
      await show(toRequest(wayBack, null, url));
      return;
    }
    for (const script of page.querySelectorAll('script')) script.remove();
    // A frame without scripts may not focus a field by itself.
    for (const field of page.querySelectorAll('[autofocus]')) field.toggleAttribute('autofocus', false);
    frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
  };

  frame.addEventListener('load', () => {
    const page = frame.contentDocument;
    if (page === null) return;
    page.querySelector<HTMLElement>('input:not([type="hidden"])')?.focus({ preventScroll: true });
    page.addEventListener('submit', (event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      void show(toRequest(form, event.submitter, url));
    });
  });
  await show(new Request(url));
}

function toRequest(form: HTMLFormElement, submitter: HTMLElement | null, pageUrl: string): Request {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === 'string') fields.append(name, value);
  const url = new URL(form.getAttribute('action') ?? pageUrl, pageUrl);
  if (form.method === 'get') return new Request(`${url.origin}${url.pathname}?${fields}`);
  return new Request(url, { method: 'POST', body: fields });
}
