/** What the page is given, by the page's own short names; `results.ts` is made from the server's classes. */

import type {
  GridAnswer,
  LiveAnswer,
  RankingByWeights,
  TimedEstimate,
  WayDifference as CountedDifference,
  WithheldWay,
} from './results';

export type {
  Estimate,
  RankedWay,
  Ranking,
  Loss,
  Channel,
  Forecast,
  Parameter,
  TracedParameter,
  Difference,
  Place,
  ScenarioText,
  RouteText as Way,
  OutputText as Output,
  ModelText as Model,
  PublishedFigure as Published,
  ChannelRow as FitRow,
  PublishedComparison as Compared,
  SeriesData as Series,
  ForecastPoint as ForecastRow,
  EvidenceRow as Evidence,
  Shift as Moved,
  Shifts as Moves,
  HeadlineSensitivity as Headline,
  ContradictingFigure as Contradicting,
  FitChecks as Checks,
  TraceAnswer as Trace,
  MedianAnswer as Middle,
} from './results';

export type Timed = TimedEstimate;
/** `draws`: over so many, where they are fewer than the ranking's own. */
export type Ranked = Pick<RankingByWeights, 'ways' | 'kendall_tau'> & { draws?: number };
/** An estimate of which all three numbers exist. */
export interface Known {
  median: number;
  low: number;
  high: number;
}
export const OUTCOMES = ['dead', 'returned', 'limbo', 'safe'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Label = 'data-driven' | 'mixed' | 'prior-driven' | 'assumed' | 'no difference';
export const MEASURES = [
  'safe',
  'returned',
  'dead',
  'limbo',
  'relatives_punished',
  'money_usd',
] as const;
export type Measure = (typeof MEASURES)[number];
export type WayDifference = CountedDifference | WithheldWay;
/** With intervals, from the server or made ahead. */
export type Answer = LiveAnswer | GridAnswer;
export interface Health {
  status: string;
  engine: string;
}
