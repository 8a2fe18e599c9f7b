/**
 * Web Crypto over `node:crypto`'s synchronous calls: the platform's own answers from other threads, in an order that no
 * seed decides. Only the algorithms that kit and sandbox use.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { createUuid, type Random } from './seed.ts';

type Bytes = ArrayBuffer | ArrayBufferView;

interface Key {
  readonly bytes: Buffer;
  readonly algorithm: unknown;
  readonly usages: readonly string[];
  readonly type: 'secret';
  readonly extractable: false;
}

interface AesParameters {
  readonly iv: Bytes;
  readonly additionalData?: Bytes;
}

const tagBytes = 16;

const toBuffer = (data: Bytes): Buffer =>
  ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
const copyOf = (data: Bytes): Buffer => Buffer.from(toBuffer(data));
const toArrayBuffer = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;

const createKey = (bytes: Buffer, algorithm: unknown, usages: readonly string[]): Key => ({
  bytes,
  algorithm,
  usages,
  type: 'secret',
  extractable: false,
});

const aes = ({ bytes }: Key): 'aes-128-gcm' | 'aes-256-gcm' => (bytes.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm');

const subtle = {
  async importKey(_format: string, data: Bytes, algorithm: unknown, _extractable: boolean, usages: string[]) {
    return createKey(copyOf(data), algorithm, usages);
  },
  async digest(_algorithm: unknown, data: Bytes) {
    return toArrayBuffer(createHash('sha256').update(toBuffer(data)).digest());
  },
  async sign(_algorithm: unknown, key: Key, data: Bytes) {
    return toArrayBuffer(createHmac('sha256', key.bytes).update(toBuffer(data)).digest());
  },
  async deriveKey(
    { salt, info }: { salt: Bytes; info: Bytes },
    key: Key,
    target: { length?: number },
    _extractable: boolean,
    usages: string[],
  ) {
    const length = (target.length ?? 256) / 8;
    return createKey(
      Buffer.from(hkdfSync('sha256', key.bytes, toBuffer(salt), toBuffer(info), length)),
      target,
      usages,
    );
  },
  async encrypt({ iv, additionalData }: AesParameters, key: Key, data: Bytes) {
    const cipher = createCipheriv(aes(key), key.bytes, toBuffer(iv));
    if (additionalData) cipher.setAAD(toBuffer(additionalData));
    return toArrayBuffer(Buffer.concat([cipher.update(toBuffer(data)), cipher.final(), cipher.getAuthTag()]));
  },
  async decrypt({ iv, additionalData }: AesParameters, key: Key, data: Bytes) {
    const sealed = toBuffer(data);
    const decipher = createDecipheriv(aes(key), key.bytes, toBuffer(iv));
    if (additionalData) decipher.setAAD(toBuffer(additionalData));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return toArrayBuffer(Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]));
  },
};

/** Creates the `crypto` global of a walk, whose randomness comes from `random`. */
export const createDeterministicCrypto = (random: () => Random): object => ({
  subtle,
  getRandomValues<T extends ArrayBufferView>(target: T): T {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = random().integer(0, 255);
    return target;
  },
  randomUUID: () => createUuid(random()),
});
