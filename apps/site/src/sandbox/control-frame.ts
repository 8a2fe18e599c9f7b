/**
 * The sandbox's own page in a frame. The frame loads a file of the site, so that it has an address with a query, as the
 * page expects; what it shows and every request it makes come from the sandbox in this tab, by function calls.
 */

/** Options of {@link showControlPage}. */
export interface ControlFrameOptions {
  readonly frame: HTMLIFrameElement;
  /** Address of the file of the site that the frame loads. */
  readonly viewUrl: string;
  /** Origin of the sandbox. */
  readonly origin: string;
  /** Sends a request to the sandbox. */
  readonly send: (request: Request) => Promise<Response>;
  /** Called with the URL of a bank's page that the visitor chose. */
  readonly onBank: (url: string) => void;
}

const controlPath = '/sandbox/';

/** Shows the page, and each other view of it that the visitor opens. */
export function showControlPage({ frame, viewUrl, origin, send, onBank }: ControlFrameOptions): void {
  frame.addEventListener('load', () => {
    const { contentWindow: view, contentDocument: page } = frame;
    if (view !== null && page !== null) void open(view, page);
  });
  frame.src = viewUrl;

  async function open(view: Window, page: Document): Promise<void> {
    const pageUrl = `${origin}${controlPath}${view.location.search}`;
    const left = new AbortController();
    view.addEventListener('pagehide', () => left.abort());
    const request = async (input: string, init: RequestInit = {}): Promise<Response> => {
      const url = new URL(input, pageUrl);
      const response = await send(new Request(url, { ...init, signal: left.signal }));
      const location = response.status === 303 ? response.headers.get('location') : null;
      // A browser follows what answers a form.
      return location === null ? response : request(new URL(location, url).href);
    };
    Object.assign(view, { fetch: request });
    page.addEventListener('click', (event) => {
      const link = (event.target as Element).closest('a');
      const href = link?.getAttribute('href') ?? '#';
      // The frame opens a fragment by itself: it is on the same page.
      if (href.startsWith('#')) return;
      event.preventDefault();
      const url = new URL(href, pageUrl);
      if (url.pathname === controlPath) view.location.assign(`${viewUrl}${url.search}`);
      else onBank(url.href);
    });
    const response = await request(pageUrl);
    replaceContent(page, await response.text());
  }
}

/** Replaces what a document shows, and runs the scripts. `document.write` would also change its address. */
function replaceContent(page: Document, html: string): void {
  const { documentElement } = new DOMParser().parseFromString(html, 'text/html');
  page.documentElement.replaceWith(documentElement);
  for (const inert of page.querySelectorAll('script')) {
    const script = page.createElement('script');
    script.textContent = inert.textContent;
    inert.replaceWith(script);
  }
}
