import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Described {
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { $ref: string }>;
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, object>>;
}

interface DescribedAnswer {
  headers?: Record<string, { required?: boolean; schema: object }>;
  content?: Record<string, { schema: { $ref: string } }>;
}

/** Holds real requests and answers against the shipped OpenAPI document. */
export interface AnswerCheck {
  /** What is wrong with one exchange, or nothing. */
  faults(request: Request, answer: Response): Promise<string[]>;
  /** How many exchanges the document describes. */
  readonly described: number;
}

export function checkAgainstOpenApi(): AnswerCheck {
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
  let described = 0;

  return {
    get described() {
      return described;
    },
    async faults(request, answer) {
      const route = new URL(request.url).pathname.replace('/plural', '');
      const operation = document.paths[route]?.[request.method.toLowerCase()];
      const at = `${request.method} ${route} ${answer.status}`;
      if (!operation) return [404, 405].includes(answer.status) ? [] : [`${at} is not described`];
      const ref = operation.responses[answer.status]?.$ref;
      if (ref === undefined) return [`${at} is not described`];
      described += 1;
      const faults: string[] = [];
      const { headers = {}, content } = (document.components['responses']?.[ref.split('/').at(-1) ?? ''] ??
        {}) as DescribedAnswer;
      for (const [name, { schema }] of Object.entries(headers))
        if (!isValid(schema, answer.headers.get(name))) faults.push(`${at} has a wrong ${name}`);
      const text = await answer.text();
      const schema = content?.['application/json']?.schema;
      if (schema ? !isValid(schema, JSON.parse(text)) : text !== '') faults.push(`${at} has another body: ${text}`);

      const asked = operation.requestBody?.content['application/json']?.schema;
      if (asked && route !== '/webhook' && (answer.status === 200 || answer.status === 400)) {
        const fits = isValid(asked, await readJson(request));
        if (fits !== (answer.status === 200))
          faults.push(`${at} although the body is ${fits ? '' : 'not '}as described`);
      }
      return faults;
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
