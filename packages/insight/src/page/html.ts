/** Markup as a string, in which every value is escaped unless it is markup itself. */

/** A piece of markup. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Markup | string | number | boolean | undefined | readonly Value[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: Value): string {
  if (typeof value === 'boolean' || value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** Templates without their indentation, which is for those who read the source. */
const collapsed = new WeakMap<TemplateStringsArray, readonly string[]>();

function collapse(parts: TemplateStringsArray): readonly string[] {
  let found = collapsed.get(parts);
  if (!found) collapsed.set(parts, (found = parts.map((part) => part.replaceAll(/\s+/g, ' '))));
  return found;
}

/** Builds markup; every value in it is escaped. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(
    collapse(parts)
      .map((part, index) => part + render(values[index]))
      .join(''),
  );
