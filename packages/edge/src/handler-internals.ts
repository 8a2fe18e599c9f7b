import { PluralError } from '@plural-otp/core';
import type { HandlerContext } from './context.ts';

const contexts = new WeakMap<object, HandlerContext>();

/** Lets another entry of this package work with the parts of a handler. */
export function registerContext<H extends object>(handler: H, context: HandlerContext): H {
  contexts.set(handler, context);
  return handler;
}

/** The parts of a handler. Throws `OPTIONS_INVALID` for anything else. */
export function getContext(handler: object): HandlerContext {
  const context = contexts.get(handler);
  if (!context) {
    throw new PluralError('OPTIONS_INVALID', {
      issues: [{ path: 'handler', expected: 'what createOtpHandler gave, itself and no copy' }],
    });
  }
  return context;
}
