/** Tests in which real processes are killed and real engines fail, by the simulator's check for the same rule. */
export const realFailures: Readonly<Record<string, { killed?: readonly string[]; failed?: readonly string[] }>> = {
  'every-payment-told': {
    killed: [
      'after its submit took effect, with no page left: the sweep of the next process delivers the verdict',
      'while it delivered a verdict: the verdict is delivered again once its lease has expired',
      'is told although its process died after the payment',
    ],
    failed: [
      'a master that is killed in the middle of payments loses no verdict, and sends nothing twice: %s',
      'stopped: 503 and nothing is sent; restarted: its records are there, and the payment continues',
      'that dies at step %d wakes its payment all the same',
    ],
  },
  'verdict-follows-order': {
    killed: ['after its OTP was rejected: the order proves it, and the customer may try again'],
  },
  'one-payable-payment': {
    killed: ['after its payment was created: the same start returns that payment, and no second one is created'],
    failed: ['a master that is killed in the middle of payments loses no verdict, and sends nothing twice: %s'],
  },
  'bounded-submits': {
    killed: [
      'before its submit was sent: nothing is sent automatically, and the OTP may be entered again after a minute',
    ],
    failed: ['slow to load: 503 and nothing is sent'],
  },
  'key-sent-once': {
    failed: [
      'a save whose response was lost: the action is sent once',
      'a save that arrives after its timeout: 503 and nothing is sent, for a repeated idempotency key either',
    ],
  },
  'no-sms-by-itself': { killed: ['after its OTP was sent: no second OTP is sent, and the first one pays'] },
  'effect-exactly-once': {
    killed: ['of processes killed around onVerdict no effect is repeated and none is missing'],
    failed: ['a transaction whose connection breaks'],
  },
  'newer-record-untouched': {
    failed: ['a rolling deploy and a rollback rewrite no record of the other version'],
  },
};

/** Processes killed with SIGKILL around `onVerdict`, by `KILLS=1000 vitest run --project stores test/stores/exactly-once`. */
export const recordedKills: readonly {
  database: string;
  hook: 'with transaction' | 'plain';
  killed: number;
  verdicts: number;
  repeated: number;
  missing: number;
}[] = [
  { database: 'PostgreSQL', hook: 'with transaction', killed: 1000, verdicts: 880, repeated: 0, missing: 0 },
  { database: 'PostgreSQL', hook: 'plain', killed: 334, verdicts: 3360, repeated: 305, missing: 0 },
  { database: 'SQLite', hook: 'with transaction', killed: 1000, verdicts: 1240, repeated: 0, missing: 0 },
  { database: 'SQLite', hook: 'plain', killed: 334, verdicts: 3360, repeated: 335, missing: 0 },
];
