/** Vite plugins that turn the element and its copy of Lit into one small file. */

import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { minify, type Plugin } from 'vite';
import { shrinkCss } from './shrink-css.ts';

/** Renames the Trusted Types policy of the bundled Lit: a second `lit-html` throws on a page that has its own Lit. */
export function renameLitPolicy(): Plugin {
  let found = 0;
  return {
    name: 'rename-lit-policy',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/lit-html.js')) return null;
      const renamed = code.replace('createPolicy("lit-html"', () => {
        found += 1;
        return 'createPolicy("plural-otp"';
      });
      return { code: renamed, map: null };
    },
    buildEnd(error) {
      if (!error && found !== 1) this.error(`Lit names its Trusted Types policy ${found} times, not once.`);
    },
  };
}

/**
 * Removes Lit's hooks for polyfills and hydration, its list of loaded versions, and its messages about mistakes that
 * this file does not make. Saves 180 bytes of gzip; a version of Lit that has other hooks fails the build.
 */
export function detachLit(): Plugin {
  const expected = 10;
  let found = 0;
  return {
    name: 'detach-lit',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/(?:css-tag|reactive-element|lit-html|lit-element)\.js$/.test(id)) return null;
      const replaceWith = (replacement: string) => (): string => {
        found += 1;
        return replacement;
      };
      const detached = code
        .replace(/\w+\.\w+(?:Polyfill|Hydrate)Support\b/g, replaceWith('(void 0)'))
        .replace(/\(\w+\.\w+Versions\?\?=\[\]\)\.push\("[\d.]+"\)/g, replaceWith('(void 0)'))
        .replace(/throw Error\((?:"[^"]*"(?:\+\w+\+"[^"]*")?)\)/g, replaceWith('throw Error()'));
      return { code: detached, map: null };
    },
    buildEnd(error) {
      if (!error && found !== expected) this.error(`Lit has ${found} hooks, not ${expected}: update the patterns.`);
    },
  };
}

/** Removes the white space that Vite leaves in ES libraries for a later bundler, because here is none. */
export function minifyWhole(): Plugin {
  return {
    name: 'minify-whole',
    async generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const { code: minified, errors } = await minify(chunk.fileName, chunk.code, {
          module: true,
          compress: { target: 'es2022' },
          mangle: { toplevel: true },
          codegen: { removeWhitespace: true, legalComments: 'none' },
        });
        if (errors.length) this.error(errors.map(({ message }) => message).join('\n'));
        chunk.code = minified;
      }
    },
  };
}

/** Returns a function that shortens private custom properties to one letter, the same in every file and build. */
function createShortener(): (text: string) => string {
  const sheets = ['plural-otp', 'buttons', 'summary', 'field', 'tokens'].map((name) =>
    readFileSync(new URL(`../src/${name}.styles.ts`, import.meta.url), 'utf8'),
  );
  const names = [...new Set(sheets.join('').match(/--_[\w-]+/g))].toSorted();
  if (names.length > 26) throw new Error('There are more private custom properties than letters.');
  return (text) => text.replace(/--_[\w-]+/g, (name) => `--_${(names.indexOf(name) + 10).toString(36)}`);
}

/** Removes the indentation of `html` and `css` literals, which a JavaScript minifier leaves alone. */
export function shrinkTemplates(): Plugin {
  const shorten = createShortener();
  return {
    name: 'shrink-templates',
    enforce: 'pre',
    async transform(code, id) {
      if (id.endsWith('.styles.ts')) {
        const shrunk = await shrinkCss(code, (sheet) => `unsafeCSS(\`${sheet}\`)`);
        // The `css` tag only guards against foreign values, which these literals lack. Unused, it is left out of the file.
        return { code: shorten(shrunk).replace('import { css,', 'import { unsafeCSS,'), map: null };
      }
      if (id.endsWith('/template.ts')) {
        const { code: plain } = await transform(code, { loader: 'ts', target: 'es2022', legalComments: 'none' });
        // A space matters between words, and before `/>`, where it ends an attribute. Elsewhere the layout makes the gaps.
        const flat = plain
          .replace(/\n\s*/g, ' ')
          .replace(/>\s+(?=<|\$\{)/g, '>')
          .replace(/\s+(?=>|<\/)/g, '')
          .replace(/\s+\/>/g, ' />');
        return { code: shorten(flat), map: null };
      }
      return null;
    },
  };
}
