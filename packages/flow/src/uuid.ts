/**
 * Returns a random UUID (version 4). It tells the actions of one payment apart and is no secret, so that it needs no
 * `crypto`: that is missing in some engines without a browser, and its `randomUUID` on pages without TLS.
 */
export const randomUuid = (): string =>
  'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
