import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../openapi/document.ts';
import { requestExamples, viewExamples } from '../openapi/examples.ts';
import {
  actionBodySchema,
  leaveBodySchema,
  paymentViewSchema,
  sessionBodySchema,
  submitBodySchema,
} from '../src/contract-schemas.ts';
import { routes } from '../src/contract.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at('../package.json'), 'utf8')) as { version: string };
const made = openApiDocument(version);
const shipped = (): { paths: Record<string, object>; components: { schemas: Record<string, object> } } =>
  JSON.parse(readFileSync(at('../openapi.json'), 'utf8')) as ReturnType<typeof shipped>;

describe('openapi.json', () => {
  test('is what the schemas say today (written anew by `vitest -u`)', async () => {
    await expect(`${JSON.stringify(made, null, 2)}\n`).toMatchFileSnapshot(at('../openapi.json'));
  });

  test('is a valid OpenAPI 3.1 document, every reference of which leads somewhere', async () => {
    const validator = new Validator();
    expect(await validator.validate(shipped())).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const text = JSON.stringify(shipped());
    for (const [, section = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g))
      expect((shipped().components as Record<string, Record<string, unknown>>)[section]).toHaveProperty(name);
  });

  test('the validator finds a fault where there is one', async () => {
    const broken = shipped();
    Object.assign(broken.paths['/payment'] ?? {}, { post: { responses: 'none' } });
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  test('has every route of the contract and no other', () => {
    const expected = Object.values(routes).map((route) => `/${route}`);
    expect(Object.keys(shipped().paths).sort()).toEqual(expected.sort());
  });

  test('a body takes no member the contract does not name', () => {
    for (const name of ['SessionBody', 'ActionBody', 'SubmitBody', 'LeaveBody', 'PaymentView', 'ProblemBody'])
      expect(shipped().components.schemas[name]).toMatchObject({ additionalProperties: false });
  });
});

describe('an example', () => {
  const schemas = {
    SessionBody: sessionBodySchema,
    ActionBody: actionBodySchema,
    SubmitBody: submitBodySchema,
    LeaveBody: leaveBodySchema,
  };
  test.each(Object.entries(schemas))('of %s is one', (name, schema) => {
    const examples = Object.values(requestExamples[name] ?? {});
    expect(examples.length).toBeGreaterThan(0);
    for (const { value } of examples) expect(() => v.parse(schema, value)).not.toThrow();
  });

  test.each(Object.entries(viewExamples))('view "%s" is a view', (_name, { value }) => {
    expect(() => v.parse(paymentViewSchema, value)).not.toThrow();
  });
});
