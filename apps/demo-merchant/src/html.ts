/** Markup that may go into a page as it is. */
export interface Html {
  readonly markup: string;
}

/** What a template may hold: text is escaped, markup and lists of markup are not, and nothing is written for the rest. */
export type HtmlValue = Html | string | number | readonly Html[] | false | null | undefined;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** A tagged template for HTML in which every text is escaped; attribute values must stand in double quotes. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: String.raw({ raw: literals }, ...values.map(toMarkup)) };
}

/** Data for a page's own script, as a block that no parser takes for markup or runs. */
export function dataBlock(id: string, data: unknown): Html {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return { markup: `<script type="application/json" id="${escapeHtml(id)}">${json}</script>` };
}

/** Markup that another part of the shop vouches for, exactly as it is. */
export function rawHtml(markup: string): Html {
  return { markup };
}

function toMarkup(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
  return escapeHtml(String(value));
}
