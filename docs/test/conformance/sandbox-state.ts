/** The state of a sandbox before a run and after it. */
import type { Operation } from '@plural-otp/sandbox';
import type { TestBackend } from './edge-backend.ts';

/** Changes everything about a sandbox that a run changes too. `operation`: the one that is scripted to fail. */
export function prepareSandbox({ sandbox }: TestBackend, operation: Operation = 'getOrder'): void {
  sandbox.configure({ otpAttempts: 7, lenient: true });
  sandbox.script({ operation, fault: 'status', status: 503, times: 4, skip: 2 });
  sandbox.advance(500);
}

/** Returns settings, scripted faults and clock. */
export const readSandbox = ({ sandbox: { settings, state } }: TestBackend) =>
  structuredClone({
    settings: settings(),
    faults: state.faults.map(({ fault, skip, remaining }) => ({ ...fault, skip, remaining, times: 0 })),
    clock: state.frozenAtMs ?? state.clockOffsetMs,
    isFrozen: state.frozenAtMs !== null,
  });

/**
 * An operation that no backend calls. Nobody knows when a backend has ended the request that a run was interrupted in:
 * its last reads would use up faults of an operation that it calls.
 */
export const uncalledOperation: Operation = 'refundOrder';
