/** Asking the server: kept pieces, ranks, traces, and what-ifs as a stream of events. */

import { EventReader } from './events';
import { Refusal, type Fault, type Question, type Source, type Told } from './source';
import type { Health, Ranked, Trace } from './types';

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

function body(value: unknown, signal: AbortSignal): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
    signal,
  };
}

/** A what-if; closing the signal gives it up on the server too. */
async function* compare(
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

export const server: Source = {
  kind: 'server',
  piece: <T>(name: string) => ask<T>(name),
  trace: (name) => ask<Trace>(`trace/${encodeURIComponent(name)}`),
  rank: (as_of, sex, weights, signal) => ask<Ranked>('rank', body({ as_of, sex, weights }, signal)),
  compare,
  health: () => ask<Health>('health'),
  warm: () => ask<{ engine: string }>('engine', { method: 'POST' }),
};
