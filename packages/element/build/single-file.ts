import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { minify, type Plugin } from 'vite';

/** Names the policy of the bundled Lit after us: a second one called `lit-html` throws on a page with its own Lit. */
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
 * Leaves out where Lit hooks in old polyfills and hydration, tells other copies of itself that it is there, and
 * explains mistakes that this one file does not make.
 */
export function detachLit(): Plugin {
  const expected = 10;
  let found = 0;
  return {
    name: 'detach-lit',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/(?:css-tag|reactive-element|lit-html|lit-element)\.js$/.test(id)) return null;
      const become = (rest: string) => (): string => {
        found += 1;
        return rest;
      };
      const detached = code
        .replace(/\w+\.\w+(?:Polyfill|Hydrate)Support\b/g, become('(void 0)'))
        .replace(/\(\w+\.\w+Versions\?\?=\[\]\)\.push\("[\d.]+"\)/g, become('(void 0)'))
        .replace(/throw Error\((?:"[^"]*"(?:\+\w+\+"[^"]*")?)\)/g, become('throw Error()'));
      return { code: detached, map: null };
    },
    buildEnd(error) {
      if (!error && found !== expected) this.error(`Lit has ${found} hooks, not ${expected}: see what is new.`);
    },
  };
}

/** Vite leaves the white space of an ES library for the next bundler; there is none after this one. */
export function minifyWhole(): Plugin {
  return {
    name: 'minify-whole',
    async generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const { code: small, errors } = await minify(chunk.fileName, chunk.code, {
          module: true,
          compress: { target: 'es2022' },
          mangle: { toplevel: true },
          codegen: { removeWhitespace: true, legalComments: 'none' },
        });
        if (errors.length) this.error(errors.map(({ message }) => message).join('\n'));
        chunk.code = small;
      }
    },
  };
}

/** One letter for each private custom property, the same in every file and every build. */
function shortNames(): (text: string) => string {
  const sheets = ['plural-otp', 'field'].map((name) =>
    readFileSync(new URL(`../src/${name}.styles.ts`, import.meta.url), 'utf8'),
  );
  const names = [...new Set(sheets.join('').match(/--_[\w-]+/g))].toSorted();
  if (names.length > 26) throw new Error('There are more private custom properties than letters.');
  return (text) => text.replace(/--_[\w-]+/g, (name) => `--_${(names.indexOf(name) + 10).toString(36)}`);
}

/** Takes the indentation out of `html` and `css` literals, which a JavaScript minifier must not touch. */
export function shrinkTemplates(): Plugin {
  const short = shortNames();
  return {
    name: 'shrink-templates',
    enforce: 'pre',
    async transform(code, id) {
      if (id.endsWith('.styles.ts')) {
        const sheets = [...code.matchAll(/css`([^`]*)`/g)];
        let shrunk = code;
        for (const [literal, sheet = ''] of sheets) {
          const { code: small } = await transform(sheet, { loader: 'css', minify: true, target: 'es2022' });
          // What a custom property holds is left as it is written, white space and all.
          const tight = small
            .trim()
            .replace(/(--[\w-]+): /g, '$1:')
            .replaceAll(', ', ',')
            .replaceAll('\\', '\\\\');
          shrunk = shrunk.replace(literal, () => `unsafeCSS(\`${tight}\`)`);
        }
        // The tag only guards against foreign values, of which a literal has none; without it, it stays out of the file.
        return { code: short(shrunk).replace('import { css,', 'import { unsafeCSS,'), map: null };
      }
      if (id.endsWith('/template.ts')) {
        const { code: plain } = await transform(code, { loader: 'ts', target: 'es2022', legalComments: 'none' });
        // A space counts between words and before `/>`, where it ends an attribute; elsewhere the layout gives the gaps.
        const flat = plain
          .replace(/\n\s*/g, ' ')
          .replace(/>\s+(?=<|\$\{)/g, '>')
          .replace(/\s+(?=>|<\/)/g, '')
          .replace(/\s+\/>/g, ' />');
        return { code: short(flat), map: null };
      }
      return null;
    },
  };
}
