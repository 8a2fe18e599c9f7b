/** For the tests of those who integrate: returns and webhooks signed as Plural signs them, and why one does not verify. */

export { explainReturn, type ExplainReturnOptions, type ReturnExplanation } from './signatures/explain-return.ts';
export {
  signReturn,
  signWebhook,
  type SignReturnOptions,
  type SignWebhookInput,
  type SignedWebhook,
} from './signatures/sign.ts';
