/** The little that the checks know of a stored record: which verdicts it says were delivered. */

/** A verdict that a record marks as delivered. */
export interface RecordedDelivery {
  readonly paymentId: string;
  readonly verdictKey: string;
}

interface StoredEntry {
  readonly paymentId?: unknown;
  readonly verdict?: { readonly outcome?: unknown; readonly deliveredAtMs?: unknown };
}

/** Returns the verdicts that a stored value marks as delivered; `undefined` for a value that is no JSON object. */
export function readDeliveries(value: string): readonly RecordedDelivery[] | undefined {
  let record: { readonly payments?: readonly StoredEntry[] } | null;
  try {
    record = JSON.parse(value) as typeof record;
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  return (record.payments ?? []).flatMap(({ paymentId, verdict }) =>
    typeof paymentId === 'string' && verdict?.deliveredAtMs !== undefined
      ? [{ paymentId, verdictKey: `${paymentId}:${String(verdict.outcome)}` }]
      : [],
  );
}
