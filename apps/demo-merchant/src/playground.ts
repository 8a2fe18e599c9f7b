/** The playground, for the site that serves it without the shop. */

export type { BrowserFiles } from './browser-files.ts';
export { toApiTables } from './pages/api-table.ts';
export { componentHead, playgroundPage } from './pages/playground.ts';
