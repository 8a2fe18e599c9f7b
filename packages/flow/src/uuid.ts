/** A random UUID (version 4). `crypto.randomUUID` is missing from pages without TLS, on a phone under test for example. */
export const randomUuid = (): string =>
  'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx'.replace(/x/g, () =>
    (crypto.getRandomValues(new Uint8Array(1))[0]! & 15).toString(16),
  );
