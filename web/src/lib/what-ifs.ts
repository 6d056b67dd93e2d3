/** A reader's what-if: in the address, and among those answered when a report was written. */

import type { GridAnswer, RefusedAnswer, SliderAnswer, SliderText, WhatIfGrid } from './results';
import type { Question } from './source';
import type { Model } from './types';

/** Whether a model has anything to ask about. */
export function hasWhatIfs(model: Model): boolean {
  return model.scenarios.length + model.sliders.length > 0;
}

/** The moved sliders of an address, which lists them as `slider:value`; null where none is moved. */

export function decodeSliders(
  text: string | undefined,
  sliders: readonly SliderText[],
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

/** The sliders that are moved, for the address. */
export function encodeSliders(
  values: Record<string, number>,
  sliders: readonly SliderText[],
): string | undefined {
  const parts = sliders
    .filter((one) => (values[one.id] ?? 1) !== 1)
    .map((one) => `${one.id}:${Number((values[one.id] ?? 1).toFixed(2))}`);
  return parts.length > 0 ? parts.join(',') : undefined;
}

/** The position of a slider that was answered ahead, nearest to where it is asked for. */
export function nearest(
  positions: readonly SliderAnswer[],
  value: number,
): SliderAnswer | undefined {
  return positions.reduce<SliderAnswer | undefined>(
    (best, one) =>
      best === undefined || Math.abs(one.value - value) < Math.abs(best.value - value) ? one : best,
    undefined,
  );
}

/** The answer to a question that was asked when the file was written. */
export function lookUp(grid: WhatIfGrid, question: Question): GridAnswer | RefusedAnswer | null {
  if ('scenario' in question) return grid.scenarios[question.scenario] ?? null;
  const moved = Object.entries(question.sliders).filter(([, value]) => value !== 1);
  const [one] = moved;
  if (one === undefined || moved.length > 1) return null;
  return nearest(grid.sliders[one[0]] ?? [], one[1])?.answer ?? null;
}
