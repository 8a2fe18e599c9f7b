import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the machine, its transport and what reads an answer. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/answers.ts`.
 */
export default {
  ...mutationOf(
    [
      'src/{machine,answers,calls,pace,flow}.ts',
      'src/{read-view,transport,act-id,device-info}.ts',
      'src/contract-schemas.ts',
    ],
    ['tsconfig.node.json'],
  ),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
