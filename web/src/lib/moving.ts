/** What moves a headline answer: the rule of `reports/text/sensitivity.py`. */

import type { Headline, Moved } from './types';

/** Standard deviations: below the first an answer hardly moves, from the second far. */
export const LITTLE = 0.25;
export const FAR = 1;
/** A share whose interval ends below it, before and after, is of hardly anybody: let it move. */
const NOBODY = 0.005;

export interface Move extends Moved {
  kind: 'without_channel' | 'with_wider_prior';
  /** Standard deviations; a wider interval counts as half as wide again. */
  size: number;
}

/** How far each change moves an answer, most first. */
export function movesOf(answer: Headline, share: boolean): Move[] {
  return (['without_channel', 'with_wider_prior'] as const)
    .flatMap((kind) =>
      answer[kind].most
        .filter((row) => !share || Math.max(row.high ?? 0, answer.high ?? 0) > NOBODY)
        .map((row) => ({ ...row, kind, size: Math.max(Math.abs(row.shift), Math.abs(row.width_ratio - 1)) })),
    )
    .sort((a, b) => b.size - a.size);
}

/** Of how many changes nobody knows what they would do. */
export function untoldOf(answer: Headline): number {
  return answer.without_channel.untold.length + answer.with_wider_prior.untold.length;
}

/** How many values fall into each tenth from 0 to 1. */
export function tenths(values: readonly number[]): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const value of values) {
    const bin = Math.min(9, Math.max(0, Math.floor(10 * value)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
