/** The contract between browser and backend as a page, from its OpenAPI document. */
import { readText } from './files.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
  format?: string;
}
interface Content {
  content?: Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown }> }>;
}
interface Operation {
  summary?: string;
  description?: string;
  requestBody?: Content;
  responses?: Record<string, Response>;
}
type Response = Content & { description?: string; $ref?: string };
interface Document {
  info: { title: string; description?: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, Response> };
}

const file = 'packages/flow/openapi.json';
const methods = new Set(['get', 'post', 'put', 'delete', 'patch']);
const inCell = (text = ''): string => text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`);
const nameOf = (ref: string): string => ref.split('/').at(-1) ?? ref;

/** Renders the document. */
export function readContractPage(): { id: string; group: 'Reference'; title: string; file: string; markdown: string } {
  const { info, paths, components } = JSON.parse(readText(file)) as Document;
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) => renderRoute(path, method, operation, components?.responses)),
  );
  const schemas = Object.entries(components?.schemas ?? {}).map(([name, schema]) => renderSchema(name, schema));
  const markdown = [
    info.description ?? '',
    `Version ${info.version} of the document. The whole of it, for generators and gateways: [\`openapi.json\`](openapi.json), also as \`@plural-otp/flow/openapi.json\`.`,
    '## Routes',
    ...routes,
    ...(schemas.length > 0 ? ['## Schemas', ...schemas] : []),
  ].join('\n\n');
  return { id: 'reference/contract', group: 'Reference', title: 'The contract: routes and schemas', file, markdown };
}

function renderRoute(
  path: string,
  method: string,
  operation: Operation,
  shared: Record<string, Response> = {},
): string {
  const request = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `Request: \`${type}\`${schema === undefined ? '' : `, ${typeName(schema)}`}.`,
  );
  const rows = Object.entries(operation.responses ?? {}).map(([status, given]) => {
    const response = (given.$ref !== undefined && shared[nameOf(given.$ref)]) || given;
    const schema = Object.values(response.content ?? {})[0]?.schema;
    return `| ${status} | ${inCell(response.description ?? nameOf(response.$ref ?? ''))} | ${schema === undefined ? '' : typeName(schema)} |`;
  });
  return [
    `### ${method.toUpperCase()} ${path}`,
    operation.summary ?? '',
    operation.description ?? '',
    ...request,
    `| status | when | body |\n| --- | --- | --- |\n${rows.join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderSchema(name: string, schema: Schema): string {
  const members = Object.entries(schema.properties ?? {}).map(
    ([member, value]) =>
      `| \`${member}\` | ${typeName(value)} | ${schema.required?.includes(member) === true ? 'yes' : ''} | ${inCell(value.description)} |`,
  );
  const table =
    members.length === 0
      ? typeName(schema)
      : `| member | type | required | |\n| --- | --- | --- | --- |\n${members.join('\n')}`;
  return [`### ${name}`, schema.description ?? '', table].filter((part) => part !== '').join('\n\n');
}

function typeName(schema: Schema): string {
  if (schema.$ref !== undefined) return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeName).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (schema.items !== undefined) return `list of ${typeName(schema.items)}`;
  if (schema.properties !== undefined) {
    return `object with ${Object.keys(schema.properties)
      .map((name) => `\`${name}\``)
      .join(', ')}`;
  }
  return [schema.type ?? 'any'].flat().join(' or ');
}
