/** Text that is already HTML. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Builds HTML; every inserted string is escaped, unless it is `Html` itself. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return new Html(parts.reduce((text, part, i) => text + toMarkup(values[i - 1] ?? '') + part));
}

// The names every reader of HTML knows, for whoever reads a return form by program.
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toMarkup(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map((item) => item.markup).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

export function htmlResponse(page: Html, policy: string, status = 200, referrer = 'no-referrer'): Response {
  return new Response(page.markup, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': referrer,
      'x-content-type-options': 'nosniff',
      'content-security-policy': policy,
    },
  });
}
