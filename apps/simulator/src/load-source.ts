/**
 * Lets a process run the packages from their TypeScript source, without a build, and with a planted bug where one is
 * asked for.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../', import.meta.url);

const sources: Readonly<Record<string, string>> = {
  '@plural-otp/core': 'packages/core/src/index.ts',
  '@plural-otp/core/internal': 'packages/core/src/internal.ts',
  '@plural-otp/core/wire': 'packages/core/src/wire/index.ts',
  '@plural-otp/flow': 'packages/flow/src/index.ts',
  '@plural-otp/flow/contract': 'packages/flow/src/contract.ts',
  '@plural-otp/flow/contract/schemas': 'packages/flow/src/contract-schemas.ts',
  '@plural-otp/flow/presentation': 'packages/flow/src/presentation/index.ts',
  '@plural-otp/edge': 'packages/edge/src/index.ts',
  '@plural-otp/edge/page': 'packages/edge/src/page/index.ts',
  '@plural-otp/sandbox': 'apps/sandbox/src/index.ts',
};

/** A replacement in one file of the kit. */
export interface SourcePatch {
  /** Path from the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Loads the packages from source from now on.
 *
 * @throws {Error} when a patch does not fit its file exactly once.
 */
export function loadFromSource(patches: readonly SourcePatch[] = []): void {
  const patched = new Map<string, string>();
  for (const { file, find, replace } of patches) {
    const url = new URL(file, repository).href;
    const text = patched.get(url) ?? readFileSync(fileURLToPath(url), 'utf8');
    if (text.split(find).length !== 2) throw new Error(`"${find}" is not exactly once in ${file}`);
    patched.set(
      url,
      text.replace(find, () => replace),
    );
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      const source = sources[specifier];
      return source === undefined
        ? next(specifier, context)
        : { url: new URL(source, repository).href, shortCircuit: true };
    },
    load: (url, context, next) => {
      const source = patched.get(url);
      return source === undefined ? next(url, context) : { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
