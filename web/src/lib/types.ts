/** What the page is given; see `questions/explored.py`. */

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
  people?: Record<'set_out' | Outcome, Estimate> & { years: number };
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
  /** Over so many draws, where they are fewer than the ranking's own. */
  draws?: number;
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
  channels: Record<string, { title: string; reporting?: { kind?: string } }>;
  quantities: Record<string, { title: string }>;
  report: {
    channels: string[];
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
  used_by: string | null;
  verdict?: string;
  model?: Estimate;
  source_title: string;
  source_publisher: string;
  source_year: number | null;
}
/** A published figure beside what the model expects to see published. */
export interface FitRow {
  quantity: string;
  from: string;
  to: string;
  evidence: string[];
  observed: number | null;
  low: number | null;
  high: number | null;
  predicted: Estimate;
  inside: boolean;
  tension: number | null;
}
export interface Channel {
  title: string;
  kind: string;
  rows: FitRow[];
  tension: number | null;
}
export interface Compared {
  output: string;
  published: Published[];
  parts?: { name: string; title: string; by: string; value: string; series: Timed[] }[];
}
export interface Series {
  outputs: Record<string, Timed[]>;
  flows: Record<string, Timed[]>;
  channels: Record<string, Channel>;
  compared: Compared[];
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
  ids?: string[];
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
export interface Parameter {
  title: string;
  unit: string;
  prior: Estimate;
  posterior: Estimate;
  contraction: number;
  label: Label;
  evidence: string[];
  assumed: string | null;
}
export interface TracedParameter extends Parameter {
  name: string;
  share: number | null;
}
/** What the fit cannot reconcile, and what its answers rest on; see `questions/checks.py`. */
export interface Moved extends Estimate {
  name: string;
  shift: number;
  width_ratio: number;
  refitted: boolean;
}
export interface Moves {
  most: Moved[];
  untold: string[];
}
export interface Headline extends Estimate {
  contraction: number;
  label: Label;
  without_channel: Moves;
  with_wider_prior: Moves;
}
export interface Contradicting {
  channel: string;
  from: string;
  to: string;
  value: number | null;
  low: number | null;
  high: number | null;
  evidence: string[];
}
export interface Checks {
  tension: (FitRow & { channel: string })[];
  contradictions: { quantity: string; distance: number; figures: Contradicting[] }[];
  answers: Record<string, Headline>;
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
