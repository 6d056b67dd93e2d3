import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acceptability, estimate, kendall } from '../src/lib/acceptability';
import { movesOf, tenths } from '../src/lib/moving';
import type { GridAnswer, WhatIfGrid } from '../src/lib/results';
import type { Headline } from '../src/lib/types';
import { lookUp, nearest } from '../src/lib/what-ifs';

/** Made by `tests/unit/reports/data/test_what_if_grid.py`, which asks Python the same. */
const CASE = JSON.parse(
  readFileSync(join(import.meta.dirname, 'acceptability.json'), 'utf8'),
) as {
  scores: number[][][];
  weights: number[];
  positions: number[];
  found: ReturnType<typeof acceptability>;
};

describe('ranks by own weights', () => {
  it('are those of Python', () => {
    const found = acceptability(CASE.scores, CASE.weights, CASE.positions);
    found.ways.forEach((way, k) => {
      const expected = CASE.found.ways[k];
      for (const end of ['median', 'low', 'high'] as const) {
        expect(way.expected_rank[end]).toBeCloseTo(expected?.expected_rank[end] ?? NaN, 9);
      }
      expect(way.rank_acceptability).toEqual(expected?.rank_acceptability);
    });
    for (const end of ['median', 'low', 'high'] as const) {
      expect(found.kendall_tau[end]).toBeCloseTo(CASE.found.kendall_tau[end] ?? NaN, 9);
    }
  });
  it('do not ask how large the weights are together', () => {
    const larger = CASE.weights.map((one) => 7 * one);
    expect(acceptability(CASE.scores, larger, CASE.positions).ways.map((one) => one.rank_acceptability)).toEqual(
      CASE.found.ways.map((one) => one.rank_acceptability),
    );
  });
  it('have ends between neighbours, and none without draws', () => {
    expect(estimate([1, 2, 3, 4])).toEqual({ median: 2.5, low: 1.15, high: 3.8499999999999996 });
    expect(estimate([])).toEqual({ median: null, low: null, high: null });
    expect(kendall([1, 2, 3], [3, 2, 1])).toBe(-1);
  });
});

describe('what-ifs made ahead', () => {
  const answer = { draws: 64 } as GridAnswer;
  const grid: WhatIfGrid = {
    draws: 64,
    sliders: { a: [{ value: 0.5, answer }, { value: 1, answer: null }] },
    scenarios: { b: { refused: 'no' } },
  };
  it('are found for one slider at its nearest place', () => {
    expect(lookUp(grid, { sliders: { a: 0.6 } })).toBe(answer);
    expect(lookUp(grid, { sliders: { a: 0.5, z: 1 } })).toBe(answer);
    expect(nearest(grid.sliders.a ?? [], 0.9)?.value).toBe(1);
  });
  it('are none for several sliders or what was not asked', () => {
    expect(lookUp(grid, { sliders: { a: 0.5, z: 0.5 } })).toBeNull();
    expect(lookUp(grid, { sliders: { z: 0.5 } })).toBeNull();
    expect(lookUp(grid, { scenario: 'z' })).toBeNull();
    expect(lookUp(grid, { scenario: 'b' })).toEqual({ refused: 'no' });
  });
});

describe('what moves an answer', () => {
  const row = (shift: number, width_ratio: number, high: number) => ({
    name: 'x', shift, width_ratio, refitted: false, k_hat: 0.1, median: 0, low: 0, high,
  });
  const headline = (high: number): Headline => ({
    median: 0, low: 0, high, contraction: 0, label: 'mixed',
    without_channel: { most: [row(-0.4, 1, high)], untold: ['y'] },
    with_wider_prior: { most: [row(0.1, 2.2, high)], untold: [] },
  });
  it('comes by size, where a width counts as well', () => {
    expect(movesOf(headline(0.5), true).map((one) => one.size.toFixed(1))).toEqual(['1.2', '0.4']);
  });
  it('is left out for a share of hardly anybody', () => {
    expect(movesOf(headline(0.001), true)).toEqual([]);
    expect(movesOf(headline(0.001), false)).toHaveLength(2);
  });
  it('is counted in tenths', () => {
    expect(tenths([0, 0.05, 1, -0.2, 0.99])).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  });
});
