/** Limits of one payment: how many OTP actions it may take, and for how long. */
export interface Limits {
  /** Codes handed in, 1 to 10. @default 5 */
  submits: number;
  /** Further codes asked for, 0 to 10. @default 3 */
  resends: number;
  /** How long a session may act without being renewed, 1 to 60 minutes. @default 15 */
  activeMinutes: number;
  /** How long a payment's sessions may act in all, up to 1440 minutes. @default 60 */
  maxMinutes: number;
  /** How often the customer's page may have the order read, 0 to 60 seconds. @default 1 */
  orderReadEverySeconds: number;
}
