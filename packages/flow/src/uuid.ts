/** Returns a random UUID (version 4). `crypto.randomUUID` is missing on pages without TLS, for example in tests on a phone. */
export const randomUuid = (): string =>
  'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx'.replace(/x/g, () =>
    (crypto.getRandomValues(new Uint8Array(1))[0]! & 15).toString(16),
  );
