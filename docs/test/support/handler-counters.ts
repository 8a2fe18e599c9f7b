import type { FlowEvent, ReportedProblem } from '@plural-otp/edge';

/** Counts by bank: `HDFC paid` over `HDFC otpSent` is the share of its OTPs that end in a payment. */
export const counters = new Map<string, number>();
const count = (name: string): void => void counters.set(name, (counters.get(name) ?? 0) + 1);

export function onEvent({ type, issuer = 'unknown', outcome }: FlowEvent): void {
  count(`${issuer} ${outcome ?? type}`);
}

export function onProblem(problem: ReportedProblem): void {
  count(problem.code);
  console.error(JSON.stringify(problem)); // the customer's reference, and the request id for Plural's support
}
