/**
 * For the tests of an integration: signs returns and webhooks as Plural does, and explains why one does not
 * verify.
 *
 * @example
 * ```ts
 * import { verifyReturn } from '@plural-otp/core';
 * import { signReturn } from '@plural-otp/core/testing';
 *
 * const secretKey = '0a'.repeat(32);
 * const fields = await signReturn({ order_id: 'o-1', status: 'AUTHORIZED' }, { secretKey });
 * console.log((await verifyReturn(fields, { secretKey })).status);
 * ```
 */

export { explainReturn, type ExplainReturnOptions, type ReturnExplanation } from './signatures/explain-return.ts';
export { explainWebhook, type ExplainWebhookOptions, type WebhookExplanation } from './signatures/explain-webhook.ts';
export {
  signReturn,
  signWebhook,
  type SignReturnOptions,
  type SignWebhookInput,
  type SignedWebhook,
} from './signatures/sign.ts';
