import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the machine, its transport and what reads an answer. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/machine-responses.ts`.
 */
export default {
  ...mutationOf(
    [
      'src/{machine,machine-responses,machine-requests,machine-timing,create-otp-flow}.ts',
      'src/{parse-view,transport,uuid,device-info}.ts',
      'src/contract-schemas.ts',
    ],
    [],
  ),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
