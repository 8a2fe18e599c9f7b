import { globSync, readFileSync } from 'node:fs';
import { LitElement } from 'lit';
import { expect, test } from 'vitest';

interface Named {
  name: string;
  description?: string;
}
interface Declaration {
  tagName?: string;
  attributes: Named[];
  members: (Named & { kind: string; parameters?: Named[] })[];
  events: Named[];
  slots: Named[];
  cssParts: Named[];
  cssProperties: (Named & { default?: string })[];
  cssStates: Named[];
}

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const json = (path: string): unknown => JSON.parse(readFileSync(at(path), 'utf8'));
const source = (pattern: string): string =>
  globSync(pattern, { cwd: at('src') })
    .map((name) => readFileSync(at(`src/${name}`), 'utf8'))
    .join('\n');
const named = (rows: readonly Named[]): string[] => rows.map(({ name }) => name).sort();
const unique = (names: Iterable<string>): string[] => [...new Set(names)].sort();
/** The members of a union of literals, as its file writes it. */
const union = (text: string, type: string): string[] => {
  const [, members = ''] = new RegExp(`type ${type} =([^;]+);`).exec(text) ?? [];
  return [...members.matchAll(/'([^']+)'/g)].map(([, member = '']) => member);
};

const manifest = json('dist/custom-elements.json') as { modules: { path: string; declarations: Declaration[] }[] };
const found = manifest.modules
  .flatMap(({ declarations }) => declarations)
  .find(({ tagName }) => tagName === 'plural-otp');
if (!found) throw new Error('The manifest describes no <plural-otp>.');
const element = found;

// What was built, as a module.
const built = (await import(at('dist/class.js').href)) as Record<string, unknown> & {
  PluralOtpElement: typeof LitElement;
};
const { PluralOtpElement } = built;

test('manifest: attributes are the observed ones, and global ones that the element reads', () => {
  const observed = PluralOtpElement.observedAttributes;
  expect(named(element.attributes)).toEqual(expect.arrayContaining([...observed]));
  for (const name of named(element.attributes).filter((name) => !observed.includes(name))) {
    expect(['autofocus', 'lang']).toContain(name);
    expect(source('**/*.ts')).toMatch(new RegExp(`\\b(?:this|host)\\.${name}\\b`));
  }
});

test('manifest: properties and methods are all that a page can reach, and no others', () => {
  const inherited = new Set<string>(Object.getOwnPropertyNames(LitElement.prototype));
  let above: object | null = Object.getPrototypeOf(LitElement.prototype) as object | null;
  for (; above; above = Object.getPrototypeOf(above) as object | null) {
    for (const name of Object.getOwnPropertyNames(above)) inherited.add(name);
  }
  // What begins with `_` is the element's own.
  const open = (name: string): boolean => !name.startsWith('_');
  const properties = [...PluralOtpElement.elementProperties.keys()].map(String).filter(open);
  const methods = Object.getOwnPropertyNames(PluralOtpElement.prototype).filter(
    (name) => open(name) && !inherited.has(name) && !properties.includes(name),
  );
  const members = (kind: string): string[] => named(element.members.filter((member) => member.kind === kind));
  expect(members('field')).toEqual(properties.sort());
  expect(members('method')).toEqual(methods.sort());
});

test('manifest: events are those of the exported event classes', () => {
  const classes = Object.entries(built).filter(([name]) => name.endsWith('Event'));
  const types = classes.map(([, Event]) => new (Event as new (detail: object) => CustomEvent)({}).type);
  expect(named(element.events)).toEqual(types.sort());
});

test('manifest: slots and parts are those of the template', () => {
  const template = source('view/template.ts');
  const slots = [...template.matchAll(/<slot name="([\w-]+)"|\bslot\('([\w-]+)'\)/g)].map(([, a, b]) => a ?? b ?? '');
  expect(named(element.slots)).toEqual(unique(slots));
  // What a part is called by what it does, how it looks, or how it went, and the words that stand there.
  const screen = source('view/view-model.ts');
  const tones = union(screen.replace("tone: 'field' |", 'type Tone ='), 'Tone');
  const written = [...template.matchAll(/part="([^"]+)"/g)].flatMap(([, names = '']) =>
    names
      .replaceAll(/\$\{[^}]*\}/g, '')
      .split(/\s+/)
      .filter(Boolean),
  );
  const parts = [...written, ...union(screen, 'Action'), ...tones, 'large', 'primary'];
  expect(named(element.cssParts)).toEqual(unique(parts));
});

test('manifest: custom properties are those of the styles, each with what it falls back to', () => {
  const styles = source('*.{styles.ts,css}');
  expect(named(element.cssProperties)).toEqual(unique(styles.match(/--plural-otp-[a-z-]+/g) ?? []));
  for (const each of element.cssProperties) expect(styles).toContain(`var(${each.name}, ${each.default})`);
});

test('manifest: states are those of the flow', () => {
  expect(named(element.cssStates)).toEqual(union(source('../../flow/src/flow-state.ts'), 'FlowStatus').sort());
});

test('manifest: everything in it is described, and names published files alone', () => {
  const rows = [element.attributes, element.members, element.events, element.slots, element.cssParts];
  for (const each of [...rows, element.cssProperties, element.cssStates].flat()) {
    expect(each.description, each.name).toBeTruthy();
  }
  expect(JSON.stringify(manifest)).not.toMatch(/src\/|[.]ts"|"#/);
});

test('editor data: VS Code and JetBrains know the tag, its attributes, events, parts and custom properties', () => {
  const { tags } = json('dist/vscode.html-custom-data.json') as {
    tags: (Named & { attributes: Named[] })[];
  };
  expect(named(tags)).toEqual(['plural-otp']);
  expect(named(tags[0]?.attributes ?? [])).toEqual(named(element.attributes));
  const css = readFileSync(at('dist/vscode.css-custom-data.json'), 'utf8');
  for (const { name } of element.cssParts) expect(css).toContain(`"::part(${name})"`);
  for (const { name } of element.cssProperties) expect(css).toContain(`"${name}"`);
  const { contributions } = json('dist/web-types.json') as {
    contributions: { html: { elements: (Named & { attributes: Named[]; events: Named[]; slots: Named[] })[] } };
  };
  const [described] = contributions.html.elements;
  expect(described?.name).toBe('plural-otp');
  for (const kind of ['attributes', 'events', 'slots'] as const) {
    expect(named(described?.[kind] ?? [])).toEqual(named(element[kind]));
  }
});
