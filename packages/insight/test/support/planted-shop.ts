/** A shop with known hazards: customers walk to a known end, and tell it by events. */

import type { FlowEvent } from '@plural-otp/edge';

/** Hazards of one issuer, each a probability. */
export interface Hazards {
  weight: number;
  bankOnly: number;
  notSent: number;
  away: number;
  cancelled: number;
  toBank: number;
  wrongFirst: number;
  declined: number;
}

/** Hazards of an ordinary issuer. */
export const usual: Hazards = {
  weight: 1,
  bankOnly: 0.2,
  notSent: 0.01,
  away: 0.05,
  cancelled: 0.02,
  toBank: 0.04,
  wrongFirst: 0.06,
  declined: 0.04,
};

/** Issuers of the planted shop. HDFC's messages do not arrive; SBI's are slow. */
export const plantedIssuers: Readonly<Record<string, Hazards>> = {
  ICICI: { ...usual, weight: 4 },
  HDFC: { ...usual, weight: 4, notSent: 0.05, away: 0.32 },
  SBI: { ...usual, weight: 3, wrongFirst: 0.1 },
  AXIS: { ...usual, weight: 2 },
  KOTAK: { ...usual, weight: 1 },
};

/** How a customer's payment ended. */
export type PlantedEnd = 'paid' | 'paidAtBank' | 'declined' | 'cancelled' | 'notSent' | 'away' | 'atBank' | 'open';

export interface PlantedPayment {
  issuer: string;
  method: 'nativeOtp' | 'bankPage';
  end: PlantedEnd;
  events: FlowEvent[];
}

/** Creates a random source of a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Plants payments, started evenly from `fromMs` to `untilMs`. */
export function plantShop(
  seed: number,
  count: number,
  [fromMs, untilMs]: readonly [number, number],
  issuers: Readonly<Record<string, Hazards>> = plantedIssuers,
): PlantedPayment[] {
  const random = createRandom(seed);
  const names = Object.keys(issuers);
  const total = names.reduce((sum, name) => sum + (issuers[name]?.weight ?? 0), 0);
  const pick = (): string => {
    let left = random() * total;
    return names.find((name) => (left -= issuers[name]?.weight ?? 0) < 0) ?? names[0] ?? '';
  };
  return Array.from({ length: count }, (_, index) => {
    const startedMs = Math.round(fromMs + ((untilMs - fromMs) * index) / count);
    return plantPayment(random, `NL7K-${seed}-${index}`, pick(), issuers, startedMs);
  });
}

function plantPayment(
  random: () => number,
  reference: string,
  issuer: string,
  issuers: Readonly<Record<string, Hazards>>,
  startedMs: number,
): PlantedPayment {
  const hazards = issuers[issuer] ?? usual;
  const events: FlowEvent[] = [];
  const has = (chance: number): boolean => random() < chance;
  const method = has(hazards.bankOnly) ? 'bankPage' : 'nativeOtp';
  let ms = 0;
  const tell = (type: FlowEvent['type'], afterSeconds: number, more: Partial<FlowEvent> = {}): void => {
    ms += Math.round(afterSeconds * 1000);
    events.push({
      type,
      reference,
      order: `order of ${reference}`,
      attempt: 1,
      at: startedMs + ms,
      ms,
      method,
      because: method === 'nativeOtp' ? 'default' : 'cardCannot',
      issuer,
      network: has(0.6) ? 'VISA' : 'MASTERCARD',
      amount: { value: 10_000 + Math.round(random() * 500_000), currency: 'INR' },
      ...more,
    });
  };
  const finish = (end: PlantedEnd): PlantedPayment => ({ issuer, method, end, events });
  const verdict = (outcome: 'paid' | 'failed', source: FlowEvent['source'] & string): void =>
    tell('verdict', 0.6 + random() * 2, {
      outcome,
      source,
      ...(outcome === 'failed' && { advice: has(0.6) ? ('checkFunds' as const) : ('contactIssuer' as const) }),
    });
  const slow = issuer === 'SBI' ? 3 : 1;
  const atBank = (): PlantedPayment => {
    tell('leftForBank', 2 + random() * 4);
    if (has(0.22)) return finish('atBank');
    tell('returned', 30 + random() * 60);
    verdict('paid', has(0.5) ? 'return' : 'webhook');
    return finish(method === 'bankPage' ? 'paid' : 'paidAtBank');
  };

  tell('started', 0);
  tell('shown', 0.4);
  if (method === 'bankPage') return atBank();
  if (has(hazards.notSent)) {
    tell('otpNotSent', 2, { nth: 1, code: 'API_FAILED' });
    return finish('notSent');
  }
  tell('otpSent', 0.8 + random(), { nth: 1 });
  if (has(hazards.away)) {
    tell('away', (20 + random() * 60) * slow);
    return finish('away');
  }
  if (has(hazards.cancelled)) {
    tell('cancelled', 12 + random() * 20);
    return finish('cancelled');
  }
  if (has(hazards.toBank)) return atBank();
  const by = has(0.55) ? 'typed' : has(0.5) ? 'filled' : has(0.5) ? 'pasted' : 'message';
  const entry = {
    by,
    firstKeySeconds: Math.round(6 + random() * 10),
    hiddenSeconds: has(0.4) ? 5 : 0,
    usableMs: 420,
  } as const;
  const typing = (): number => (7 + -Math.log(1 - random()) * 9) * slow;
  if (has(hazards.wrongFirst)) {
    tell('submitted', typing(), { nth: 1, entry });
    tell('refused', 1, { nth: 1 });
    tell('submitted', 12, { nth: 2, entry });
  } else tell('submitted', typing(), { nth: 1, entry });
  const nth = events.filter(({ type }) => type === 'submitted').length;
  tell('accepted', 0.7, { nth });
  if (has(hazards.declined)) {
    verdict('failed', 'status');
    return finish('declined');
  }
  verdict('paid', has(0.5) ? 'webhook' : 'status');
  return finish('paid');
}
