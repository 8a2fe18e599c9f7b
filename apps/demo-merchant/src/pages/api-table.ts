/** The element's API, from the manifest that comes with the package. */

import { type Html, html } from '../html.ts';

/** Members of a kind, such as attributes. */
export interface ApiTable {
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly type: string; readonly description: string }[];
}

interface Entry {
  readonly name: string;
  readonly description?: string;
  readonly default?: string;
  readonly type?: { readonly text: string };
  readonly kind?: string;
}
type Declaration = Readonly<Record<string, unknown>> & { readonly tagName?: string };

const kinds = [
  ['attributes', 'Attributes'],
  ['events', 'Events'],
  ['methods', 'Methods'],
  ['slots', 'Slots'],
  ['cssParts', 'Parts'],
  ['cssProperties', 'Custom properties'],
  ['cssStates', 'States'],
] as const;

/** Reads the tables from a custom elements manifest. */
export function toApiTables(manifest: unknown): readonly ApiTable[] {
  const { modules = [] } = manifest as { modules?: readonly { readonly declarations?: readonly Declaration[] }[] };
  const declaration = modules.flatMap(({ declarations = [] }) => declarations).find(({ tagName }) => tagName);
  if (declaration === undefined) return [];
  const members = (declaration['members'] ?? []) as readonly Entry[];
  const methods = members.filter(({ kind }) => kind === 'method');
  return kinds.map(([key, title]) => ({
    title,
    rows: (key === 'methods' ? methods : ((declaration[key] ?? []) as readonly Entry[])).map((entry) => ({
      name: key === 'methods' ? `${entry.name}()` : entry.name,
      type: (entry.default ?? entry.type?.text ?? '').replaceAll("'", ''),
      description: entry.description ?? '',
    })),
  }));
}

/** Renders the tables, each under its own heading that opens it. */
export function apiTables(tables: readonly ApiTable[]): Html {
  if (tables.length === 0)
    return html`<p class="fine">The full build writes the reference: <code>npm run build</code>.</p>`;
  return html`${tables.map(
    ({ title, rows }, index) =>
      html`<details class="api" ${index === 0 && html`open`}>
        <summary>${title} <span class="count">${rows.length}</span></summary>
        <dl>
          ${rows.map(
            ({ name, type, description }) =>
              html`<div>
                <dt><code>${name}</code> ${type !== '' && html`<span class="api-type">${type}</span>`}</dt>
                <dd>${description}</dd>
              </div>`,
          )}
        </dl>
      </details>`,
  )}`;
}
