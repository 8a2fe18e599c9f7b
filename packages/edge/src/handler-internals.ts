import { PluralError } from '@plural-otp/core';
import type { Parts } from './context.ts';

const known = new WeakMap<object, Parts>();

/** Lets another entry of this package work with the parts of a handler. */
export function linkParts<H extends object>(handler: H, parts: Parts): H {
  known.set(handler, parts);
  return handler;
}

/** The parts of a handler. Throws `OPTIONS_INVALID` for anything else. */
export function partsOf(handler: object): Parts {
  const parts = known.get(handler);
  if (!parts) {
    throw new PluralError('OPTIONS_INVALID', {
      issues: [{ path: 'handler', expected: 'what createOtpHandler gave, itself and no copy' }],
    });
  }
  return parts;
}
