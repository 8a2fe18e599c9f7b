/** Limits of one payment: the number of OTP actions it may take, and their time. */
export interface Limits {
  /** Number of OTPs that may be submitted, 1 to 10. Bounds guessing. @default 5 */
  submits: number;
  /**
   * Number of OTPs that may be requested after the first, 0 to 10. Bounds the SMS a customer can be sent.
   *
   * @default 3
   */
  resends: number;
  /** Minutes a session may request and submit OTPs without being renewed, 1 to 60. @default 15 */
  activeMinutes: number;
  /** Minutes all sessions of a payment together may request and submit OTPs, up to 1440. @default 60 */
  maxMinutes: number;
  /** Least number of seconds between two reads of the order for the customer's page, 0 to 60. @default 1 */
  orderReadEverySeconds: number;
  /**
   * Most seconds one call that sends or submits an OTP may take, 5 to 50: less than the time after which the platform
   * ends a function.
   *
   * @default 50; sending an OTP never takes longer than 28
   */
  callSeconds: number;
  /** Days a record is kept once every verdict is delivered, 1 to 365; an open one is kept 90. @default 30 */
  keepDays: number;
}

/** Number of times the first OTP of a payment may be requested, because a request that failed may be retried. */
export const generateLimit = 3;
