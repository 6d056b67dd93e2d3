/** The reader's what-if in the address: `slider:value` for each that is moved. */

import type { Slider } from './types';

export function decodeSliders(
  text: string | undefined,
  sliders: readonly Slider[],
): Record<string, number> | null {
  if (text === undefined) return null;
  const found: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [id, number] = part.split(':');
    const slider = sliders.find((one) => one.id === id);
    const value = Number(number);
    if (!slider || !Number.isFinite(value)) continue;
    const inside = Math.min(Math.max(value, slider.least), slider.most);
    if (inside !== 1) found[slider.id] = inside;
  }
  return Object.keys(found).length > 0 ? found : null;
}

export function encodeSliders(
  values: Record<string, number>,
  sliders: readonly Slider[],
): string | undefined {
  const parts = sliders
    .filter((one) => (values[one.id] ?? 1) !== 1)
    .map((one) => `${one.id}:${Number((values[one.id] ?? 1).toFixed(2))}`);
  return parts.length > 0 ? parts.join(',') : undefined;
}
