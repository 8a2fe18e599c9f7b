// Lets a child process of a test run the packages from their source, as the tests themselves do.
import { registerHooks } from 'node:module';

const packages = new URL('../../..', import.meta.url);
const sources = {
  '@plural-otp/core': 'core/src/index.ts',
  '@plural-otp/core/internal': 'core/src/internal.ts',
  '@plural-otp/core/testing': 'core/src/testing.ts',
  '@plural-otp/core/wire': 'core/src/wire/index.ts',
  '@plural-otp/flow/contract': 'flow/src/contract.ts',
  '@plural-otp/flow/contract/schemas': 'flow/src/contract-schemas.ts',
  '@plural-otp/flow/presentation': 'flow/src/presentation/index.ts',
  '@plural-otp/edge': 'edge/src/index.ts',
  '@plural-otp/edge/node': 'edge/src/node.ts',
  '@plural-otp/edge/stores/sql': 'edge/src/stores/sql.ts',
};

registerHooks({
  resolve: (specifier, context, next) =>
    Object.hasOwn(sources, specifier)
      ? { url: new URL(sources[specifier], packages).href, shortCircuit: true }
      : next(specifier, context),
});
