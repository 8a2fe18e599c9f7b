import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the modules that a merchant's money depends on. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/client/access-token.ts`.
 */
export default {
  ...mutationOf(
    [
      'src/crypto/*.ts',
      'src/signatures/{return,webhook,webhook-event,explain-webhook}.ts',
      'src/client/{access-token,token-store}.ts',
      'src/client/{http,interpret-response,retry}.ts',
      'src/client/{exchange,masked-body,order-match,request}.ts',
      'src/tokens/index.ts',
      'src/{device-info,rupees}.ts',
      'src/errors/*.ts',
      'src/outcome/*.ts',
      'src/lib/*.ts',
    ],
    ['/bench'],
  ),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
