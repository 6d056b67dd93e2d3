/** The reader's weights in the address: whole numbers from 0 to 100 in the order of the harms. */

export function decodeWeights(
  text: string | undefined,
  harms: readonly string[],
): Record<string, number> | null {
  if (text === undefined) return null;
  const numbers = text.split('-').map(Number);
  const fits =
    numbers.length === harms.length &&
    numbers.every((one) => Number.isFinite(one) && one >= 0 && one <= 100) &&
    numbers.some((one) => one > 0);
  return fits ? Object.fromEntries(harms.map((harm, k) => [harm, numbers[k] ?? 0])) : null;
}

/** Nothing where all are 0, since no order follows from that. */
export function encodeWeights(
  weights: Record<string, number>,
  harms: readonly string[],
): string | undefined {
  const numbers = harms.map((harm) => Math.round(weights[harm] ?? 0));
  return numbers.some((one) => one > 0) ? numbers.join('-') : undefined;
}
