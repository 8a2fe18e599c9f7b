/** Generates `dist/custom-elements.json` from the head of the class, and from it the data that editors read. */

import { readFileSync } from 'node:fs';
import { customElementJetBrainsPlugin } from 'custom-element-jet-brains-integration';
import { customElementVsCodePlugin } from 'custom-element-vs-code-integration';

/**
 * Default of each custom property, in words of the public ones. Where rules differ, the last one is for current browsers.
 * A default that follows from others is described in the class head instead.
 */
const defaults = {};
const publicNames = {};
for (const sheet of ['tokens.styles', 'plural-otp.styles', 'field.styles']) {
  // A low screen has a smaller space than the documented one.
  const css = readFileSync(new URL(`../src/${sheet}.ts`, import.meta.url), 'utf8').replace(
    /@media \(max-height[^}]+\}/,
    '',
  );
  const fallback = /var\((--plural-otp-[\w-]+), ((?:[^()]|\([^()]*\))+)\)/g;
  for (const [, name, value] of css.matchAll(fallback)) defaults[name] = value === '0 0' ? 'transparent' : value;
  for (const [, name, from] of css.matchAll(/(--_[\w-]+): var\((--plural-otp-[\w-]+),/g)) publicNames[name] = from;
}
for (const [name, value] of Object.entries(defaults)) {
  const resolved = value.replace(/--_[\w-]+/g, (inner) => publicNames[inner] ?? inner);
  defaults[name] = resolved.includes('--_') ? undefined : resolved;
}

const tagName = 'plural-otp';

/** Reduces the manifest to the public API, with the paths of the published files. */
const published = {
  name: 'published',
  packageLinkPhase({ customElementsManifest }) {
    for (const { declarations = [] } of customElementsManifest.modules) {
      for (const declaration of declarations) {
        // The analyzer reads a call of `customElements.define`, and not one of a registry that a server lacks.
        if (declaration.customElement) declaration.tagName = tagName;
        declaration.members = declaration.members?.filter(
          ({ name, privacy, static: isStatic }) => privacy !== 'private' && !isStatic && !/^[#_]/.test(name),
        );
        // The analyzer adds an event without a name for each dispatch inside the class.
        declaration.events = declaration.events?.filter(({ name }) => name);
        for (const property of declaration.cssProperties ?? []) property.default = defaults[property.name];
        for (const attribute of declaration.attributes ?? []) {
          if (attribute.fieldName?.startsWith('_')) attribute.fieldName = undefined;
        }
        for (const member of declaration.members ?? []) {
          const attribute = declaration.attributes?.find(({ name }) => name === member.attribute);
          member.description ??= attribute?.description;
        }
      }
    }
    const text = JSON.stringify(customElementsManifest).replaceAll(/"(?:\/?src|[.])\/([\w/-]+)[.]ts"/g, '"dist/$1.js"');
    Object.assign(customElementsManifest, JSON.parse(text));
  },
};

const editors = { outdir: 'dist', hideLogs: true };

export default {
  globs: ['src/plural-otp.ts', 'src/define.ts', 'src/class.ts', 'src/index.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  quiet: true,
  plugins: [
    published,
    customElementVsCodePlugin({
      ...editors,
      htmlFileName: 'vscode.html-custom-data.json',
      cssFileName: 'vscode.css-custom-data.json',
    }),
    customElementJetBrainsPlugin({ ...editors, webTypesFileName: 'web-types.json', packageJson: false }),
  ],
};
