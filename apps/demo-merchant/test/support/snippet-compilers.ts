/** Compilers of the playground's code: TypeScript with the types of a framework, and a bundler. */
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import ts from 'typescript';

/** Folder from which packages are resolved, as those of the merchant's page. */
const folder = fileURLToPath(new URL('../..', import.meta.url));
const file = `${folder}Checkout.tsx`;

/** Returns what TypeScript says against a component, with the types of its framework and of the element. */
export function getTypeErrors(code: string, jsx: ts.CompilerOptions): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // Bundlers declare the import of a style sheet.
    noUncheckedSideEffectImports: false,
    types: [],
    ...jsx,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, ...more) =>
    path === file ? ts.createSourceFile(path, code, ts.ScriptTarget.ES2023) : getSourceFile(path, ...more);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** Bundles a module that imports `files` by their names. */
export async function bundle(
  entry: string,
  files: Readonly<Record<string, string>>,
  options: BuildOptions = {},
): Promise<string> {
  const { outputFiles = [] } = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    loader: { '.css': 'empty' },
    define: { 'process.env.NODE_ENV': '"development"' },
    ...options,
    plugins: [
      {
        name: 'snippets',
        setup(context) {
          context.onResolve({ filter: /^\.\/Checkout/ }, ({ path }) =>
            files[path] === undefined ? undefined : { path, namespace: 'snippet' },
          );
          context.onLoad({ filter: /.*/, namespace: 'snippet' }, ({ path }) => ({
            contents: files[path] ?? '',
            loader: 'tsx',
            resolveDir: folder,
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}
