/**
 * Checks that commit subjects follow Conventional Commits (https://www.conventionalcommits.org): those since the last
 * release tag, else the last twenty, and never older than the commit that added this check.
 *
 * `node tools/check-commits.mjs`. Exit codes: 0 all subjects pass, 1 at least one fails.
 */
import { spawnSync } from 'node:child_process';
import { root } from './run.mjs';

const subjectForm =
  /^(?:feat|fix|docs|test|refactor|perf|build|ci|chore|style|revert)(?:\([a-z0-9/,-]+\))?!?: \S.*[^.\s]$/;
const longestSubject = 72;

/**
 * Explains why a subject is not acceptable.
 *
 * @param {string} subject first line of a commit message
 * @returns {string | undefined} `undefined` for an acceptable subject
 */
export function subjectProblem(subject) {
  if (/^(?:Merge|Revert) /.test(subject)) return undefined;
  if (subject.length > longestSubject) return `has ${subject.length} characters, at most ${longestSubject} are allowed`;
  if (!subjectForm.test(subject)) return 'is not "type(scope): what it does", for example "fix(edge): close the lease"';
  return undefined;
}

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const tag = git('describe', '--tags', '--abbrev=0', '--match', 'v*');
  const range = tag === '' ? ['-20'] : [`${tag}..HEAD`];
  // Commits made before the rule existed are history.
  const added = git('log', '--diff-filter=A', '--format=%H', '--', 'tools/check-commits.mjs').split('\n').at(-1);
  const older = added === undefined || added === '' ? [] : [`^${added}`];
  // A source archive has no history to check.
  const subjects = git('log', '--no-merges', '--format=%s', ...range, 'HEAD', ...older).split('\n');
  const problems = subjects
    .filter((subject) => subject !== '')
    .flatMap((subject) => {
      const problem = subjectProblem(subject);
      return problem === undefined ? [] : [`"${subject}" ${problem}`];
    });
  for (const problem of problems) console.error(problem);
  console.log(`${subjects.filter(Boolean).length} commit subjects checked, ${problems.length} rejected`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
