/** Shrinks the `css` literals of a module, which a JavaScript minifier leaves alone. */

import { transform } from 'esbuild';

/** Returns the module with each `css` literal minified and written by `toLiteral`. */
export async function shrinkCss(code: string, toLiteral: (sheet: string) => string): Promise<string> {
  let shrunk = code;
  for (const [literal, sheet = ''] of code.matchAll(/css ?`([^`]*)`/g)) {
    const { code: minified } = await transform(sheet, { loader: 'css', minify: true, target: 'es2022' });
    // esbuild keeps the white space in the value of a custom property.
    const compact = minified
      .trim()
      .replace(/(--[\w-]+): /g, '$1:')
      .replaceAll(', ', ',')
      .replaceAll('\\', '\\\\');
    shrunk = shrunk.replace(literal, () => toLiteral(compact));
  }
  return shrunk;
}
