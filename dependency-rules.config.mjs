/**
 * Lists what each folder of a package may import of its own package, from the top layer to the bottom, and why.
 * A file at the top of `src` is named by its own name; a folder that is absent here is unrestricted.
 */
const layers = {
  'packages/core': {
    client: [
      'outcome|wire|crypto|errors|lib',
      'Verifying a signature and calling the API are two uses; neither needs the other.',
    ],
    signatures: ['wire|crypto|errors|lib', 'A return or webhook is verified without an API client.'],
    outcome: ['wire|lib', 'What an order means is pure: no I/O, no clock.'],
    wire: ['errors|lib', 'The wire schemas are pure: no I/O and no key.'],
    crypto: ['errors|lib', 'Cryptography knows nothing of Plural.'],
    errors: ['lib', 'Every layer throws these errors, so they import none of them.'],
    lib: ['', 'Leaves of the graph.'],
  },
  'packages/edge': {
    page: [
      'handler|handler-internals|context|routes|http|session|payment|lib',
      'The page without script renders what the routes answer; it reaches no store.',
    ],
    routes: [
      'context|options|http|reconciliation|session|stores|payment|lib',
      'What a browser or Plural calls does not go through what the merchant calls.',
    ],
    operations: ['context|options|reconciliation|session|stores|payment|lib', 'What the merchant calls knows no HTTP.'],
    reconciliation: ['context|stores|payment|lib', 'One path reads the order, decides and delivers, whoever asks.'],
    http: ['options|lib', 'Transport rules know no payment.'],
    stores: ['payment|lib', 'A store keeps a record and knows no handler.'],
    session: ['lib', 'Sealing knows no payment, so that it can be reviewed alone.'],
    payment: ['lib', 'The rules of a payment are pure: no I/O, no clock.'],
    lib: ['', 'Leaves of the graph.'],
  },
  'packages/flow': {
    presentation: [
      'contract',
      'What is shown is computed from the contract alone, so that a server can render it too.',
    ],
  },
  'packages/element': {
    view: ['locale', 'What is drawn is computed without the element.'],
    field: ['locale', 'The field knows no payment.'],
    locales: ['locale', 'A locale is a table of messages.'],
    locale: ['', 'Messages know no element.'],
  },
  'apps/sandbox': {
    control: ['scenarios|state|lib', 'The control page reads and drives the state, as any client of its routes could.'],
    api: ['issuer|scenarios|state|lib', 'A call may reach the issuer; the issuer calls nobody.'],
    issuer: ['scenarios|state|lib', 'The bank knows no API.'],
    scenarios: ['state|lib', 'A scenario is data about a card.'],
    testing: [
      'create-sandbox|listen|control|scenarios|state|lib',
      'The helpers of tests use a sandbox as anybody could.',
    ],
    cli: ['create-sandbox|state|lib', 'The command alone knows files and processes.'],
    state: ['lib', 'State knows nobody who changes it.'],
    lib: ['', 'Leaves of the graph.'],
  },
};

/** Turns {@link layers} into one rule per folder. */
function layerRules() {
  return Object.entries(layers).flatMap(([root, folders]) =>
    Object.entries(folders).map(([folder, [allowed, reason]]) => {
      const own = [folder, ...allowed.split('|').filter(Boolean)].join('|');
      return rule(
        `${root.split('/')[1]}-${folder}-layer`,
        reason,
        { path: `^${root}/src/${folder}/` },
        { path: `^${root}/src/`, pathNot: `^${root}/src/(${own})(/|[.]ts$)` },
      );
    }),
  );
}

