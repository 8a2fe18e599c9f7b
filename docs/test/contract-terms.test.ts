/** Holds docs/contract.md to the specification: what a page sends is explained there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/examples.ts';

interface Schema {
  properties?: Record<string, { enum?: string[] }>;
}
const { components } = JSON.parse(readFileSync(join(root, 'packages/flow/openapi.json'), 'utf8')) as {
  components: { schemas: Record<string, Schema> };
};
const [, terms = ''] = /^## Terms$([^]*?)^## /m.exec(readFileSync(join(root, 'docs/contract.md'), 'utf8')) ?? [];
const requests = ['SessionBody', 'ActionBody', 'SubmitBody', 'LeaveBody'];

test.each(requests)('each member of %s, and each of its values, is a term of the contract', (name) => {
  const members = Object.entries(components.schemas[name]?.properties ?? {});
  expect(members.length).toBeGreaterThan(0);
  for (const [member, { enum: values = [] }] of members) {
    const [row = ''] = terms.match(new RegExp(`^\\| \`${member}\` \\|.*$`, 'm')) ?? [];
    expect(row, `docs/contract.md has no term ${member}`).not.toBe('');
    for (const value of values) expect(row).toContain(`\`${value}\``);
  }
});
