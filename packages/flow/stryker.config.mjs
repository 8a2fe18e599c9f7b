import { mutationOf } from '../../tools/mutation.mjs';

/**
 * Mutation tests of the machine, its transport, what reads a response, and the shared presentation. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/machine-responses.ts`.
 */
export default {
  ...mutationOf(
    [
      'src/{machine,machine-responses,machine-requests,machine-timing,create-otp-flow}.ts',
      'src/{parse-view,transport,uuid,device-info}.ts',
      'src/contract-{body,view}-schemas.ts',
      // What the element and the page without script share: the parser of OTPs and the common half of the view model.
      'src/presentation/{parse-otp,view-model,format,bank-name,challenge-url,locale}.ts',
    ],
    [],
  ),
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
};
