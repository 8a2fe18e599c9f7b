import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the pure parts: what is shown and said in each state, and which code is sent. `pnpm run mutation`.
 */
export default {
  ...mutationOf(['src/view/{view-model,announcer}.ts', 'src/field/validate-code.ts'], ['/bench', '/build']),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
