import { late, within, type Wait } from './waiting.ts';

const bodyLimitMs = 10_000;

/** The body's bytes, `tooLarge` as soon as more than `most` came, or `tooSlow`. */
export async function readBody(
  request: Request,
  most: number,
  wait: Wait,
): Promise<Uint8Array<ArrayBuffer> | 'tooLarge' | 'tooSlow'> {
  if (Number(request.headers.get('content-length') ?? 0) > most) return 'tooLarge';
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const read = await within(wait, bodyLimitMs, readAll(reader, most));
  if (read === late) void reader.cancel().catch(() => undefined);
  return read === late ? 'tooSlow' : read;
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | 'tooLarge' | 'tooSlow'> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > most) {
        void reader.cancel().catch(() => undefined);
        return 'tooLarge';
      }
      chunks.push(part.value);
    }
  } catch {
    // The connection broke: whoever sent it will not read the answer.
    return 'tooSlow';
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON in a body, or `undefined` when it is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** The fields of a form body, or `undefined` when it is not well-formed UTF-8. */
export function parseForm(bytes: Uint8Array): URLSearchParams | undefined {
  try {
    return new URLSearchParams(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
