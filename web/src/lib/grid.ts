/** What-ifs that were answered when a report was written. */

import type { Answered, Grid, Question, Refused } from './source';
import type { Answer } from './types';

/** The place of a slider that was answered ahead, nearest to where it is asked for. */
export function nearest(places: readonly Answered[], value: number): Answered | undefined {
  return places.reduce<Answered | undefined>(
    (best, one) =>
      best === undefined || Math.abs(one.value - value) < Math.abs(best.value - value) ? one : best,
    undefined,
  );
}

/** The answer to a question that was asked when the file was written. */
export function lookUp(grid: Grid, question: Question): Answer | Refused | null {
  if ('scenario' in question) return grid.scenarios[question.scenario] ?? null;
  const moved = Object.entries(question.sliders).filter(([, value]) => value !== 1);
  const [one] = moved;
  if (one === undefined || moved.length > 1) return null;
  return nearest(grid.sliders[one[0]] ?? [], one[1])?.answer ?? null;
}
