/** Pieces that lie in the page's own file, under gzip and base64; nothing is asked of anybody. */

import { acceptability, type Scores } from './acceptability';
import { t } from './messages';
import type { WhatIfGrid } from './results';
import { refused, type Question, type Source, type Told } from './source';
import type { Evidence, Model, Parameter, Ranked, Trace } from './types';
import { lookUp } from './what-ifs';

const block = (name: string) => document.getElementById(`piece-${name}`);

/** Whether the page is a report, with its pieces in it. */
export const isFile = (): boolean => block('model') !== null;

async function unpack(name: string): Promise<Response> {
  const text = block(name)?.textContent;
  if (!text) throw refused(t('not_in_file'));
  if (!('DecompressionStream' in window)) throw refused(t('old_browser'));
  const packed = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
}

const read = new Map<string, Promise<unknown>>();

function piece<T>(name: string): Promise<T> {
  let found = read.get(name);
  if (found === undefined) {
    found = unpack(name).then((response) => response.json());
    read.set(name, found);
  }
  return found as Promise<T>;
}

export const licencesText = (): Promise<string> => unpack('licences').then((one) => one.text());

interface KeptTrace extends Omit<Trace, 'name' | 'parameters' | 'evidence'> {
  parameters: { name: string; share: number | null }[];
  evidence: string[];
}

async function trace(name: string): Promise<Trace> {
  const [traces, known, rows] = await Promise.all([
    piece<Record<string, KeptTrace>>('traces'),
    piece<Record<string, Parameter>>('parameters'),
    piece<Evidence[]>('evidence'),
  ]);
  const found = Object.hasOwn(traces, name) ? traces[name] : undefined;
  if (!found) throw refused(t('not_in_file'));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ...found,
    name,
    parameters: found.parameters.flatMap((one) => {
      const about = known[one.name];
      return about ? [{ ...one, ...about }] : [];
    }),
    evidence: found.evidence.flatMap((id) => byId.get(id) ?? []),
  };
}

async function rank(
  as_of: string,
  sex: string,
  weights: Record<string, number>,
): Promise<Ranked> {
  const [model, kept] = await Promise.all([
    piece<Model>('model'),
    piece<Record<string, Scores>>('scores'),
  ]);
  const scores = kept[`${as_of} ${sex}`];
  if (!scores) throw refused(t('not_in_file'));
  const ways = Object.entries(model.ways);
  const found = acceptability(
    scores,
    Object.keys(model.harms).map((harm) => weights[harm] ?? 0),
    ways.map(([, way]) => way.article_position),
  );
  const rows = found.ways.map((row, k) => ({ id: ways[k]?.[0] ?? '', ...row }));
  rows.sort((a, b) => (a.expected_rank.median ?? 0) - (b.expected_rank.median ?? 0));
  return { ways: rows, kendall_tau: found.kendall_tau, draws: scores[0]?.[0]?.length ?? 0 };
}

export const getGrid = (): Promise<WhatIfGrid> => piece<WhatIfGrid>('grid');

async function* compare(question: Question, intervals: boolean): AsyncGenerator<Told> {
  if (!intervals) return;
  const found = lookUp(await getGrid(), question);
  if (found === null) throw refused(t('not_in_file'));
  if ('refused' in found) throw refused(found.refused);
  yield { event: 'answer', data: found };
}

export const file: Source = {
  kind: 'file',
  piece,
  trace,
  rank,
  compare,
  health: () => Promise.resolve({ status: 'ok', engine: 'none' }),
  warm: () => Promise.resolve({ engine: 'none' }),
};
