/**
 * Connects a handler to its context, for the page without script: another entry of this package that serves the same
 * payments. A WeakMap keeps the context off the handler's public surface.
 */

import { PluralError } from '@plural-otp/core';
import type { HandlerContext } from './context.ts';

const contexts = new WeakMap<object, HandlerContext>();

/** Registers the context of a handler, and returns the handler. */
export function registerContext<H extends object>(handler: H, context: HandlerContext): H {
  contexts.set(handler, context);
  return handler;
}

/**
 * Returns the context of a handler.
 *
 * @throws {PluralError} `OPTIONS_INVALID` for anything but the object `createOtpHandler` returned.
 */
export function getContext(handler: object): HandlerContext {
  const context = contexts.get(handler);
  if (!context) {
    throw new PluralError('OPTIONS_INVALID', {
      issues: [{ path: 'handler', expected: 'the handler returned by createOtpHandler' }],
    });
  }
  return context;
}
