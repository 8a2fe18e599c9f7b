/** The table of pages: each shows a file of the repository, or a section of one. */

/** Groups of the sidebar, in their order. */
export const groups = ['Start', 'Guides', 'Reference', 'Trust'] as const;

/** One of the groups. */
export type Group = (typeof groups)[number];

/** A row of the table. */
export interface PageRow {
  readonly id: string;
  readonly group: Group;
  /** Path of the Markdown file. */
  readonly file: string;
  /** Section of the second level that the page shows alone. @default the whole file */
  readonly section?: string;
  /** Title in place of the file's or the section's own. */
  readonly title?: string;
}

/**
 * The pages that have a place of their own. Sections of docs/recipes.md, error codes, and files of docs/ and packages/
 * that are not listed here are added by themselves.
 */
export const pageTable: readonly PageRow[] = [
  { id: 'start/quickstart', group: 'Start', file: 'README.md', section: 'Quickstart' },
  { id: 'start/status', group: 'Start', file: 'README.md', section: 'Status and requirements' },
  { id: 'start/demo', group: 'Start', file: 'README.md', section: 'Try it', title: 'Demo on your machine' },
  { id: 'start/how-it-works', group: 'Start', file: 'README.md', section: 'How it works' },
  { id: 'start/packages', group: 'Start', file: 'README.md', section: 'Packages' },
  { id: 'guides/element', group: 'Guides', file: 'packages/element/README.md', title: 'The step on your page' },
  { id: 'guides/handler', group: 'Guides', file: 'packages/edge/README.md', title: 'The handler on your server' },
  { id: 'guides/tasks', group: 'Guides', file: 'docs/tasks.md' },
  { id: 'guides/stores', group: 'Guides', file: 'docs/stores.md' },
  { id: 'guides/testing', group: 'Guides', file: 'apps/sandbox/README.md', title: 'Testing with the sandbox' },
  { id: 'guides/observability', group: 'Guides', file: 'docs/observability.md' },
  { id: 'guides/insight', group: 'Guides', file: 'packages/insight/README.md', title: 'What customers do at the step' },
  { id: 'guides/languages', group: 'Guides', file: 'docs/languages.md' },
  { id: 'guides/own-screen', group: 'Guides', file: 'packages/flow/README.md', title: 'A screen of your own' },
  { id: 'guides/api-client', group: 'Guides', file: 'packages/core/README.md', title: 'Plural’s API alone' },
  { id: 'guides/other-languages', group: 'Guides', file: 'docs/contract.md', title: 'A backend in another language' },
  { id: 'guides/php', group: 'Guides', file: 'docs/examples/php-backend/README.md' },
  { id: 'guides/python', group: 'Guides', file: 'docs/examples/python-backend/README.md' },
  { id: 'guides/conformance', group: 'Guides', file: 'packages/conformance/README.md', title: 'Conformance tests' },
  { id: 'guides/demo-shop', group: 'Guides', file: 'apps/demo-merchant/README.md' },
  { id: 'reference/element', group: 'Reference', file: 'docs/element.md' },
  { id: 'reference/sandbox', group: 'Reference', file: 'docs/sandbox.md' },
  { id: 'reference/glossary', group: 'Reference', file: 'docs/glossary.md' },
  { id: 'trust/promises', group: 'Trust', file: 'docs/promises.md' },
  { id: 'trust/security', group: 'Trust', file: 'SECURITY.md' },
  { id: 'trust/attack-coverage', group: 'Trust', file: 'docs/attack-coverage.md' },
  { id: 'trust/coverage', group: 'Trust', file: 'docs/coverage.md' },
  { id: 'trust/simulator', group: 'Trust', file: 'apps/simulator/README.md' },
  { id: 'trust/device-checks', group: 'Trust', file: 'docs/device-checks.md' },
  { id: 'trust/sources', group: 'Trust', file: 'docs/sources.md' },
  { id: 'trust/architecture', group: 'Trust', file: 'ARCHITECTURE.md' },
  { id: 'trust/contributing', group: 'Trust', file: 'CONTRIBUTING.md' },
];
