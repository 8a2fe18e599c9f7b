import { readFileSync } from 'node:fs';
import { customElementJetBrainsPlugin } from 'custom-element-jet-brains-integration';
import { customElementVsCodePlugin } from 'custom-element-vs-code-integration';

/** What a custom property falls back to, by its name; the last rule is the one for browsers of today. */
const usual = {};
for (const sheet of ['plural-otp.styles', 'field.styles']) {
  const css = readFileSync(new URL(`../src/${sheet}.ts`, import.meta.url), 'utf8');
  const fallback = /var\((--plural-otp-[\w-]+), ((?:[^()]|\([^()]*\))+)\)/g;
  for (const [, name, value] of css.matchAll(fallback)) usual[name] = value;
}

/** Leaves what a page may rely on, under the paths and with the entries that are published. */
const published = {
  name: 'published',
  packageLinkPhase({ customElementsManifest }) {
    for (const { declarations = [] } of customElementsManifest.modules) {
      for (const declaration of declarations) {
        declaration.members = declaration.members?.filter(
          ({ name, privacy, static: ofTheClass }) => privacy !== 'private' && !ofTheClass && !/^[#_]/.test(name),
        );
        // A dispatch within the class adds a row without a name.
        declaration.events = declaration.events?.filter(({ name }) => name);
        for (const property of declaration.cssProperties ?? []) property.default = usual[property.name];
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

/** `dist/custom-elements.json` from the head of the class, and from that what editors read. */
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
