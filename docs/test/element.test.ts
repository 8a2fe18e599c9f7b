import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from './support/examples.ts';

interface Described {
  name: string;
  description?: string;
  default?: string;
  type?: { text: string };
}
interface Member extends Described {
  kind: 'field' | 'method';
  attribute?: string;
  parameters?: (Described & { optional?: boolean })[];
}
interface Declaration extends Described {
  description: string;
  tagName: string;
  attributes: (Described & { fieldName?: string })[];
  members: Member[];
  events: (Described & { type: { text: string } })[];
  slots: Described[];
  cssParts: Described[];
  cssProperties: Described[];
  cssStates: Described[];
}

const dist = join(root, 'packages/element/dist');
const { modules } = JSON.parse(readFileSync(join(dist, 'custom-elements.json'), 'utf8')) as {
  modules: { declarations: Declaration[] }[];
};
const element = modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName === 'plural-otp');
if (!element) throw new Error('The manifest does not describe <plural-otp>.');

const code = (text?: string): string => (text === undefined ? '' : `\`${text.replaceAll('|', String.raw`\|`)}\``);
const row = (...cells: (string | undefined)[]): string =>
  `| ${cells.map((cell = '') => cell.replaceAll('\n', ' ')).join(' | ')} |`;
const table = (heads: string[], rows: string[]): string =>
  [row(...heads), row(...heads.map(() => '---')), ...rows].join('\n');

/** Reads the members of an event's `detail` from the published types. */
function detailsOf(types: readonly string[]): Map<string, string> {
  const file = join(dist, 'events.d.ts');
  const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const details = new Map<string, string>();
  ts.forEachChild(program.getSourceFile(file)!, (node) => {
    if (!ts.isTypeAliasDeclaration(node) || !types.includes(node.name.text)) return;
    const [detail] = checker.getTypeArguments(checker.getTypeAtLocation(node) as ts.TypeReference);
    const members = detail?.getProperties().map(({ name, valueDeclaration }) => {
      const type = (valueDeclaration as ts.PropertySignature).type?.getText();
      return code(`${name}: ${type}`);
    });
    details.set(node.name.text, members?.sort().join(', ') ?? '');
  });
  return details;
}

test('docs/element.md is generated from the class head of <plural-otp> (vitest -u regenerates it)', async () => {
  const { attributes, members, events } = element;
  const fields = members.filter(({ kind }) => kind === 'field');
  const details = detailsOf(events.map(({ type }) => type.text));
  // One line of the class head that describes several events stays one row.
  const list = (rows: Described[]): string[] =>
    [...Map.groupBy(rows, ({ description }) => description)].map(([description, alike]) =>
      row(alike.map(({ name }) => code(name)).join(', '), description),
    );
  const page = `# \`<plural-otp>\`

${element.description.replaceAll(/([^\n])\n(?!\n)/g, '$1 ')}

Usage with plain HTML, React, Vue, Svelte and Angular: [README](../packages/element/README.md).

## Attributes

${table(
  ['attribute', 'type', 'default', 'description'],
  attributes.map((each) =>
    row(code(each.name), code(each.type?.text), code(each.default?.replaceAll("'", '')), each.description),
  ),
)}

## Properties

${table(
  ['property', 'type', 'attribute', 'description'],
  fields.map((each) => row(code(each.name), code(each.type?.text), code(each.attribute), each.description)),
)}

## Methods

${table(
  ['method', 'description'],
  members
    .filter(({ kind }) => kind === 'method')
    .map(({ name, parameters = [], description }) => {
      const given = parameters.map((each) => `${each.name}${each.optional ? '?' : ''}: ${each.type?.text}`).join(', ');
      return row(code(`${name}(${given})`), description);
    }),
)}

## Events

All events bubble and cross shadow roots. No \`detail\` contains a code, a card or a token.

${table(
  ['event', 'description', '`detail`'],
  events.map(({ name, description, type }) => row(code(name), description, details.get(type.text))),
)}

## Slots

${table(['slot', 'description'], list(element.slots))}

## Parts

${table(['`::part(…)`', 'description'], list(element.cssParts))}

## Custom properties

${table(
  ['property', 'default', 'description'],
  element.cssProperties.map((each) => row(code(each.name), code(each.default), each.description)),
)}

## States

${table(['`:state(…)`', 'description'], list(element.cssStates))}

## Editors

JetBrains editors find \`web-types.json\` automatically. For VS Code, add to \`.vscode/settings.json\`:

\`\`\`json
{
  "html.customData": ["./node_modules/@plural-otp/element/dist/vscode.html-custom-data.json"],
  "css.customData": ["./node_modules/@plural-otp/element/dist/vscode.css-custom-data.json"]
}
\`\`\`

The manifest is \`@plural-otp/element/custom-elements.json\`.
`;
  for (const { type } of events) expect(details.get(type.text), type.text).toContain('reference');
  await expect(page).toMatchFileSnapshot(join(root, 'docs/element.md'));
});
