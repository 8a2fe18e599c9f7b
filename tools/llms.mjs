/**
 * Writes `llms.txt` of a package: what a program that writes code needs to know of it, from its own manifest, types,
 * error codes, custom-elements manifest and test cards.
 *
 * `node llms.mjs`, in the package's folder, after the build.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const read = (path) => readFileSync(path, 'utf8');
const readJson = (path) => JSON.parse(read(path));
const inLine = (text = '') => text.replaceAll(/\s+/g, ' ').trim();
const list = (rows) => rows.map((row) => `- ${row}`).join('\n');

/** Describes each entry by the comment at the head of its types. */
function describeEntries({ name, exports }) {
  return Object.entries(exports ?? {}).flatMap(([entry, target]) => {
    const types = target.types;
    if (types === undefined || types.includes('*') || !existsSync(types)) return [];
    const [, head = ''] = /^\s*\/\*\*([\s\S]*?)\*\//.exec(read(types)) ?? [];
    const [sentence = ''] = inLine(head.replaceAll(/^\s*\*/gm, '')).split(' @');
    return [`\`${join(name, entry)}\`${sentence === '' ? '' : `: ${sentence}`} Types: \`${types.replace('./', '')}\`.`];
  });
}

/** Error codes of the server half: in `core`, which throws them, and in `edge`, which passes them on. */
function describeErrors() {
  const { codes } = readJson(join(root, 'packages/core/src/errors/error-codes.json'));
  return Object.entries(codes).map(
    ([code, { when, outcome, remedy }]) => `\`${code}\` (outcome: ${outcome}): ${when}. ${remedy}`,
  );
}

/** The interface of the element, from its manifest. */
function describeElement() {
  const { modules } = readJson('dist/custom-elements.json');
  const element = modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName === 'plural-otp');
  const rows = (members = []) => members.map(({ name, description }) => `\`${name}\`: ${inLine(description)}`);
  const methods = element.members.filter(({ kind, privacy }) => kind === 'method' && privacy !== 'private');
  return [
    ['Attributes', rows(element.attributes)],
    ['Methods', rows(methods)],
    ['Events', rows(element.events)],
    ['Slots', rows(element.slots)],
    ['CSS parts', rows(element.cssParts)],
    ['CSS custom properties', rows(element.cssProperties)],
  ];
}

/** Recipes of the repository, by platform. */
function describeRecipes() {
  const rows = read(join(root, 'docs/recipes.md')).matchAll(/^\| \[([^\]]+)\]\(#[^)]*\) \| \[`([^`]+)\/`\]/gm);
  return [...rows].map(([, platform, folder]) => `${platform}: \`docs/recipes/${folder}\` of the repository`);
}

/** Test cards of the sandbox. */
async function describeCards() {
  const { scenarios, rightOtp } = await import(`file://${process.cwd()}/dist/index.js`);
  return [
    `The right OTP is \`${rightOtp}\`; any other is wrong.`,
    ...scenarios.map(({ number, title, description }) => `\`${number}\` ${title}: ${description}`),
  ];
}

const manifest = readJson('package.json');
const sectionsByPackage = {
  '@plural-otp/core': () => [['Error codes', describeErrors()]],
  '@plural-otp/edge': () => [
    ['Whole shops', describeRecipes()],
    ['Error codes', describeErrors()],
  ],
  '@plural-otp/element': describeElement,
  '@plural-otp/sandbox': async () => [['Test cards', await describeCards()]],
};
const sections = [['Entries', describeEntries(manifest)], ...((await sectionsByPackage[manifest.name]?.()) ?? [])];
const text = [
  `# ${manifest.name} ${manifest.version}`,
  `> ${manifest.description}`,
  'Usage with examples that tests run: README.md of this package. Every rule below is generated from its source.',
  ...sections.filter(([, rows]) => rows.length > 0).map(([title, rows]) => `## ${title}\n\n${list(rows)}`),
].join('\n\n');
writeFileSync('llms.txt', `${text}\n`);
