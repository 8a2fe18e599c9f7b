import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import {
  actionBodySchema,
  entryNoteSchema,
  leaveBodySchema,
  moneySchema,
  paymentDisplaySchema,
  paymentViewSchema,
  problemBodySchema,
  problemSchema,
  sessionBodySchema,
  submitBodySchema,
} from '../src/contract-schemas.ts';
import { memberDescriptions, schemaDescriptions } from './descriptions.ts';

/** The members of a JSON Schema (2020-12) that this module reads or changes. */
interface JsonSchema {
  description?: string;
  properties?: Record<string, JsonSchema>;
  [keyword: string]: unknown;
}

// JSON Schema needs no `finite`, because JSON has finite numbers only, and `check` is expressed below.
const ignoreActions = ['finite', 'check'];

/** Converts the contract's schemas to components, with a description for each schema and member. */
export function componentSchemas(): Record<string, JsonSchema> {
  const schemas = toJsonSchemaDefs(
    {
      SessionBody: sessionBodySchema,
      ActionBody: actionBodySchema,
      EntryNote: entryNoteSchema,
      SubmitBody: submitBodySchema,
      LeaveBody: leaveBodySchema,
      Money: moneySchema,
      PaymentDisplay: paymentDisplaySchema,
      Problem: problemSchema,
      ProblemBody: problemBodySchema,
      PaymentView: paymentViewSchema,
    },
    {
      target: 'draft-2020-12',
      ignoreActions,
      overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    },
  ) as Readonly<Record<string, object>> as Record<string, JsonSchema>;
  for (const [name, schema] of Object.entries(schemas)) describe(schema, name);
  Object.assign(schemas['Problem'] ?? {}, {
    anyOf: [{ properties: { code: { const: 'PAYMENT_FAILED' } } }, { not: { required: ['advice'] } }],
  });
  return schemas;
}

/**
 * Adds the descriptions to a schema and its members.
 *
 * @throws {Error} when one has no description.
 */
function describe(schema: JsonSchema, name: string): void {
  schema.description = getDescription(schemaDescriptions, name);
  for (const [member, inner] of Object.entries(schema.properties ?? {})) {
    inner.description = getDescription(memberDescriptions, inner.properties ? `${name}.${member}` : member);
    for (const [innerMember, innermost] of Object.entries(inner.properties ?? {}))
      innermost.description = getDescription(memberDescriptions, innerMember);
  }
}

function getDescription(descriptions: Readonly<Record<string, string>>, name: string): string {
  const found = descriptions[name];
  if (found === undefined) throw new Error(`openapi/descriptions.ts has no description of ${name}`);
  return found;
}
