/** What the page asks for, of whichever source it has. */

import type { FeatureCollection } from 'geojson';
import { file, isFile } from './file';
import { server } from './server';
import type { Checks, Evidence, Forecast, Loss, Model, Parameter, Ranking, Series, Trace } from './types';

export { Refusal, type Question } from './source';

const source = isFile() ? file : server;
/** Whether the page is a report: one file that runs no model. */
export const inFile = source.kind === 'file';

const kept = new Map<string, Promise<unknown>>();

/** Asked for once; a failure may be asked again. */
function once<T>(name: string, ask: () => Promise<T>): Promise<T> {
  let found = kept.get(name);
  if (found === undefined) {
    found = ask();
    found.catch(() => kept.delete(name));
    kept.set(name, found);
  }
  return found as Promise<T>;
}

function piece<T>(name: string): Promise<T> {
  return once(name, () => source.piece<T>(name));
}

export const getModel = () => piece<Model>('model');
export const getRankings = () => piece<Ranking[]>('rankings');
export const getLosses = () => piece<Record<string, Loss[]>>('losses');
export const getSeries = () => piece<Series>('series');
export const getForecast = () => piece<Forecast>('forecast');
export const getRegion = () => piece<FeatureCollection & { licence?: string }>('region');
export const getParameters = () => piece<Record<string, Parameter>>('parameters');
export const getEvidence = () => piece<Evidence[]>('evidence');
export const getChecks = () => piece<Checks>('checks');
export const getTrace = (name: string) => once<Trace>(`trace/${name}`, () => source.trace(name));
export const getHealth = () => source.health();
export const warmEngine = () => source.warm();
export const postRank = source.rank.bind(source);
export const compare = source.compare.bind(source);
