/**
 * An escaping HTML template tag for the pages of the shop. Not `html` of `@plural-otp/edge`, which is internal to its
 * page; an example should use public entry points only.
 */

/** Markup that needs no escaping. */
export interface Html {
  readonly markup: string;
}

/** Value in a template: text is escaped, markup and lists of markup are inserted unchanged, the rest is omitted. */
export type HtmlValue = Html | string | number | readonly Html[] | false | null | undefined;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** Tagged template for HTML that escapes every string; attribute values must be in double quotes. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: String.raw({ raw: literals }, ...values.map(toMarkup)) };
}

/** Returns data for a page's script as a `<script type="application/json">` block that cannot be closed from within. */
export function dataBlock(id: string, data: unknown): Html {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return { markup: `<script type="application/json" id="${escapeHtml(id)}">${json}</script>` };
}

/** Marks a string as markup that needs no escaping; the caller is responsible for its safety. */
export function rawHtml(markup: string): Html {
  return { markup };
}

function toMarkup(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
  return escapeHtml(String(value));
}
