/** Validation of exchanges against `openapi.json`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface OperationObject {
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { $ref: string }>;
}

interface Document {
  paths: Record<string, Record<string, OperationObject>>;
  components: Record<string, Record<string, object>>;
}

interface ResponseObject {
  headers?: Record<string, { required?: boolean; schema: object }>;
  content?: Record<string, { schema: { $ref: string } }>;
}

/** Validates real requests and responses against the published OpenAPI document. */
export interface ResponseCheck {
  /** Lists the violations of one exchange. */
  violations(request: Request, response: Response): Promise<string[]>;
  /** Number of exchanges validated so far. */
  readonly checkedCount: number;
}

export function checkAgainstOpenApi(): ResponseCheck {
  const path = fileURLToPath(import.meta.resolve('@plural-otp/flow/openapi.json'));
  const document = JSON.parse(readFileSync(path, 'utf8')) as Document;
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });
  const compiled = new Map<string, (value: unknown) => unknown>();
  const isValid = (schema: object, value: unknown): boolean => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
    compiled.set(text, validate);
    return validate(value) === true;
  };
  let checkedCount = 0;

  return {
    get checkedCount() {
      return checkedCount;
    },
    async violations(request, response) {
      const route = new URL(request.url).pathname.replace('/plural', '');
      const operation = document.paths[route]?.[request.method.toLowerCase()];
      const at = `${request.method} ${route} ${response.status}`;
      if (!operation) return [404, 405].includes(response.status) ? [] : [`${at} is not described`];
      const ref = operation.responses[response.status]?.$ref;
      if (ref === undefined) return [`${at} is not described`];
      checkedCount += 1;
      const violations: string[] = [];
      const { headers = {}, content } = (document.components['responses']?.[ref.split('/').at(-1) ?? ''] ??
        {}) as ResponseObject;
      for (const [name, { schema }] of Object.entries(headers))
        if (!isValid(schema, response.headers.get(name))) violations.push(`${at} has an invalid ${name} header`);
      const text = await response.text();
      const schema = content?.['application/json']?.schema;
      if (schema ? !isValid(schema, JSON.parse(text)) : text !== '')
        violations.push(`${at} has an invalid body: ${text}`);

      const requestSchema = operation.requestBody?.content['application/json']?.schema;
      if (requestSchema && route !== '/webhook' && (response.status === 200 || response.status === 400)) {
        const isValidBody = isValid(requestSchema, await readJson(request));
        if (isValidBody !== (response.status === 200))
          violations.push(`${at} although the request body is ${isValidBody ? 'valid' : 'invalid'}`);
      }
      return violations;
    },
  };
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await request.arrayBuffer()));
  } catch {
    return undefined;
  }
}
