import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import {
  actionBodySchema,
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

/** A JSON Schema (2020-12), as far as this document reads or changes one. */
interface JsonSchema {
  description?: string;
  properties?: Record<string, JsonSchema>;
  [keyword: string]: unknown;
}

// What JSON Schema says in another way, or cannot say: `finite` (JSON has nothing else), `check` (see below).
const ignoreActions = ['finite', 'check'];

/** The contract's schemas as components, each with its description and each member with its own. */
export function componentSchemas(): Record<string, JsonSchema> {
  const schemas = toJsonSchemaDefs(
    {
      SessionBody: sessionBodySchema,
      ActionBody: actionBodySchema,
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

/** Throws for a schema or member without words: a new one has to say what it means. */
function describe(schema: JsonSchema, name: string): void {
  schema.description = wordsFor(schemaDescriptions, name);
  for (const [member, inner] of Object.entries(schema.properties ?? {})) {
    inner.description = wordsFor(memberDescriptions, inner.properties ? `${name}.${member}` : member);
    for (const [below, innermost] of Object.entries(inner.properties ?? {}))
      innermost.description = wordsFor(memberDescriptions, below);
  }
}

function wordsFor(words: Readonly<Record<string, string>>, name: string): string {
  const found = words[name];
  if (found === undefined) throw new Error(`openapi/descriptions.ts has no words for ${name}`);
  return found;
}
