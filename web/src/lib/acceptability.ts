/** Ranks by a reader's own weights over kept draws: the rule of `analysis/ranking.py`. */

import type { Estimate } from './types';

/** Scaled harms: [way][harm][draw]. */
export type Scores = readonly (readonly (readonly number[])[])[];

export interface Accepted {
  ways: { expected_rank: Estimate; rank_acceptability: number[] }[];
  kendall_tau: Estimate;
}

/** Ranks of every draw, 1 the most dangerous, and their agreement with the article's order. */
export function acceptability(
  scores: Scores,
  weights: readonly number[],
  positions: readonly number[],
): Accepted {
  const sum = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map((one) => one / sum);
  const count = scores.length;
  const draws = scores[0]?.[0]?.length ?? 0;
  const ranks: number[][] = scores.map(() => []);
  const taus: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const total = scores.map((harms) =>
      harms.reduce((danger, values, harm) => danger + (values[draw] ?? 0) * (shares[harm] ?? 0), 0),
    );
    const order = total.map((_, way) => way).sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0));
    const rank = new Array<number>(count).fill(0);
    order.forEach((way, place) => {
      rank[way] = place + 1;
      ranks[way]?.push(place + 1);
    });
    taus.push(kendall(rank, positions));
  }
  return {
    ways: ranks.map((own) => ({
      expected_rank: estimate(own),
      rank_acceptability: scores.map((_, k) => own.filter((one) => one === k + 1).length / draws),
    })),
    kendall_tau: estimate(taus),
  };
}

/** Kendall's tau of two orders, as the mean over pairs. */
export function kendall(ranks: readonly number[], positions: readonly number[]): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < ranks.length; i += 1) {
    for (let j = i + 1; j < ranks.length; j += 1) {
      sum += Math.sign((ranks[i] ?? 0) - (ranks[j] ?? 0)) * Math.sign((positions[i] ?? 0) - (positions[j] ?? 0));
      pairs += 1;
    }
  }
  return pairs === 0 ? NaN : sum / pairs;
}

/** Median and central 90% interval, between neighbours where they fall between. */
export function estimate(draws: readonly number[]): Estimate {
  const values = draws.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number): number | null => {
    const place = share * (values.length - 1);
    const below = values[Math.floor(place)];
    const above = values[Math.ceil(place)];
    return below === undefined || above === undefined ? null : below + (above - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}
