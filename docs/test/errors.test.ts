import { join } from 'node:path';
import { unknownOutcomeRemedies, errorTable } from '@plural-otp/core';
import { expect, test } from 'vitest';
import { root } from './support/examples.ts';

const outcomes = { none: 'none', unknown: 'unknown', unknownForWrites: 'unknown for writes, none for reads' };

test('docs/errors.md is the error table of the code (vitest -u makes it anew)', async () => {
  const rows = Object.entries(errorTable).map(
    ([code, { when, outcome, remedy }]) => `| \`${code}\` | ${when} | ${outcomes[outcome]} | ${remedy} |`,
  );
  const unclear = Object.entries(unknownOutcomeRemedies).map(
    ([operation, remedy]) => `| \`${operation}\` | ${remedy} |`,
  );
  const page = `# Errors of the server half

\`core\` and \`edge\` throw one class, \`PluralError\`, and nothing else. Switch on \`code\`; before doing anything about money, look at \`outcome\`: \`none\` means that surely nothing happened at Plural beyond a counted attempt, \`unknown\` that it may have happened, so read the order first. An error may state a more exact \`outcome\` than its row. No message, member or stack holds a card number, CVV, OTP, token or secret.

| code | when | outcome | what to do |
| --- | --- | --- | --- |
${rows.join('\n')}

## After an unclear end

When the outcome of a write is \`unknown\`, the error's message says what to read and what in it decides. Never send the write again because an answer is missing.

| call | what to do |
| --- | --- |
${unclear.join('\n')}
`;
  await expect(page).toMatchFileSnapshot(join(root, 'docs/errors.md'));
});
