// For browsers: the page tells its server the results.
import { browserCases } from '../suite/browser.ts';
import { runSuite } from '../suite/run.ts';

await fetch('/results', { method: 'POST', body: JSON.stringify(await runSuite(browserCases)) });
