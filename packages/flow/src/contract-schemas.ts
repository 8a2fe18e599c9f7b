/**
 * Valibot schemas of the contract, for backends that validate requests and for tests. Bodies and views are modules of
 * their own, so that a backend which reads bodies is bundled without the schemas of views.
 */
export {
  actionBodySchema,
  destinationSchema,
  entryNoteSchema,
  leaveBodySchema,
  sessionBodySchema,
  submitBodySchema,
} from './contract-body-schemas.ts';
export {
  moneySchema,
  paymentDisplaySchema,
  paymentViewSchema,
  problemBodySchema,
  problemSchema,
} from './contract-view-schemas.ts';
