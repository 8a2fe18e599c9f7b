/**
 * What the shipped code must not use, because a runtime lacks it: each is a case, and where it is lacking the case
 * fails, in the way `unsupported` states. A platform that catches up fails the suite here, and its line can go.
 */

import { collectDeviceInfo } from '@plural-otp/flow';
import { equal, type Cases } from './assert.ts';

const has = (name: string): (() => Promise<void>) => {
  return async () => equal(name in globalThis, true, name);
};

export const platformCases: Cases = {
  'platform: AbortSignal.any': async () => {
    const aborted = new AbortController();
    aborted.abort();
    equal(AbortSignal.any([aborted.signal]).aborted, true, 'joined signal');
  },
  'platform: a request that refuses redirects': async () => {
    equal(new Request('https://shop.example/', { redirect: 'error' }).redirect, 'error', 'redirect');
  },
  'platform: a request that names its own origin': async () => {
    const request = new Request('https://shop.example/', { headers: { origin: 'https://shop.example' } });
    equal(request.headers.get('origin'), 'https://shop.example', 'origin');
  },
  'platform: Uint8Array.prototype.toBase64': async () => {
    const bytes = new Uint8Array([1, 2, 3]) as Uint8Array & { toBase64(): string };
    equal(bytes.toBase64(), 'AQID', 'Base64');
  },
  'platform: crypto.subtle.timingSafeEqual': async () => {
    const subtle = crypto.subtle as SubtleCrypto & { timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean };
    equal(subtle.timingSafeEqual(new Uint8Array(2), new Uint8Array(2)), true, 'comparison');
  },
  'platform: process': has('process'),
  'platform: Buffer': has('Buffer'),
  'platform: navigator': has('navigator'),
  'platform: CustomEvent': has('CustomEvent'),
  'platform: BroadcastChannel': has('BroadcastChannel'),
  'platform: a screen for device_info': async () => {
    equal(Object.keys(collectDeviceInfo()).length > 0, true, 'collected');
  },
};
