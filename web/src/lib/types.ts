/** What the server sends; see `questions/explored.py`. */

export interface Estimate {
  median: number | null;
  low: number | null;
  high: number | null;
}
export interface Known extends Estimate {
  median: number;
  low: number;
  high: number;
}
export interface Timed extends Estimate {
  time: string;
}
export const OUTCOMES = ['dead', 'returned', 'limbo', 'safe'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Label = 'data-driven' | 'mixed' | 'prior-driven' | 'assumed' | 'no difference';

export interface RankedWay {
  id: string;
  title: string;
  article_position: number;
  denominator: string;
  caveat: string;
  outcomes: Record<Outcome, Estimate>;
  ever_returned: Estimate;
  months_to_safety: Estimate;
  cost_usd: Estimate;
  relatives_punished: Estimate;
  attempts_per_year: Estimate;
  expected_rank: Estimate;
  rank_acceptability: number[];
  label: Label;
}
export interface Ranking {
  as_of: string;
  sex: string;
  kendall_tau: Estimate;
  ways: RankedWay[];
}
export interface Ranked {
  ways: { id: string; expected_rank: Estimate; rank_acceptability: number[] }[];
  kendall_tau: Estimate;
}
export interface Way {
  title: string;
  mode: string;
  horizon_months: number;
  path: string[];
  pooled_years: number;
  article_position: number;
  denominator: string;
}
export interface Place {
  title: string;
  kind: string;
  longitude: number;
  latitude: number;
}
export interface Output {
  title: string;
  unit: string;
  per: string;
  pooled_years: number;
  informed_by: string;
}
export interface Slider {
  id: string;
  title: string;
  reason: string;
  from: string;
  least: number;
  most: number;
}
export interface ScenarioText {
  id: string;
  title: string;
  reason: string;
  comparison_of_harm: boolean;
  first_change: string;
}
export interface Model {
  id: string;
  title: string;
  summary: string;
  ways: Record<string, Way>;
  places: Record<string, Place>;
  harms: Record<string, { title: string; measure: string; scale: number }>;
  outputs: Record<string, Output>;
  report: {
    outputs: string[];
    limits: string[];
    protection: string[];
    data_licences: string[];
  };
  calendar: { start: string; end: string; as_of: string };
  dates: string[];
  sexes: string[];
  scenarios: ScenarioText[];
  sliders: Slider[];
  fit: Record<string, number | boolean>;
  provenance: Record<string, string | number>;
  citation: { text: string };
  texts: Record<string, Record<string, string>>;
}
export interface Loss {
  step: string;
  outcome: Outcome;
  share: Estimate;
}
export interface Published {
  evidence: string;
  from: string;
  to: string;
  value: number | null;
  low: number | null;
  high: number | null;
  grade: string;
  group: string;
  source_title: string;
  source_publisher: string;
  source_year: number | null;
}
export interface Series {
  outputs: Record<string, Timed[]>;
  flows: Record<string, Timed[]>;
  compared: { output: string; published: Published[] }[];
}
export interface ForecastRow extends Timed {
  forecast: boolean;
  low_50: number | null;
  high_50: number | null;
}
export interface Forecast {
  last_fitted: string;
  to: number;
  assumptions: string[];
  outputs: Record<string, ForecastRow[]>;
}
export interface Evidence {
  id: string;
  quantity: string;
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  year_from: number | null;
  year_to: number | null;
  grade: string;
  note: string;
  source_title: string;
  source_publisher: string;
  source_year: number | null;
  source_url: string | null;
}
export interface TracedParameter {
  name: string;
  title: string;
  unit: string;
  share: number | null;
  prior: Estimate;
  posterior: Estimate;
  contraction: number;
  label: Label;
  assumed: string | null;
}
export interface Trace {
  name: string;
  kind: string;
  title: string;
  informed_by: string;
  parameters: TracedParameter[];
  evidence: Evidence[];
}
export const MEASURES = [
  'safe',
  'returned',
  'dead',
  'limbo',
  'relatives_punished',
  'money_usd',
] as const;
export type Measure = (typeof MEASURES)[number];

export interface Middle {
  from: number;
  to: number;
  differences: Record<Measure, { median: number; by_year: { time: string; median: number }[] }>;
}
export interface Difference extends Estimate {
  baseline: Estimate;
  scenario: Estimate;
  label: Label;
  by_year: Timed[];
}
export interface WayDifference {
  title: string;
  withheld?: string;
  set_out?: Estimate;
  relatives_punished?: Estimate;
}
export interface Answer {
  from: number;
  to: number;
  draws: number;
  comparison_of_harm: boolean;
  differences: Record<Measure, Difference>;
  ways: Record<string, WayDifference>;
  distance: {
    verdict: 'inside' | 'beyond';
    changes: {
      changes: string;
      name: string;
      times_outside: number | null;
      says: string | null;
    }[];
  };
}
export interface Health {
  status: string;
  engine: string;
}
