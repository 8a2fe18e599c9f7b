/** A tab of a customer on the OTP step, whichever way its page is made. */

/** Action of a customer on the step. */
export type TabAction =
  | 'right'
  | 'wrong'
  | 'malformed'
  | 'twice'
  | 'wrongTwice'
  | 'resend'
  | 'bank'
  | 'cancel'
  | 'check'
  | 'hide'
  | 'show'
  | 'offline';

/** An open tab. */
export interface Tab {
  readonly paymentId: string;
  /** Actions that are possible now, each with its relative frequency. */
  offers(): readonly (readonly [weight: number, action: TabAction])[];
  /** Does an action that the page offers. */
  act(action: TabAction): void;
  /** URL of the bank's page once the customer is on the way there. */
  readonly bankUrl: string | undefined;
  /** True once the step has ended. */
  readonly isOver: boolean;
  /** State of the step, for the trace. */
  readonly status: string;
  close(): void;
}

/** Returns the OTPs a customer types, each with its weight; `clumsiness`: wrong ones for each ten right ones. */
export const submitOffers = (clumsiness: number): readonly (readonly [weight: number, action: TabAction])[] => [
  [10, 'right'],
  [clumsiness, 'wrong'],
  [1, 'malformed'],
  [1, 'twice'],
  [clumsiness, 'wrongTwice'],
];
