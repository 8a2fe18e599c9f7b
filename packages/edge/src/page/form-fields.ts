/** Parses the fields of a form. */
import * as v from 'valibot';

/** An action that a form of the page requests. */
export type FormAction = 'generate' | 'submit' | 'resend' | 'bank' | 'cancel' | 'check';

const formActions: readonly FormAction[] = ['generate', 'submit', 'resend', 'bank', 'cancel', 'check'];

/** The fields of a form. */
export interface FormFields {
  session: string;
  action: FormAction;
  /** Generated with the page, so that a button pressed twice is one action. */
  idempotencyKey: string;
  /** Only with `submit`: the text as it was typed. */
  otp?: string;
  /** BCP 47 tag of the page's language. */
  lang?: string;
}

const formSchema: v.GenericSchema<unknown, FormFields> = v.pipe(
  v.strictObject({
    session: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
    action: v.picklist(formActions),
    idempotencyKey: v.pipe(v.string(), v.uuid()),
    otp: v.exactOptional(v.string()),
    lang: v.exactOptional(v.pipe(v.string(), v.maxLength(35))),
  }),
  v.check(({ action, otp }) => (action === 'submit') === (otp !== undefined)),
);

/** Returns the fields of a form, or `undefined` for one that is not of the page or names a field twice. */
export function parseFormFields(fields: URLSearchParams | undefined): FormFields | undefined {
  const entries = [...(fields ?? [])];
  if (new Set(entries.map(([name]) => name)).size !== entries.length) return undefined;
  const read = v.safeParse(formSchema, Object.fromEntries(entries));
  return read.success ? read.output : undefined;
}
