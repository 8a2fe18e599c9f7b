import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the modules that a merchant's money hangs on. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/token.ts`.
 */
export default {
  ...mutationOf(
    [
      'src/{bytes,hmac,return-signature,webhook-signature}.ts',
      'src/{token,token-store,derive-key}.ts',
      'src/{http,judge,repeat}.ts',
      'src/{errors,plural-error,redact}.ts',
    ],
    ['/bench'],
  ),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
