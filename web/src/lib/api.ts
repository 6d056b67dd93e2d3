/** Asking the server: kept pieces, ranks, traces, and what-ifs as a stream of events. */

import { EventReader } from './events';
import type {
  Answer,
  Forecast,
  Health,
  Loss,
  Middle,
  Model,
  Ranked,
  Ranking,
  Series,
  Trace,
} from './types';
import type { FeatureCollection } from 'geojson';

export interface Fault {
  file: string;
  line: number;
  field: string;
  message: string;
}

/** What the server said was wrong. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly faults: Fault[],
  ) {
    super(faults.map((one) => one.message).join(' '));
  }
}

async function refusal(response: Response): Promise<Refusal> {
  try {
    const body = (await response.json()) as { faults?: Fault[] };
    return new Refusal(response.status, body.faults ?? []);
  } catch {
    return new Refusal(response.status, []);
  }
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`/api/${path}`, init);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

const kept = new Map<string, Promise<unknown>>();

/** A piece is asked for once; a failure may be asked again. */
function piece<T>(path: string): Promise<T> {
  let found = kept.get(path);
  if (found === undefined) {
    found = ask<T>(path);
    found.catch(() => kept.delete(path));
    kept.set(path, found);
  }
  return found as Promise<T>;
}

export const getModel = () => piece<Model>('model');
export const getRankings = () => piece<Ranking[]>('rankings');
export const getLosses = () => piece<Record<string, Loss[]>>('losses');
export const getSeries = () => piece<Series>('series');
export const getForecast = () => piece<Forecast>('forecast');
export const getRegion = () => piece<FeatureCollection & { licence?: string }>('region');
export const getTrace = (name: string) => piece<Trace>(`trace/${encodeURIComponent(name)}`);
export const getHealth = () => ask<Health>('health');
export const warmEngine = () => ask<{ engine: string }>('engine', { method: 'POST' });

function body(value: unknown, signal?: AbortSignal): RequestInit {
  const init: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
  if (signal) init.signal = signal;
  return init;
}

export function postRank(
  as_of: string,
  sex: string,
  weights: Record<string, number>,
  signal: AbortSignal,
): Promise<Ranked> {
  return ask<Ranked>('rank', body({ as_of, sex, weights }, signal));
}

export type Question = { scenario: string } | { sliders: Record<string, number> };
export type Told =
  | { event: 'middle'; data: Middle }
  | { event: 'progress'; data: { done: number; total: number } }
  | { event: 'answer'; data: Answer };

/** A what-if; closing the signal gives it up on the server too. */
export async function* compare(
  question: Question,
  intervals: boolean,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  const response = await fetch('/api/compare', body({ ...question, intervals }, signal));
  if (!response.ok || response.body === null) throw await refusal(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const one of events.read(value)) {
      const data: unknown = JSON.parse(one.data);
      if (one.event === 'fault') throw new Refusal(500, (data as { faults: Fault[] }).faults);
      yield { event: one.event, data } as Told;
    }
  }
}
