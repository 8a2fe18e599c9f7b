/**
 * Makes `dist/templates.json` from the lines of docs/recipes.md: what a reader types into an empty folder is what
 * `npm create plural-otp` writes. A line that this file does not know ends the build.
 */
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { catalog } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'));
const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8');

/** Folders of the packages that a shop installs from this repository. */
const own = {
  '@plural-otp/core': 'packages/core',
  '@plural-otp/edge': 'packages/edge',
  '@plural-otp/element': 'packages/element',
  '@plural-otp/flow': 'packages/flow',
  '@plural-otp/sandbox': 'apps/sandbox',
  '@plural-otp/doctor': 'packages/doctor',
};

/** Versions that the lines of the recipes were followed with. Nothing here imports them, so the catalog has them not. */
const followedWith = { next: '16.4.6', wrangler: '4.164.0' };

/** Returns the range of a package: compatible with what the tests of this repository ran. */
function rangeOf(name) {
  const folder = own[name];
  const version = folder
    ? JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version
    : (catalog[name] ?? followedWith[name]);
  if (version === undefined) throw new Error(`The catalog of pnpm-workspace.yaml has no version of ${name}`);
  return `^${version}`;
}
const rangesOf = (names) => Object.fromEntries(names.map((name) => [name, rangeOf(name)]));

const sources = {};

/** Lists the files of a path of the repository, as paths in the shop. */
function filesAt(path) {
  if (statSync(join(root, path)).isFile()) return [[basename(path), path]];
  const names = globSync('**/*', { cwd: join(root, path) }).map((name) => name.replaceAll('\\', '/'));
  return names
    .filter(
      (name) => statSync(join(root, path, name)).isFile() && !/node_modules|__pycache__|\.sqlite|README\.md/.test(name),
    )
    .sort()
    .map((name) => [posix.join(basename(path), name), posix.join(path, name)]);
}

/** What each kind of line does to a template. The first that matches is taken. */
const rules = [
  [/^(?:npm init --yes|npm pkg set type=module|bun init --yes --minimal|deno install)$/, () => undefined],
  [
    /^(?:npm install|bun add) --(?:save-)?dev (.*)$/,
    (made, names) => void made.devDependencies.push(...names.split(' ')),
  ],
  [/^(?:npm install|bun add) ([^-].*)$/, (made, names) => void made.dependencies.push(...names.split(' '))],
  [
    /^cp -r "\$KIT"\/docs\/(\w+)\/(?:\{([^}]*)\}|(\S+)) \.$/,
    (made, area, many, one) => {
      for (const name of (many ?? one).split(',')) {
        for (const [target, source] of filesAt(`docs/${area}/${name}`)) made.files[target] = source;
      }
    },
  ],
  [
    /^cp "\$KIT"\/(docs\/recipes\/sandbox\.env) (\S+)$/,
    (made, source, target) => {
      made.files[target] = source;
      made.settingsFile = target;
    },
  ],
  [
    /^mv (\S+) (\S+)$/,
    (made, from, to) => {
      const moved = to === '.' ? basename(from) : to;
      const paths = Object.keys(made.files).filter((path) => path === from || path.startsWith(`${from}/`));
      if (paths.length === 0) throw new Error(`mv ${from}: no such file`);
      for (const path of paths) {
        made.files[moved + path.slice(from.length)] = made.files[path];
        delete made.files[path];
      }
    },
  ],
  [/^((?:node|bun|deno run|npx (?:wrangler|next)) .*)$/, (made, command) => void made.setup.push(command)],
];

function readRecipe(name, printed) {
  const lines = printed.split('\n').map((line) => line.replace(/\s+#.*$/, ''));
  const start = lines.pop();
  const made = { dependencies: [], devDependencies: [], files: {}, setup: [], settingsFile: '' };
  for (const line of lines) {
    const [rule, match] = rules.map(([pattern, apply]) => [apply, pattern.exec(line)]).find(([, found]) => found) ?? [];
    if (!rule) throw new Error(`docs/recipes.md, ${name}: the build of packages/create does not know “${line}”`);
    rule(made, ...match.slice(1));
  }
  for (const source of Object.values(made.files)) sources[source] = readFileSync(join(root, source), 'utf8');
  const devDependencies = rangesOf([...made.devDependencies, '@plural-otp/sandbox', '@plural-otp/doctor']);
  return { ...made, dependencies: rangesOf(made.dependencies), devDependencies, start };
}

const followed = page.matchAll(/<!-- follow: ([\w-]+) -->\n\n```sh\n(.*?)\n```/gs);
const wanted = /recipe: '([\w-]+)'/g;
const platforms = readFileSync(new URL('../src/platforms.ts', import.meta.url), 'utf8');
const names = new Set([...platforms.matchAll(wanted)].map(([, name]) => name));
const recipes = {};
for (const [, name, printed] of followed) if (names.has(name)) recipes[name] = readRecipe(name, printed);
for (const name of names) if (!recipes[name]) throw new Error(`docs/recipes.md has no lines to follow for ${name}`);
writeFileSync(new URL('../dist/templates.json', import.meta.url), JSON.stringify({ recipes, sources }));
