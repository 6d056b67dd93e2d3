/** Axes: from values to pixels, and where the marks stand. */

export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
}

export function linear(from: number, to: number, start: number, stop: number): Scale {
  const span = to - from || 1;
  const scale = ((value: number) => start + ((value - from) / span) * (stop - start)) as Scale;
  scale.invert = (pixel) => from + ((pixel - start) / (stop - start || 1)) * span;
  return scale;
}

/** About `count` round numbers between two ends, both inside. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from;
  if (!(span > 0) || count < 1) return [from];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? 10 * power;
  const found: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9 * span; k += 1) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

/** The next round number at or above a value, for the end of an axis. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10) * power;
}

/** A line through points, broken where a value is missing. */
export function linePath(points: readonly (readonly [number, number] | null)[]): string {
  let path = '';
  let broken = true;
  for (const point of points) {
    if (point === null) {
      broken = true;
      continue;
    }
    path += `${broken ? 'M' : 'L'}${point[0].toFixed(1)},${point[1].toFixed(1)}`;
    broken = false;
  }
  return path;
}

/** An area between two lines of the same length. */
export function bandPath(
  upper: readonly (readonly [number, number])[],
  lower: readonly (readonly [number, number])[],
): string {
  const all = [...upper, ...[...lower].reverse()];
  return all.length === 0 ? '' : `${linePath(all)}Z`;
}
