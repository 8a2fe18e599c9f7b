/** Valibot schemas of what a browser sends, and of the members that a response shares with it. */
import * as v from 'valibot';
import {
  entryManners,
  type ActionBody,
  type EntryNote,
  type LeaveBody,
  type SessionBody,
  type SubmitBody,
} from './contract.ts';

/** A sealed session. */
export const sessionSchema: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const idempotencyKey = v.pipe(v.string(), v.uuid());
/** A whole number of at least 0. */
export const countSchema: v.GenericSchema<unknown, number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A string of at least one character. */
export const nonEmptyStringSchema: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.nonEmpty());

/** A masked phone number or address with at most four ASCII digits. */
export const destinationSchema: v.GenericSchema<unknown, string> = v.pipe(
  nonEmptyStringSchema,
  v.regex(/^[^0-9]*(?:[0-9][^0-9]*){0,4}$/),
);

/** Body of `payment`. Like every body schema here, it rejects unknown members. */
export const sessionBodySchema: v.GenericSchema<unknown, SessionBody> = v.strictObject({ session: sessionSchema });

/** Body of `otp/generate` and `otp/resend`. */
export const actionBodySchema: v.GenericSchema<unknown, ActionBody> = v.strictObject({
  session: sessionSchema,
  idempotencyKey,
});

const entrySeconds = v.pipe(countSchema, v.maxValue(600));

/** A note on how the code was entered. */
export const entryNoteSchema: v.GenericSchema<unknown, EntryNote> = v.strictObject({
  by: v.exactOptional(v.picklist(entryManners)),
  edited: v.exactOptional(v.literal(true)),
  firstKeySeconds: v.exactOptional(entrySeconds),
  hiddenSeconds: v.exactOptional(entrySeconds),
  usableMs: v.exactOptional(v.pipe(countSchema, v.maxValue(600_000))),
});

/** Body of `otp/submit`: the OTP is a string of 4 to 8 ASCII digits. */
export const submitBodySchema: v.GenericSchema<unknown, SubmitBody> = v.strictObject({
  session: sessionSchema,
  idempotencyKey,
  otp: v.pipe(v.string(), v.regex(/^[0-9]{4,8}$/)),
  entry: v.exactOptional(entryNoteSchema),
});

/** Body of `payment/leave`. */
export const leaveBodySchema: v.GenericSchema<unknown, LeaveBody> = v.strictObject({
  session: sessionSchema,
  idempotencyKey,
  to: v.picklist(['bank', 'cancel', 'away']),
  entry: v.exactOptional(entryNoteSchema),
});
