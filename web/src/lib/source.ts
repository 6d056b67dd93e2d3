/** Where pieces come from: a server, or the file that the page itself is. */

import type { Answer, Health, Middle, Ranked, Trace } from './types';

export interface Fault {
  file: string;
  line: number;
  field: string;
  message: string;
}

/** What was said to be wrong. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly faults: Fault[],
  ) {
    super(faults.map((one) => one.message).join(' '));
  }
}

/** Something that cannot be asked, in one sentence. */
export function refused(message: string): Refusal {
  return new Refusal(400, [{ file: '', line: 0, field: '', message }]);
}

export type Question = { scenario: string } | { sliders: Record<string, number> };
export type Told =
  | { event: 'middle'; data: Middle }
  | { event: 'progress'; data: { done: number; total: number } }
  | { event: 'answer'; data: Answer };

export interface Source {
  readonly kind: 'server' | 'file';
  piece<T>(name: string): Promise<T>;
  trace(name: string): Promise<Trace>;
  rank(
    as_of: string,
    sex: string,
    weights: Record<string, number>,
    signal: AbortSignal,
  ): Promise<Ranked>;
  compare(question: Question, intervals: boolean, signal: AbortSignal): AsyncGenerator<Told>;
  health(): Promise<Health>;
  warm(): Promise<{ engine: string }>;
}
