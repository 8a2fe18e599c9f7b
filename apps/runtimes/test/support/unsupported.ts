const noBase64 = { 'platform: Uint8Array.prototype.toBase64': /toBase64 is not a function/ };
const noTimingSafeEqual = { 'platform: crypto.subtle.timingSafeEqual': /timingSafeEqual is not a function/ };
const noScreen = { 'platform: a screen for device_info': /expected true, got false/ };
const noGlobals = (...names: string[]): Record<string, RegExp> =>
  Object.fromEntries(names.map((name) => [`platform: ${name}`, new RegExp(`${name}: expected true, got false`)]));

const oldNode = { ...noBase64, ...noTimingSafeEqual, ...noScreen };
const browser = {
  ...noTimingSafeEqual,
  ...noGlobals('process', 'Buffer'),
  // The browser names the origin itself, and drops what a program says.
  'platform: a request that names its own origin': /expected "https:\/\/shop.example", got null/,
};

/** Cases that must fail in each runtime, with the expected error; every other case must pass. */
export const unsupported: Record<string, Record<string, RegExp>> = {
  'Node 22': oldNode,
  'Node 24': oldNode,
  'Node 26': { ...noTimingSafeEqual, ...noScreen },
  Deno: { ...noTimingSafeEqual, ...noScreen },
  Bun: { ...noTimingSafeEqual, ...noScreen },
  workerd: {
    ...noScreen,
    ...noGlobals('process', 'Buffer', 'BroadcastChannel'),
    'platform: a request that refuses redirects': /Invalid redirect value/,
    'platform: a promise of a request that has ended settles': /can never settle/,
  },
  'edge-runtime': {
    ...oldNode,
    ...noGlobals('process', 'Buffer', 'navigator', 'CustomEvent', 'BroadcastChannel'),
    'platform: AbortSignal.any': /AbortSignal.any is not a function/,
  },
  Chromium: browser,
  Firefox: browser,
  WebKit: browser,
};
