/**
 * An escaping `html` template tag. Edge has one of its own; the sandbox shares no code with the client packages, so
 * that agreement between the two is evidence, and it has no dependencies.
 */

/** A string that is HTML already and is inserted without escaping. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Builds HTML; escapes every inserted value but instances of {@link Html}. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return new Html(parts.reduce((markup, part, i) => markup + toMarkup(values[i - 1] ?? '') + part));
}

// Named entities, because programs that read a return form know these names before any other.
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

/** Creates an HTML response that is never cached, with the given content security policy. */
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