/**
 * Who may import whom. Browser half (flow, element) and server half (core, edge) meet only in flow's contract;
 * the sandbox shares no code with the client, so that their agreement is evidence.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    ...layerRules(),
    rule('no-cycles', 'A cycle has no bottom to begin reading at.', {}, { circular: true }),
    rule(
      'unresolved',
      'An import nothing answers to.',
      {},
      { couldNotResolve: true, pathNot: '^(cloudflare:workers|astro:content)$' },
    ),
    rule('core-stands-alone', 'core imports no package of ours.', at('core'), ours('core')),
    rule('flow-stands-alone', 'flow imports no package of ours.', at('flow'), ours('flow')),
    rule('element-knows-flow-only', 'No secret half in the browser.', at('element'), ours('element|flow')),
    rule('edge-knows-core-and-contract', 'edge needs no browser code.', at('edge'), ours('edge|core|flow')),
    rule(
      'edge-reads-contract-and-presentation-only',
      'Of flow, edge may read the contract, its schemas and the presentation; the machine is for browsers.',
      at('edge'),
      {
        path: '^packages/flow/',
        pathNot: '^packages/flow/(src|dist)/(contract(-schemas)?|presentation/(index|locales/[^/]+))[.]',
      },
    ),
    rule(
      'presentation-in-the-page-only',
      'A handler without the page carries no messages.',
      { path: '^packages/edge/src/', pathNot: '^packages/edge/src/page/' },
      { path: '^packages/flow/(src|dist)/presentation/' },
    ),
    rule(
      'presentation-imports-types-only',
      'The presentation needs nothing of the contract at run time.',
      { path: '^packages/flow/src/presentation/' },
      { path: '^packages/flow/src/contract[.]ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'flow-without-presentation',
      'The machine words nothing; who draws a screen of their own carries no messages.',
      { path: '^packages/flow/src/', pathNot: '^packages/flow/src/presentation/' },
      { path: '^packages/flow/src/presentation/' },
    ),
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
      // The demo shop runs as it is written, so that its entry is a file of its source.
      { path: '^(packages|apps)/[^/]+/src', pathNot: '^($1/$2/|apps/demo-merchant/src/playground[.]ts$)' },
    ),
    rule(
      'one-door-to-plural',
      'Only http.ts imports the HTTP client.',
      { path: '.', pathNot: '^packages/core/(src/client/http[.]ts$|bench/)' },
      {
        path: 'node_modules/ky/',
      },
    ),
    rule(
      'no-valibot-in-the-browser',
      'The browser half reads the contract by hand; the schemas are an entry of their own.',
      { path: '^packages/(flow|element)/src', pathNot: '^packages/flow/src/contract-(body-|view-)schemas[.]ts$' },
      { path: 'node_modules/valibot/' },
    ),
    rule(
      'conformance-reads-the-contract-only',
      'The conformance tests know the contract and nothing of any implementation, so that they can test them all.',
      at('conformance'),
      { path: '^packages/(?!conformance/)', pathNot: '^packages/flow/(src|dist)/contract(-schemas)?[.]' },
    ),
    rule(
      'doctor-knows-core-and-types-of-edge',
      'It signs and verifies as the shop does, and examines a handler from outside.',
      at('doctor'),
      { path: '^packages/(?!doctor/)', pathNot: '^packages/(core|edge)/(src|dist)/' },
    ),
    rule(
      'create-stands-alone',
      'What writes a shop is installed before anything else, so it brings no other package of ours.',
      at('create'),
      ours('create'),
    ),
    rule(
      'insight-knows-types-of-edge',
      'A shop without insight carries none of it, and insight none of the handler.',
      at('insight'),
      { path: '^packages/(?!insight/)', pathNot: '^packages/edge/(src|dist)/index[.]' },
    ),
    rule(
      'insight-imports-types-only',
      'At run time insight stands alone, so that it also runs with a shop in another language.',
      at('insight'),
      { path: '^packages/edge/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'no-insight-elsewhere',
      'What takes payments never needs what counts them.',
      { path: '^packages/(?!insight/)[^/]+/src' },
      { path: '^packages/insight/' },
    ),
    rule(
      'one-file-touches-node',
      'At most one file per package imports Node beside its command, so that the rest runs in every runtime.',
      {
        path: '^(packages|apps/sandbox)/.*src/',
        pathNot:
          '^(packages/edge/src/node|packages/conformance/src/cli|packages/insight/src/(node|main)|packages/create/src/(files|main)|packages/doctor/src/main|apps/sandbox/src/(main|listen|cli/[^/]+))[.]ts$',
      },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'runtime-files-touch-node',
      'The shop itself runs wherever there is fetch; its runtime files know their runtimes.',
      { path: '^apps/demo-merchant/src/', pathNot: '^apps/demo-merchant/src/(runtimes/|demo[.]ts$)' },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'declared',
      'A package lists what it imports.',
      // The typings for frameworks name those, as optional peers.
      // The demo fetches the other runtimes with everything else, once one is asked for.
      {
        path: '^(packages|apps)/[^/]+/src',
        pathNot:
          '^(packages/element/src/(p?react|p?react-component|vue|svelte|solid)|apps/demo-merchant/src/runtimes/(workerd|serve-edge-runtime))[.]ts$',
      },
      {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        pathNot: '^(packages|apps)/',
      },
    ),
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    exclude: { path: '(^|/)(dist|data|reports|[.]astro)/' },
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
