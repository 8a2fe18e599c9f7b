/** The response of a call: late, bent or lost where its scenario or a fault says so. */
import { connectionResetError } from '../lib/connection.ts';
import type { Sleep } from '../lib/sleep.ts';
import type { Fault } from '../state/fault-script.ts';
import type { RequestLogEntry } from '../state/state.ts';
import { applyFault } from './apply-fault.ts';
import { type ApiResponse, jsonResponse } from './response.ts';

/** Answers a call, or breaks its connection, as its scenario and a fault say. */
export async function respond(
  request: Request,
  result: ApiResponse,
  fault: Fault | null,
  entry: RequestLogEntry,
  wait: Sleep,
): Promise<Response> {
  if (result.delayMs !== undefined && result.delayMs > 0) await wait(result.delayMs, request.signal);
  // A delay is about time alone, so a connection that the scenario breaks breaks all the same.
  if (result.connectionLost === true && (fault === null || fault.fault === 'delay')) {
    if (fault?.fault === 'delay') await wait(fault.delayMs, request.signal);
    throw connectionResetError();
  }
  if (fault === null) return jsonResponse(result);
  const response = await applyFault(result, fault, wait, request.signal);
  entry.status = response.status;
  return response;
}
