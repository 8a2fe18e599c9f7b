import { describe, expect, test } from 'vitest';
import { subjectProblem } from '../../tools/check-commits.mjs';

describe('a commit subject', () => {
  test.each([
    'feat(edge): claim due records in batches',
    'fix: close the lease of a failed delivery',
    'refactor(edge/page)!: rename the form field',
    'test(core,flow): share the table of loopback hosts',
    'Revert "feat(edge): claim due records in batches"',
    `docs: ${'x'.repeat(66)}`,
  ])('passes: %s', (subject) => expect(subjectProblem(subject)).toBeUndefined());

  test.each([
    ['edge: claim due records in batches', 'type(scope)'],
    ['feat (edge): claim due records', 'type(scope)'],
    ['feat(edge) claim due records', 'type(scope)'],
    ['feat(edge): ', 'type(scope)'],
    ['feat(edge): claim due records.', 'type(scope)'],
    [`docs: ${'x'.repeat(67)}`, '73 characters'],
  ])('is rejected: %s', (subject, problem) => expect(subjectProblem(subject)).toContain(problem));
});
