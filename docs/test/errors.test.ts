import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable, PluralError, unknownOutcomeRemedies, type PluralErrorCode } from '@plural-otp/core';
import source from '@plural-otp/core/error-codes.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { root } from './support/examples.ts';

const outcomes = { none: 'none', unknown: 'unknown', unknownForWrites: 'unknown for writes, none for reads' };
const codes = Object.entries(source.codes) as [
  PluralErrorCode,
  { when: string; outcome: keyof typeof outcomes; remedy: string; details?: string; docs: string },
][];

test('docs/errors.md is generated from error-codes.json (vitest -u regenerates it)', async () => {
  const rows = codes.map(
    ([code, { when, outcome, docs }]) =>
      `| [\`${code}\`](${docs.replace(/^[^#]*/, '')}) | ${when} | ${outcomes[outcome]} |`,
  );
  const sections = codes.map(
    ([code, { when, outcome, remedy, details }]) => `### \`${code}\`

${sentence(when)}${details === undefined ? '' : ` ${details}`}

- Outcome: ${outcomes[outcome]}
- What to do: ${remedy}
`,
  );
  const remedies = Object.entries(source.unknownOutcomeRemedies).map(
    ([operation, remedy]) => `| \`${operation}\` | ${remedy} |`,
  );
  const page = `# Errors of the server half

\`core\` and \`edge\` throw one class, \`PluralError\`, and nothing else. Switch on \`code\`; before doing anything about money, check \`outcome\`: \`none\` means that surely nothing happened at Plural beyond a counted attempt, \`unknown\` that it may have happened, so read the order first. An error may state a more exact \`outcome\` than its row. No message, member or stack holds a card number, CVV, OTP, token or secret.

\`error.docs\` is the path and anchor of the code on this page. The same table as data is \`@plural-otp/core/error-codes.json\`, for dashboards, alerts and other languages.

| code | when | outcome |
| --- | --- | --- |
${rows.join('\n')}

## After an unknown outcome

When the outcome of a write is \`unknown\`, the error's message says what to read and what in it decides. Never retry the write because a response is missing.

| call | what to do |
| --- | --- |
${remedies.join('\n')}

## Codes

${sections.join('\n')}`;
  await expect(page).toMatchFileSnapshot(join(root, 'docs/errors.md'));
});

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

describe('error-codes.json', () => {
  test('has the codes, outcomes and remedies that errors are created with', () => {
    const table = codes.map(([code, { when, outcome, remedy }]) => [code, { when, outcome, remedy }]);
    expect(Object.fromEntries(table)).toEqual(errorTable);
    expect(source.unknownOutcomeRemedies).toEqual(unknownOutcomeRemedies);
  });

  const anchors = new Set(
    [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  test.each(codes)('%s has an anchor in docs/errors.md, which its errors name', (code, { docs }) => {
    const [path, anchor = ''] = docs.split('#');
    expect(path).toBe('docs/errors.md');
    expect(anchors).toContain(anchor);
    expect(new PluralError(code).docs).toBe(docs);
  });
});
