// For runtimes with a console: each call that goes once, over the platform's own fetch, after a read that leaves a connection open.
import { createPlural, isPluralError } from '@plural-otp/core';
import { calls, callNames } from '../../../packages/core/test/support/plural-stub.ts';
import { rules } from '../../../packages/core/test/support/retry-rules.ts';

const plural = createPlural({
  environment: { baseUrl: process.argv.at(-1) ?? '' },
  clientId: 'client-id',
  clientSecret: 'client-secret',
});
const ends: Record<string, string> = {};
for (const name of callNames.filter((one) => rules[one].rule === 'never')) {
  await plural.getOrder('kept');
  ends[name] = await calls[name].run(plural).then(
    () => 'responded',
    (error: unknown) => (isPluralError(error) ? `${error.code} ${error.outcome}` : String(error)),
  );
}
console.log(JSON.stringify(ends));
