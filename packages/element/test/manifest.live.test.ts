import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PluralOtpElement as PluralOtp } from '../src/class.ts';

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
const readJson = (path: string): unknown => JSON.parse(readFileSync(at(path), 'utf8'));
const readSources = (pattern: string): string =>
  globSync(pattern, { cwd: at('src') })
    .map((name) => readFileSync(at(`src/${name}`), 'utf8'))
    .join('\n');
const getNames = (rows: readonly Named[]): string[] => rows.map(({ name }) => name).sort();
const toUniqueNames = (names: Iterable<string>): string[] => [...new Set(names)].sort();
/** Returns the members of a union of literals, read from its source. */
const readUnion = (text: string, type: string): string[] => {
  const [, members = ''] = new RegExp(`type ${type} =([^;]+);`).exec(text) ?? [];
  return [...members.matchAll(/'([^']+)'/g)].map(([, member = '']) => member);
};

const manifest = readJson('dist/custom-elements.json') as { modules: { path: string; declarations: Declaration[] }[] };
const found = manifest.modules
  .flatMap(({ declarations }) => declarations)
  .find(({ tagName }) => tagName === 'plural-otp');
if (!found) throw new Error('The manifest describes no <plural-otp>.');
const element = found;

const built = (await import(at('dist/class.js').href)) as Record<string, unknown> & {
  PluralOtpElement: typeof PluralOtp;
};
const { PluralOtpElement } = built;

test('manifest: attributes are the observed ones, and the global ones that the element reads', () => {
  // The second spelling of an attribute is for frameworks, and not for people.
  const observed = PluralOtpElement.observedAttributes.filter(
    (name) => !['otplength', 'headinglevel', 'webotp', 'nonotes'].includes(name),
  );
  expect(getNames(element.attributes)).toEqual(expect.arrayContaining([...observed]));
  for (const name of getNames(element.attributes).filter((name) => !observed.includes(name))) {
    expect(['autofocus', 'lang']).toContain(name);
    expect(readSources('**/*.ts')).toMatch(new RegExp(`\\b(?:this|host)\\.${name}\\b`));
  }
});

test('manifest: properties and methods are all public ones, and no others', () => {
  const inherited = new Set<string>(['willUpdate', 'render', 'updated']);
  let prototype = Object.getPrototypeOf(PluralOtpElement.prototype) as object | null;
  for (; prototype; prototype = Object.getPrototypeOf(prototype) as object | null) {
    for (const name of Object.getOwnPropertyNames(prototype)) inherited.add(name);
  }
  // Names that begin with `_` are internal.
  const isPublic = (name: string): boolean => !name.startsWith('_');
  const properties = Object.keys(PluralOtpElement.properties).filter(isPublic);
  const methods = Object.getOwnPropertyNames(PluralOtpElement.prototype).filter(
    (name) => isPublic(name) && !inherited.has(name) && !properties.includes(name),
  );
  const members = (kind: string): string[] => getNames(element.members.filter((member) => member.kind === kind));
  expect(members('field')).toEqual(properties.sort());
  expect(members('method')).toEqual(methods.sort());
});

test('manifest: events are those that are typed for listeners', () => {
  const types = [...readSources('define.ts').matchAll(/'(plural-otp-\w+)': \w+Event;/g)].map(([, type]) => type ?? '');
  expect(types).toHaveLength(10);
  expect(getNames(element.events)).toEqual(types.sort());
});

test('manifest: slots and parts are those of the template', () => {
  const template = readSources('view/template.ts');
  const slots = [...template.matchAll(/<slot name="([\w-]+)"|\bslot\('([\w-]+)'[,)]/g)].map(([, a, b]) => a ?? b ?? '');
  expect(getNames(element.slots)).toEqual(toUniqueNames(slots));
  // A part is named by its action, its looks or its tone, in addition to the names that the template writes out.
  const actions = readUnion(readSources('view/view-model.ts'), 'Action');
  const tones = readUnion(readSources('../../flow/src/presentation/view-model.ts'), 'OutcomeTone');
  const written = [...template.matchAll(/part="([^"]+)"/g)].flatMap(([, names = '']) =>
    names
      .replaceAll(/\$\{[^}]*\}/g, '')
      .split(/\s+/)
      .filter(Boolean),
  );
  const parts = [...written, ...actions, 'busy', ...tones, 'large', 'primary'];
  expect(getNames(element.cssParts)).toEqual(toUniqueNames(parts));
});

test('manifest: custom properties are those of the styles, each with its default', () => {
  const styles = readSources('*.{styles.ts,css}');
  expect(getNames(element.cssProperties)).toEqual(toUniqueNames(styles.match(/--plural-otp-[a-z-]+/g) ?? []));
  // A default that follows from another property is written in its public name, or described in words.
  const own = element.cssProperties.filter((each) => each.default && !each.default.includes('var('));
  expect(own.length).toBeGreaterThan(15);
  for (const { name, default: value } of own) {
    expect(styles).toContain(`var(${name}, ${value === 'transparent' ? '0 0' : value})`);
  }
});

test('manifest: states are those of the flow', () => {
  expect(getNames(element.cssStates)).toEqual(
    readUnion(readSources('../../flow/src/flow-state.ts'), 'FlowStatus').sort(),
  );
});

test('manifest: every entry is described, and names published files only', () => {
  const rows = [element.attributes, element.members, element.events, element.slots, element.cssParts];
  for (const each of [...rows, element.cssProperties, element.cssStates].flat()) {
    expect(each.description, each.name).toBeTruthy();
  }
  expect(JSON.stringify(manifest)).not.toMatch(/src\/|[.]ts"|"#/);
});

test('editor data: VS Code and JetBrains know the tag, its attributes, events, parts and custom properties', () => {
  const { tags } = readJson('dist/vscode.html-custom-data.json') as {
    tags: (Named & { attributes: Named[] })[];
  };
  expect(getNames(tags)).toEqual(['plural-otp']);
  expect(getNames(tags[0]?.attributes ?? [])).toEqual(getNames(element.attributes));
  const css = readFileSync(at('dist/vscode.css-custom-data.json'), 'utf8');
  for (const { name } of element.cssParts) expect(css).toContain(`"::part(${name})"`);
  for (const { name } of element.cssProperties) expect(css).toContain(`"${name}"`);
  const { contributions } = readJson('dist/web-types.json') as {
    contributions: { html: { elements: (Named & { attributes: Named[]; events: Named[]; slots: Named[] })[] } };
  };
  const [described] = contributions.html.elements;
  expect(described?.name).toBe('plural-otp');
  for (const kind of ['attributes', 'events', 'slots'] as const) {
    expect(getNames(described?.[kind] ?? [])).toEqual(getNames(element[kind]));
  }
});
