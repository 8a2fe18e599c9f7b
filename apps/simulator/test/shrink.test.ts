import { expect, test } from 'vitest';
import { createPlan, keptSteps } from '../src/walk/plan.ts';
import { shrink } from '../src/walk/shrink.ts';

const plan = createPlan(3);

test('only the steps and faults that a violation needs remain', async () => {
  const needed = [2, 11];
  const reduction = await shrink(plan, 15, async ({ keep = [], without = [] }) => {
    return needed.every((step) => keep.includes(step)) && !without.includes('storeHung');
  });
  expect(reduction.keep).toEqual(needed);
  expect(reduction.without).not.toContain('storeHung');
});

test('a violation that never shows again keeps its whole walk', async () => {
  const reduction = await shrink(plan, undefined, async () => false);
  expect(reduction).toEqual({ keep: plan.steps.map((_, number) => number), without: [] });
});

test('the number of tries is bounded', async () => {
  let tries = 0;
  await shrink(plan, undefined, async () => (tries += 1) % 2 === 0, 20);
  expect(tries).toBe(20);
});

test('a step that is left out changes no other step and no rate', () => {
  const reduced = createPlan(3, { keep: [1, 4] });
  expect(keptSteps(reduced)).toEqual([1, 4].map((number) => [number, plan.steps[number]]));
  expect(reduced.swarm).toEqual(plan.swarm);
});
