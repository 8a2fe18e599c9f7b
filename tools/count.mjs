/** Prints the closing line for the reports of the last run of `npm test`. */
import { join } from 'node:path';
import { closingLine, countReports } from './reports.mjs';
import { root } from './run.mjs';

console.log(closingLine(countReports(join(root, 'reports'))));
