/** Path that the tests serve the site from. */
export const base = '/kit/docs/';
