/** JSON types, and a parser that limits how deep a value nests. */

/** Any value that JSON can represent. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object with members of unknown names. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Returns true for an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// No documented body nests deeper than eight levels; the limit bounds every recursion over a body.
const maxDepth = 32;

/** Parses JSON. Returns undefined for a string that is not JSON, or that nests deeper than any body of the API. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return exceedsDepth(value, maxDepth) ? undefined : value;
  } catch {
    return undefined;
  }
}

function exceedsDepth(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => exceedsDepth(member, levels - 1));
}
