/**
 * Who may import whom. Browser half (flow, element) and server half (core, edge) meet only in flow's contract;
 * the sandbox shares no code with the client, so that their agreement is evidence.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    rule('no-cycles', 'A cycle has no bottom to begin reading at.', {}, { circular: true }),
    rule('unresolved', 'An import nothing answers to.', {}, { couldNotResolve: true, pathNot: '^cloudflare:workers$' }),
    rule('core-stands-alone', 'core imports no package of ours.', at('core'), ours('core')),
    rule('flow-stands-alone', 'flow imports no package of ours.', at('flow'), ours('flow')),
    rule('element-knows-flow-only', 'No secret half in the browser.', at('element'), ours('element|flow')),
    rule('edge-knows-core-and-contract', 'edge needs no browser code.', at('edge'), ours('edge|core|flow')),
    rule('edge-reads-the-contract-only', 'Of flow, edge may read the contract and its schemas.', at('edge'), {
      path: '^packages/flow/',
      pathNot: '^packages/flow/(src|dist)/contract(-schemas)?[.]',
    }),
    rule(
      'sandbox-shares-no-code',
      'The emulator is written from the documents.',
      { path: '^apps/sandbox/src' },
      {
        path: '^(packages/|apps/(?!sandbox/))',
      },
    ),
    rule(
      'shipped-never-reaches-apps',
      'What ships stands without the apps.',
      { path: '^packages/[^/]+/src' },
      {
        path: '^apps/',
      },
    ),
    rule(
      'source-never-reaches-tests',
      'Tests read the source, never the reverse.',
      { path: '^(packages|apps)/[^/]+/src' },
      {
        path: '/test/',
      },
    ),
    rule(
      'no-deep-imports',
      'Another package is read through its entries.',
      { path: '^(packages|apps)/([^/]+)/src' },
      { path: '^(packages|apps)/[^/]+/src', pathNot: '^$1/$2/' },
    ),
    rule(
      'one-door-to-plural',
      'Only http.ts imports the HTTP client.',
      { path: '.', pathNot: '^packages/core/(src/http[.]ts$|bench/)' },
      {
        path: 'node_modules/ky/',
      },
    ),
    rule(
      'no-valibot-in-the-browser',
      'The browser half reads the contract by hand; the schemas are an entry of their own.',
      { path: '^packages/(flow|element)/src', pathNot: '^packages/flow/src/(contract-schemas|conform/backend)[.]ts$' },
      { path: 'node_modules/valibot/' },
    ),
    rule(
      'no-conformance-in-the-browser',
      'The conformance runner is a tool; no page loads it.',
      { path: '^packages/(flow|element)/src', pathNot: '^packages/flow/src/conform/' },
      { path: '^packages/flow/src/conform/' },
    ),
    rule(
      'one-file-touches-node',
      'At most one room per package knows Node.',
      {
        path: '^(packages|apps/sandbox)/.*src/',
        pathNot: '^(packages/edge/src/node|packages/flow/src/conform/main|apps/sandbox/src/(main|listen))[.]ts$',
      },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'start-files-touch-node',
      'The shop itself runs wherever there is fetch; its start files know their runtimes.',
      { path: '^apps/demo-merchant/src/', pathNot: '^apps/demo-merchant/src/(start/|demo[.]ts$)' },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'declared',
      'A package lists what it imports.',
      // The typings for frameworks name those, as optional peers.
      { path: '^(packages|apps)/[^/]+/src', pathNot: '^packages/element/src/(react|vue|svelte)[.]ts$' },
      {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        pathNot: '^(packages|apps)/',
      },
    ),
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    exclude: { path: '(^|/)(dist|data|reports)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};

function rule(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

function at(name) {
  return { path: `^packages/${name}/src` };
}

/** Every package of ours but the named ones. */
function ours(but) {
  return { path: `^packages/(?!(${but})/)` };
}
