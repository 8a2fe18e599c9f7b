/**
 * Internal to the kit: primitives that `@plural-otp/edge` shares with this package. Not covered by semver; anything
 * here may change or disappear in any release.
 *
 * @internal
 */

export { open, seal, type SealOptions } from './crypto/encryption.ts';
export { fromBase64, fromBase64url, fromHex, sha256, toBase64, toBase64url, toHex, utf8 } from './crypto/encoding.ts';
export { isLoopbackHost } from './lib/loopback-host.ts';
export { omitUndefined } from './lib/omit-undefined.ts';
export {
  decide,
  findRival,
  getRefunded,
  holdsMoney,
  mayBeAttemptedOtherwise,
  moneyOutcome,
  type DecidedPayment,
} from './outcome/payment-outcome.ts';
export { sameMoney } from './wire/money.ts';
export { parse } from './wire/parse.ts';
export { createPaymentSchema } from './wire/payment-request.ts';
