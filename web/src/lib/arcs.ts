/** Ways as bows between places, side by side where they share a step; never a path on the ground. */

import type { Estimate } from './types';
import { known } from './format';

export type Point = readonly [number, number];
export interface Bow {
  way: string;
  start: Point;
  control: Point;
  stop: Point;
}

/** Width in pixels: a step for each tenfold of people a year. */
export function strokeWidth(people: number | null | undefined): number {
  if (people == null || !Number.isFinite(people)) return 1.25;
  return Math.min(1.25 + 1.6 * Math.log10(1 + Math.max(people, 0)), 9);
}

/** Whether the interval spans more than a factor of ten. */
export function isUnsure(people: Estimate): boolean {
  return !known(people) || people.high > 10 * Math.max(people.low, 1e-12);
}

export function bowsOf(
  ways: readonly { id: string; path: readonly string[] }[],
  spots: ReadonlyMap<string, Point>,
): Bow[] {
  const shared = new Map<string, string[]>();
  const steps: { way: string; from: string; to: string }[] = [];
  for (const way of ways) {
    const path = way.path.filter((place) => spots.has(place));
    for (let k = 0; k + 1 < path.length; k += 1) {
      const from = path[k] as string;
      const to = path[k + 1] as string;
      if (from === to) continue;
      steps.push({ way: way.id, from, to });
      const key = from < to ? `${from} ${to}` : `${to} ${from}`;
      const users = shared.get(key) ?? [];
      if (!users.includes(way.id)) users.push(way.id);
      shared.set(key, users);
    }
  }
  return steps.map(({ way, from, to }) => {
    const users = shared.get(from < to ? `${from} ${to}` : `${to} ${from}`) ?? [way];
    const side = users.indexOf(way) - (users.length - 1) / 2;
    return { way, ...bow(spots.get(from) as Point, spots.get(to) as Point, side, from > to) };
  });
}

function bow(start: Point, stop: Point, side: number, flipped: boolean): Omit<Bow, 'way'> {
  const length = Math.max(Math.hypot(stop[0] - start[0], stop[1] - start[1]), 1e-6);
  // The normal is of the ordered pair, so that both directions bow to the same side.
  const turn = flipped ? -1 : 1;
  const normal: Point = [
    (-(stop[1] - start[1]) / length) * turn,
    ((stop[0] - start[0]) / length) * turn,
  ];
  const bend = 0.13 * length + side * Math.min(26, 8 + 0.13 * length);
  return {
    start,
    stop,
    control: [
      (start[0] + stop[0]) / 2 + normal[0] * bend,
      (start[1] + stop[1]) / 2 + normal[1] * bend,
    ],
  };
}

export function bowPath(one: Bow): string {
  const at = (p: Point) => `${p[0].toFixed(1)},${p[1].toFixed(1)}`;
  return `M${at(one.start)}Q${at(one.control)} ${at(one.stop)}`;
}

/** The point at a share of the way. */
export function bowAt(one: Bow, share: number): Point {
  const [a, b, c] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
  return [
    a * one.start[0] + b * one.control[0] + c * one.stop[0],
    a * one.start[1] + b * one.control[1] + c * one.stop[1],
  ];
}

/** An arrow's head near the end of a bow, as a path. */
export function arrowHead(one: Bow, size: number): string {
  const tip = bowAt(one, 0.985);
  const before = bowAt(one, 0.93);
  const angle = Math.atan2(tip[1] - before[1], tip[0] - before[0]);
  const corner = (turn: number): Point => [
    tip[0] - size * Math.cos(angle + turn),
    tip[1] - size * Math.sin(angle + turn),
  ];
  const [left, right] = [corner(0.5), corner(-0.5)];
  const at = (p: Point) => `${p[0].toFixed(1)},${p[1].toFixed(1)}`;
  return `M${at(left)}L${at(tip)}L${at(right)}Z`;
}
