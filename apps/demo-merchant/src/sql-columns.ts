/** Reads columns that may be NULL. */

export const toOptionalString = (column: unknown): string | undefined =>
  typeof column === 'string' ? column : undefined;

export const toOptionalNumber = (column: unknown): number | undefined =>
  column === null || column === undefined ? undefined : Number(column);
