/** Version of this package, as its `User-Agent` states it. A test holds it to package.json. */

export const version = '0.1.0';
