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

/** Takes the indentation out of `html` and `css` literals, which a JavaScript minifier must not touch. */
export function shrinkTemplates(): Plugin {
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
          shrunk = shrunk.replace(literal, () => `css\`${tight}\``);
        }
        return { code: shrunk, map: null };
      }
      if (id.endsWith('/template.ts')) {
        const { code: plain } = await transform(code, { loader: 'ts', target: 'es2022', legalComments: 'none' });
        // A space counts between words and before `/>`, where it ends an attribute; elsewhere the layout gives the gaps.
        const flat = plain
          .replace(/\n\s*/g, ' ')
          .replace(/>\s+(?=<|\$\{)/g, '>')
          .replace(/\s+(?=>|<\/)/g, '')
          .replace(/\s+\/>/g, ' />');
        return { code: flat, map: null };
      }
      return null;
    },
  };
}
