import * as v from 'valibot';

/** What a form of the page asks for. */
export type FormAction = 'generate' | 'submit' | 'resend' | 'bank' | 'cancel' | 'check';

const formActions: readonly FormAction[] = ['generate', 'submit', 'resend', 'bank', 'cancel', 'check'];

/** The fields of a form. */
export interface FormFields {
  session: string;
  action: FormAction;
  /** Made with the page, so that one button pressed twice is one deed. */
  idempotencyKey: string;
  /** Only with `submit`: the text as it was typed; a code is yet to be read from it. */
  otp?: string;
  /** A language of the page. */
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

/** Reads a form; `undefined` when it is none of ours, or names a field twice. */
export function parseFormFields(fields: URLSearchParams | undefined): FormFields | undefined {
  const entries = [...(fields ?? [])];
  if (new Set(entries.map(([name]) => name)).size !== entries.length) return undefined;
  const read = v.safeParse(formSchema, Object.fromEntries(entries));
  return read.success ? read.output : undefined;
}
