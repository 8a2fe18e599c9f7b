import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the modules that decide about money and attempts. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/payment/otp-action.ts`.
 */
export default {
  ...mutationOf(
    [
      'src/operations/*.ts',
      'src/payment/*.ts',
      'src/reconciliation/*.ts',
      'src/routes/{otp,payment,return,session-payment,webhook}.ts',
      'src/session/*.ts',
      'src/stores/{memory,order-repository,sql}.ts',
    ],
    ['/bench'],
  ),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
