import * as v from 'valibot';
import { paymentViewSchema, problemBodySchema } from '@plural-otp/flow/contract/schemas';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { Breach, hold } from './assert.ts';

/** An answer of the backend under test, read to its end. */
export interface Answer {
  /** What was asked, as `POST otp/submit`. */
  readonly asked: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Asked {
  method?: string;
  /** In place of what a page of the shop would send; `undefined` leaves one out. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** An object is sent as JSON; bytes and text as they are. */
  body?: object | string | Uint8Array<ArrayBuffer>;
}

/** Below this one answer: a redirect is not followed, and nothing is repeated. */
export interface Backend {
  send(route: string, asked?: Asked): Promise<Answer>;
  /** Every answer since the run began. */
  readonly answers: readonly Answer[];
}

export interface BackendOptions {
  /** Where the contract's routes are mounted, for example `http://127.0.0.1:3000/plural`. */
  url: string;
  /** What a browser would send as `Origin`. */
  origin: string;
  fetch: typeof globalThis.fetch;
}

export function backendAt({ url, origin, fetch }: BackendOptions): Backend {
  const answers: Answer[] = [];
  return {
    answers,
    async send(route, { method = 'POST', headers = {}, body } = {}) {
      const all = { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin', ...headers };
      const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const raw = body instanceof Uint8Array ? body : new TextEncoder().encode(textOf(body));
      const isBodiless = method === 'GET' || method === 'HEAD';
      const response = await fetch(`${url}/${route}`, {
        method,
        headers: sent,
        redirect: 'manual',
        signal: AbortSignal.timeout(60_000),
        // As bytes, so that nothing adds a content type of its own.
        ...(isBodiless ? {} : { body: raw }),
      });
      const asked = `${method} ${route.replace(/\?.*/s, '?…')}`;
      const answer: Answer = { asked, status: response.status, headers: response.headers, text: await response.text() };
      answers.push(answer);
      return answer;
    },
  };
}

const textOf = (body: Asked['body']): string => (typeof body === 'string' ? body : JSON.stringify(body ?? {}));

function bodyOf({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The view in an answer, which has to be the contract's to the letter. */
export function viewIn(answer: Answer): PaymentView {
  hold(answer.status === 200, `${answer.asked} to answer 200 with a view`, `${answer.status} ${answer.text}`);
  const read = v.safeParse(paymentViewSchema, bodyOf(answer));
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new Breach(
    `a view of the contract from ${answer.asked}`,
    `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`,
  );
}

/** The problem in an answer of this status, whose body has to be the contract's. */
export function problemIn(answer: Answer, ...statuses: readonly number[]): Problem {
  const expected = `${answer.asked} to answer ${statuses.join(' or ')} with a problem`;
  hold(statuses.includes(answer.status), expected, `${answer.status} ${answer.text}`);
  const read = v.safeParse(problemBodySchema, bodyOf(answer));
  hold(read.success, `${expected}: { "problem": { "code" } }`, answer.text);
  return read.output.problem;
}
