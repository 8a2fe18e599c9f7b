/** The command `npm run simulate`. */
import { loadFromSource } from './load-source.ts';
import { parseOptions, usage, type SimulateOptions } from './options.ts';
import { plantedBugs } from './planted-bugs.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on('error', () => process.exit(1));

function exitWith(message: string): never {
  print(message);
  process.exit(2);
}

function readOptions(): SimulateOptions {
  try {
    return parseOptions(process.argv.slice(2), Date.now());
  } catch (error) {
    return exitWith(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

const options = readOptions();
const bug = plantedBugs.find(({ name }) => name === options.bug);
if (options.bug !== undefined && !bug)
  exitWith(`There is no planted bug "${options.bug}". There are: ${plantedBugs.map(({ name }) => name).join(', ')}`);
loadFromSource(bug?.patches);
// Loaded only now, so that the packages come from their source, and with the bug.
const { simulate } = await import('./simulate.ts');
process.exitCode = await simulate(options, print);
