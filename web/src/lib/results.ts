/** Made from the result classes by tools/generate.py; change those instead. */

/** An allocation of the budget, beside others over the same draws. */
export interface AllocationOption {
  /** `plan`, `cautious`, `equal` or `only-LEVER`. */
  id: string;
  /** What it is, in words. */
  title: string;
  /** USD by lever. */
  money_usd: Record<string, number>;
  /** Against spending nothing, in people safe net of harm. */
  gain: MeanEstimate;
  /** Mean gain in the worst tenth of the draws. */
  worst_tenth: number;
  /** Share of the draws in which it is the best of these options, 0 to 1. */
  probability_best: number;
  /** Share of the draws in which it gains at all, 0 to 1. */
  probability_of_gain: number;
}

/** The same for the page, which reads the share of every parameter. */
export interface AnswerParameter {
  /** Title of the parameter. */
  title: string;
  /** Unit of its priors and posteriors. */
  unit: string;
  /** In the parameter's unit. */
  prior: Estimate;
  /** In the parameter's unit. */
  posterior: Estimate;
  /** 1 - posterior variance / prior variance on the unconstrained scale, 0 to 1. */
  contraction: number;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
  /** Ids of the evidence rows that the prior cites. */
  evidence: string[];
  /** Why the prior cites no evidence; None where it does. */
  assumed: string | null;
  /** R-hat. */
  rhat: number | null;
  /** Effective sample size of the bulk, draws. */
  bulk_ess: number | null;
  /** Effective sample size of the tails, draws. */
  tail_ess: number | null;
  /** Name of the parameter. */
  name: string;
  /** Squared correlation with the answer over the posterior, 0 to 1; None for itself. */
  share: number | null;
}

/** A figure with a known bias. */
export interface BiasedEstimate {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Which way: `too low`. */
  biased: string;
}

/** Where a budget would go, what it would do, and how certain that is. */
export interface BudgetPlan {
  /** USD that may be spent. */
  budget_usd: number;
  /** First month of the plan, `YYYY-MM`. */
  from: string;
  /** Last year of the plan. */
  horizon: number;
  /** How much each harm counts. */
  outweighs: HarmPrices;
  /** USD that the plan spends. */
  spent_usd: number;
  /** All that could be bought, those without money included. */
  levers: PlannedLever[];
  /** The plan first, then allocations to compare it with. */
  options: AllocationOption[];
  /** How many draws it is based on. */
  draws: PlanDraws;
  /** The search against a coarse grid. */
  grid: GridCheck;
  /** What the plan changes. */
  outcomes: PlanOutcomes;
  /** The best of smaller and larger budgets, smallest first. */
  frontier: FrontierPoint[];
  /** How far it leads from what was fitted. */
  distance: DistanceFromFit;
  /** What would be worth measuring first, where it was requested. */
  learn?: ValueOfInformation | null;
  /** What every reader must know, in sentences. */
  notes: string[];
  /** Whether the fit may be relied on. */
  fit: Convergence;
  /** What the fit depends on. */
  provenance: Provenance;
}

/** The months that the model covers, each `YYYY-MM`. */
export interface Calendar {
  /** First month. */
  start: string;
  /** Last month. */
  end: string;
  /** Month of the answers. */
  as_of: string;
}

/** Ranks of a parameter's truth over all fits. */
export interface CalibratedParameter {
  /** Name of the parameter. */
  name: string;
  /** Share of fits whose central 50 % interval holds the truth, 0 to 1. */
  inside_50: number;
  /** Share of fits whose central 90 % interval holds the truth, 0 to 1. */
  inside_90: number;
  /** p-value of the Kolmogorov-Smirnov test that ranks are uniform. */
  p_uniform: number;
  /** Whether histogram and curve lie in bands that hold 99 % of uniform ranks. */
  even: boolean;
  /** Mean contraction over the fits, 0 to 1. */
  contraction: number;
  /** Draws of a fit after thinning, among which the truth is ranked: the median over the fits. */
  kept_draws: number;
  /** Fits by rank of the truth, in tenths. */
  histogram: number[];
}

/** Fits to simulated figures whose truth is known. */
export interface Calibration {
  /** Number of fits. */
  fits: number;
  /** Chains of each fit. */
  chains: number;
  /** Draws of each chain. */
  draws: number;
  /** Fits that converged by the rule for answers. */
  converged: number;
  /** Fits whose chains agree (R-hat below 1.05) without a divergence. */
  chains_agreed: number;
  /** Share of all central 50 % intervals that hold the truth, 0 to 1. */
  inside_50: number;
  /** Share of all central 90 % intervals that hold the truth, 0 to 1. */
  inside_90: number;
  /** Those with the least uniform ranks first. */
  parameters: CalibratedParameter[];
}

/** A camp of a scenario. */
export interface Camp {
  /** Name in the scenario. */
  name: string;
  /** Degrees east, rounded to half a degree. */
  longitude: number;
  /** Degrees north, rounded to half a degree. */
  latitude: number;
  /** People by day. */
  people: CampDay[];
}

/** What a change of the scenario does to the people in a camp on the last day. */
export interface CampChange {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Name of the camp. */
  name: string;
}

/** People in a camp at the end of a day, over the replicates. */
export interface CampDay {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** `2001-03`, `2001-Q1`, `2001`, or `2021-2025` where years are pooled. */
  time: string;
  /** People reported; None where no counts of the camp are published. */
  reported: number | null;
}

/** A figure with a mechanism and without it, both at the prior medians. */
export interface Change {
  /** An output, or `way.measure`. */
  name: string;
  /** When the two differ most; None for a measure of a route. */
  time: string | null;
  /** The figure of the whole model; None where it does not exist. */
  with_it: number | null;
  /** The figure with the mechanism switched off; None where it does not exist. */
  without_it: number | null;
  /** Largest difference over the series, as a share of the whole model's largest value. */
  change: number;
}

/** One thing that changes, against the values that the fit holds plausible for it. */
export interface ChangeDistance {
  /** What it is, such as `hazard`, `policy` or `opens`. */
  changes: string;
  /** Its name in the model. */
  name: string;
  /** The median value that lies farthest outside; one inside where none does. */
  value: number;
  /** What the fit holds plausible for it. */
  fitted: FittedRange;
  /** How many times outside the fitted range, 1 inside; None where `says` has a word for it. */
  times_outside: number | null;
  /** `switched off` or `never seen`, where a number of times would be infinite. */
  says: string | null;
}

/** A series of published figures beside the model. */
export interface Channel {
  /** Title of the series. */
  title: string;
  /** How the figures are reported, such as `count` or `lower_bound`. */
  kind: string;
  /** In order of time. */
  rows: ChannelRow[];
  /** Root mean square of the rows' tensions; about 1 is what chance gives. */
  tension: number;
}

/** A published figure, or several added up, beside its posterior predictive distribution. */
export interface ChannelRow {
  /** Name of the quantity. */
  quantity: string;
  /** First month, `YYYY-MM`. */
  from: string;
  /** Last month, `YYYY-MM`. */
  to: string;
  /** Ids of the evidence rows. */
  evidence: string[];
  /** As published. */
  observed: number;
  /** Lower end of the published interval. */
  low: number | null;
  /** Upper end of the published interval. */
  high: number | null;
  /** What the model expects to see published. */
  predicted: Estimate;
  /** Whether the figure lies in its predictive interval; a lower bound only from below. */
  inside: boolean;
  /** Predictive standard deviations between the figure and the predictive median. */
  tension: number;
}

/** A series of published figures. */
export interface ChannelText {
  /** Title, in the model's language. */
  title: string;
  /** How its figures are reported. */
  reporting: ReportingText;
}

/** What it would be worth to know the coming year's figures of some channels. */
export interface ChannelValue {
  /** Mean further gain, in people safe net of harm. */
  value: number;
  /** Further money that would gain as much, USD. */
  worth_usd: number;
  /** Standard error of the value, from the regression's own uncertainty. */
  error: number;
  /** By how much the value tends to be too high. */
  bias: number;
  /** What 99 of 100 columns of pure noise stay below. */
  noise: number;
  /** Whether the value lies above that. */
  above_noise: boolean;
  /** Names of the channels; those of the same quantities stand together. */
  ids: string[];
  /** What they are, in words. */
  title: string;
  /** Quantities that they count. */
  quantities: string[];
}

/** A model folder without faults; those of another are an `InputError`. */
export interface CheckReport {
  /** There are no faults. */
  ok?: true;
  /** Name of the model. */
  model: string;
  /** Title of the model. */
  title: string;
  /** How much it declares. */
  counts: Counts;
  /** Whether its fit may be relied on; this and what follows only where it was requested. */
  fit?: Convergence | null;
  /** How well each change was sampled again, where that was requested. */
  refits?: RefitQuality[] | null;
  /** What the fit cannot reconcile, and what its answers depend on. */
  checks?: FitChecks | null;
  /** By name. */
  parameters?: Record<string, Parameter> | null;
  /** What the fit depends on. */
  provenance?: Provenance | null;
  /** Simulation-based calibration, where it was requested. */
  calibration?: Calibration | null;
  /** Every declared mechanism switched off, where that was requested. */
  mechanisms?: MechanismEffect[] | null;
}

/** How well the rule by which people choose a route is estimated. */
export interface ChoiceRule {
  /** Label of each parameter of the rule, by name. */
  parameters: Record<string, string>;
  /** How many of them are data-driven or mixed. */
  estimated: number;
  /** How many of them are prior-driven or assumed. */
  assumed_or_prior: number;
  /** Share of the explained variance that estimated parameters carry, 0 to 1; None where no parameter of the rule explains any. */
  doubt_carried_by_estimated: number | null;
}

/** How to cite the run. */
export interface Citation {
  /** Month of the answers, `YYYY-MM`. */
  as_of: string;
  /** Version of the package. */
  version: string;
  /** First digits of the model's hash. */
  hash: string;
  /** The citation in one sentence. */
  text: string;
}

/** A part of an output: the people of one group, or with a length of stay. */
export interface ComparedPart {
  /** Of the quantity, or of the memory. */
  name: string;
  /** Title of the quantity, or of the memory. */
  title: string;
  /** An attribute of the groups, or `length of stay`. */
  by: string;
  /** The attribute's value, or the length of stay in words. */
  value: string;
  /** In the output's unit. */
  series: TimedEstimate[];
}

/** Scenarios against the baseline, from the same draws of the past. */
export interface Comparison {
  /** `expected` (mean flows) or `counts` (whole people). */
  engine: string;
  /** Number of posterior draws. */
  draws: number;
  /** In the order in which they were requested. */
  scenarios: ScenarioComparison[];
  /** What every reader must know, in sentences. */
  notes: string[];
  /** Whether the fit may be relied on. */
  fit: Convergence;
  /** What the fit depends on. */
  provenance: Provenance;
  /** Zarr store of every draw, by scenario and for `baseline`; empty where nothing is stored. */
  kept?: Record<string, string>;
}

/** One of two published figures that cannot both hold. */
export interface ContradictingFigure {
  /** Name of its channel. */
  channel: string;
  /** First month, `YYYY-MM`. */
  from: string;
  /** Last month, `YYYY-MM`. */
  to: string;
  /** As published. */
  value: number;
  /** Lower end of the published interval. */
  low: number | null;
  /** Upper end of the published interval. */
  high: number | null;
  /** Ids of the evidence rows. */
  evidence: string[];
}

/** Two published figures of one quantity that differ by more than their reports allow. */
export interface Contradiction {
  /** Name of the quantity. */
  quantity: string;
  /** In standard deviations of the difference. */
  distance: number;
  /** Two of them. */
  figures: ContradictingFigure[];
}

/** Whether a fit may be relied on. */
export interface Convergence {
  /** R-hat below 1.01, both effective sample sizes at least 400, and no divergence. */
  converged: boolean;
  /** Largest R-hat of a parameter. */
  max_rhat: number | null;
  /** Smallest effective sample size of the bulk, draws. */
  min_bulk_ess: number | null;
  /** Smallest effective sample size of the tails, draws. */
  min_tail_ess: number | null;
  /** Divergent transitions after warm-up. */
  divergences: number;
  /** Time that sampling took, seconds. */
  seconds: number;
  /** Chains. */
  chains: number;
  /** Draws of each chain. */
  draws: number;
}

/** How much a model declares. */
export interface Counts {
  /** States that people can be in. */
  states: number;
  /** Points at which a path divides at once. */
  branches: number;
  /** Transitions between states, each with a hazard. */
  transitions: number;
  /** Parameters with a prior. */
  parameters: number;
  /** Series of published figures. */
  channels: number;
  /** Routes. */
  ways: number;
  /** Published series of the model's own. */
  outputs: number;
  /** Mechanisms that can be switched off. */
  mechanisms: number;
  /** Rows of the evidence table, the user's own included. */
  evidence_rows: number;
}

/** What differs between two fits. */
export interface Diff {
  /** Both runs, as they were named. */
  runs: [string, string];
  /** What differs in provenance, by the name of the field: first, second. */
  provenance: Record<string, [string | number | null, string | number | null]>;
  /** Priors that differ; None where a run does not record them. */
  priors: PriorDifference[] | null;
  /** Evidence rows that differ; None where a run does not record them. */
  rows: RowDifference[] | null;
  /** Settings of the sampler that differ; None where a run does not record them. */
  settings: SettingDifference[] | null;
  /** Convergence of both. */
  fit: [Convergence, Convergence];
  /** Largest shift first; those of one run only stand before them. */
  parameters: ParameterShift[];
  /** Largest shift first; those of one run only stand before them. */
  outputs: OutputShift[];
}

/** Scenario less baseline from the same draws, summed over the years; of a stock, at the end. */
export interface Difference {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** The baseline's own figure, in the measure's unit. */
  baseline: Estimate;
  /** The scenario's own figure, in the measure's unit. */
  scenario: Estimate;
  /** The difference over the baseline's figure. */
  share: Estimate;
  /** `data-driven`, `mixed`, `prior-driven`, `assumed`, or `no difference`. */
  label: string;
  /** How far the data narrowed the difference, 0 to 1. */
  contraction: number;
  /** The scenario's highest year over the baseline's highest of the fitted years. */
  times_fitted_peak: number | null;
  /** Variance of the difference of independent runs over that of paired runs. */
  variance_ratio: number | null;
  /** Width of the interval from independent runs over that from paired runs. */
  interval_ratio: number | null;
  /** The difference in each year. */
  by_year: TimedEstimate[];
}

/** The difference that a scenario makes to each measure. */
export interface Differences {
  /** People who reach safety. */
  safe: Difference;
  /** People who are sent back. */
  returned: Difference;
  /** People who die. */
  dead: Difference;
  /** People on the way, in hiding or detained at the end of the last year. */
  limbo: Difference;
  /** Relatives punished. */
  relatives_punished: Difference;
  /** Money paid, USD. */
  money_usd: Difference;
}

/** How far a question lies from what was fitted. */
export interface DistanceFromFit {
  /** `inside` or `beyond`. */
  verdict: string;
  /** Years after the fitted calendar. */
  years_past_the_fit: number;
  /** Everything that changes. */
  changes: ChangeDistance[];
}

/** Who takes which route instead; whoever sets out on two routes counts on both. */
export interface Diversion {
  /** People fewer who set out, by route that loses. */
  fewer: Record<string, Estimate>;
  /** People more who set out, by route that gains. */
  more: Record<string, Estimate>;
  /** All who are more over all who are fewer. */
  share_diverted: Estimate;
  /** Those who are more on a route over all who are fewer, by route that gains. */
  share_by_way: Record<string, Estimate>;
  /** The rule by which people choose a route. */
  choice: ChoiceRule;
}

/** An uncertain figure. All three are None where the figure does not exist. */
export interface Estimate {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
}

/** A published figure with its source; figures of rare routes are withheld. */
export interface EvidenceRow {
  /** Id of the row. */
  id: string;
  /** All ids of the row, those of rows merged into it included. */
  ids: string[];
  /** Name of its variable. */
  quantity: string;
  /** As published; None where only an end of its range was. */
  value: number | null;
  /** Lower end of the published range. */
  low: number | null;
  /** Upper end of the published range. */
  high: number | null;
  /** Unit of the figure. */
  unit: string;
  /** First year. */
  year_from: number | null;
  /** Last year. */
  year_to: number | null;
  /** `A` (a register) to `D` (hearsay). */
  grade: string;
  /** Note of the row. */
  note: string;
  /** Title of the source. */
  source_title: string;
  /** Publisher of the source. */
  source_publisher: string;
  /** Year of the source. */
  source_year: number | null;
  /** Address of the source. */
  source_url: string | null;
}

/** Everything that is shown before anything is simulated. */
export interface ExplorerData {
  /** The model's texts. */
  model: ModelText;
  /** Outlines as GeoJSON, as the model gives them; empty where it gives none. */
  region: Record<string, unknown>;
  /** The leading one first. */
  rankings: Ranking[];
  /** By route: the steps at which people are lost, largest share first. */
  losses: Record<string, Loss[]>;
  series: SeriesData;
  /** The next years. */
  forecast: Forecast;
  /** By name. */
  parameters: Record<string, Parameter>;
  /** Every row that something is based on. */
  evidence: EvidenceRow[];
  /** What the fit cannot reconcile, and what its answers depend on. */
  checks: FitChecks;
  /** By name of a route, parameter, channel or output. */
  traces: Record<string, TraceSummary>;
}

/** A fit written in the layout that ArviZ opens. */
export interface Export {
  /** The netCDF file or Zarr folder. */
  file: string;
  /** Names of the variables of each group, by the group's name. */
  groups: Record<string, string[]>;
  /** Whether the fit may be relied on. */
  fit: Convergence;
  /** What the fit depends on. */
  provenance: Provenance;
}

/** A folder with every figure as SVG and its data as CSV. */
export interface FiguresFolder {
  /** The folder. */
  folder: string;
  /** The file that says what each figure is. */
  index: string;
  /** Names of the figures. */
  figures: string[];
  /** Names of the files of tables, below the folder. */
  tables: string[];
  /** How many files there are. */
  files: number;
}

/** What a fit cannot reconcile, and what its answers depend on. */
export interface FitChecks {
  /** Published figures outside or far from what the model expects, worst first. */
  tension: Tension[];
  /** Pairs of published figures that cannot both hold, worst first. */
  contradictions: Contradiction[];
  /** By name: `WAY.OUTCOME`, or an output of the report. */
  answers: Record<string, HeadlineSensitivity>;
}

/** A posterior in figures. */
export interface FitSummary {
  /** Whether it may be relied on. */
  fit: Convergence;
  /** By name. */
  parameters: Record<string, Parameter>;
  /** By name. */
  channels: Record<string, Channel>;
  /** Series by name: of whole people, so that intervals include chance. */
  outputs: Record<string, TimedEstimate[]>;
  /** What it depends on. */
  provenance: Provenance;
  /** What the fit cannot reconcile; None where it was not requested. */
  checks?: FitChecks | null;
  /** Outputs beside published estimates; None where they were not requested. */
  compared?: PublishedComparison[] | null;
}

/** The values that the fit holds plausible. */
export interface FittedRange {
  /** 5th percentile over draws of the smallest value in the fitted years. */
  low: number;
  /** 95th percentile over draws of the largest value in the fitted years. */
  high: number;
}

/** Flee's movement parameters learned from the first days, scored on the rest. */
export interface FleeCalibration {
  /** All people are simulated. */
  simulated?: true;
  /** Seed of every random choice. */
  seed: number;
  /** By name of the setting. */
  parameters: Record<string, MovementParameter>;
  /** By name: the spread of reports about what is expected. */
  noise: Record<string, Estimate>;
  /** Whether they may be relied on. */
  fit: FleeConvergence;
  /** In the order requested. */
  scenarios: ScoredScenario[];
}

/** Whether learned parameters may be relied on. */
export interface FleeConvergence {
  /** R-hat below 1.05 and both effective sample sizes at least 100. */
  converged: boolean;
  /** Largest R-hat of a parameter. */
  max_rhat: number | null;
  /** Smallest effective sample size of the bulk, draws. */
  min_bulk_ess: number | null;
  /** Smallest effective sample size of the tails, draws. */
  min_tail_ess: number | null;
  /** Divergent transitions after warm-up. */
  divergences: number;
  /** Mean acceptance rate, 0 to 1. */
  acceptance: number;
  /** Time that sampling took, seconds. */
  seconds: number;
  /** Draws of all chains. */
  draws: number;
}

/** A Flee scenario written as a model folder. */
export interface FleeConversion {
  /** What was read. */
  format?: "flee";
  /** The model folder that was written. */
  folder: string;
  /** Number of states. */
  states: number;
  /** Number of transitions. */
  transitions: number;
  /** Number of entries. */
  entries: number;
  /** Number of channels of reported counts. */
  channels: number;
  /** Number of evidence rows. */
  evidence_rows: number;
}

/** A simulated Flee scenario beside its reported counts. */
export interface FleeSimulation {
  /** Folder of the scenario. */
  scenario: string;
  /** All people are simulated. */
  simulated?: true;
  /** Number of runs. */
  replicates: number;
  /** Seed of every random choice. */
  seed: number;
  /** First day that is compared with the reports, `YYYY-MM-DD`. */
  scored_from: string;
  /** CPU time of all runs, seconds. */
  cpu_seconds: number;
  /** Averaged relative difference: mean over days of |simulated - reported| / reported. */
  ard: Estimate;
  /** The same with simulated totals made equal to the reported ones. */
  ardr: Estimate;
  /** The mean of what Flee prints as its total error. */
  flee_printed_error: BiasedEstimate;
  /** All people on the last day. */
  people: Estimate;
  /** In the order of the scenario. */
  camps: Camp[];
  /** What in the scenario is legal and probably not meant. */
  warnings: string[];
  /** What a change does, where one was requested. */
  what_if?: FleeWhatIf | null;
}

/** What a change of the scenario does on the last day, with common random numbers. */
export interface FleeWhatIf {
  /** Those of the scenario, then those that the change adds. */
  camps: CampChange[];
  /** People in all camps, changed less unchanged. */
  people_in_camps: Estimate;
}

/** Series of the outputs by year, from the last fitted years to the horizon. */
export interface Forecast {
  /** Last month of the fitted calendar, `YYYY-MM`. */
  last_fitted: string;
  /** Last year of the forecast. */
  to: number;
  /** `may change`, or `stay`. */
  policies: string;
  /** What is taken for granted, in sentences. */
  assumptions: string[];
  /** By output that is declared by year: its series from two years before the fit's end. */
  outputs: Record<string, ForecastPoint[]>;
  /** How policies changed in the past; None where they stay. */
  breaks?: PolicyBreaks | null;
  /** What is needed by month, where it was requested. */
  planner?: PlannerView | null;
  /** Whether the fit may be relied on. */
  fit: Convergence;
  /** What the fit depends on. */
  provenance: Provenance;
}

/** A year of a series, of whole people, so that intervals include chance. */
export interface ForecastPoint {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** `2001-03`, `2001-Q1`, `2001`, or `2021-2025` where years are pooled. */
  time: string;
  /** Lower end of the central 50 % interval. */
  low_50: number | null;
  /** Upper end of the central 50 % interval. */
  high_50: number | null;
  /** Whether the year lies after the fitted calendar. */
  forecast: boolean;
}

/** The best allocation of a smaller or larger budget. */
export interface FrontierPoint {
  /** USD. */
  budget_usd: number;
  /** USD by lever. */
  money_usd: Record<string, number>;
  /** Against spending nothing, in people safe net of harm. */
  gain: MeanEstimate;
  /** Mean gain of 10,000 USD more for the best lever, in people safe net of harm. */
  next_10000_usd: number;
}

/** The same for a page that has the titles and does not show the diversion. */
export interface GridAnswer {
  /** Name of the scenario. */
  id: string;
  /** Whether it says what a harmful practice costs; it is no plan then. */
  comparison_of_harm: boolean;
  /** First month in which anything changes, `YYYY-MM`. */
  first_change: string;
  /** First year that is summed. */
  from: number;
  /** Last year that is summed. */
  to: number;
  /** The difference to each measure. */
  differences: Differences;
  /** By route. */
  ways: Record<string, WayDifference | WithheldWay>;
  /** How far the question lies from the fit. */
  distance: DistanceFromFit;
  /** Number of posterior draws. */
  draws: number;
  /** `expected` (mean flows). */
  engine: string;
}

/** The plan against the best of a coarse grid, over the draws of the search. */
export interface GridCheck {
  /** Allocations of the grid. */
  allocations: number;
  /** Their largest mean gain, in people safe net of harm. */
  best_of_grid: number;
  /** Mean gain of the plan. */
  plan: number;
  /** The plan's gain over the grid's; None where no allocation of the grid gains. */
  plan_over_grid: number | null;
}

/** A harm that the ranking weighs. */
export interface Harm {
  /** Title of the harm. */
  title: string;
  /** The figure of a route that it is measured by. */
  measure: string;
  /** The amount that counts 1, in the measure's unit. */
  scale: number;
}

/** People safe that one harm outweighs: its weight over the model's scale of it. */
export interface HarmPrices {
  /** A death. */
  dead: number;
  /** A return, or being turned back. */
  returned: number;
  /** A relative punished. */
  relatives_punished: number;
  /** A person in between at the end of the horizon. */
  limbo: number;
}

/** A headline answer and what moves it. */
export interface HeadlineSensitivity {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** How far the data narrowed the answer, 0 to 1. */
  contraction: number;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
  /** Without one channel of figures. */
  without_channel: Shifts;
  /** With one prior 1.25 times as wide. */
  with_wider_prior: Shifts;
}

/** How far a method is from the reports of the held-out days; 0 is best. */
export interface HeldOutScore {
  /** Averaged relative difference of the median over runs, with equal totals. */
  ardr: number;
  /** Continuous ranked probability score over the people reported, summed over camps. */
  crps: number;
}

/** A parameter that says what a lever costs or does. */
export interface LeverBasis {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Name of the parameter. */
  name: string;
  /** What it is, in words. */
  title: string;
  /** Unit of median, low and high. */
  unit: string;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
  /** Ids of the evidence rows that its prior cites. */
  evidence: string[];
  /** Why the prior cites no evidence; None where it does. */
  assumed: string | null;
}

/** A scenario against the baseline, over few draws. */
export interface LiveAnswer {
  /** Name of the scenario. */
  id: string;
  /** Whether it says what a harmful practice costs; it is no plan then. */
  comparison_of_harm: boolean;
  /** First month in which anything changes, `YYYY-MM`. */
  first_change: string;
  /** First year that is summed. */
  from: number;
  /** Last year that is summed. */
  to: number;
  /** The difference to each measure. */
  differences: Differences;
  /** By route. */
  ways: Record<string, WayDifference | WithheldWay>;
  /** How far the question lies from the fit. */
  distance: DistanceFromFit;
  /** Title of the scenario. */
  title: string;
  /** Why one would ask, and what is taken for granted. */
  reason: string;
  /** None where nobody changes from one route to another, or where more people set out. */
  diversion: Diversion | null;
  /** Number of posterior draws. */
  draws: number;
  /** `expected` (mean flows). */
  engine: string;
}

/** A step of a route at which people are lost. */
export interface Loss {
  /** Title of the state that they are in. */
  step: string;
  /** `dead`, `returned`, or `limbo` at the route's horizon. */
  outcome: "dead" | "returned" | "limbo" | "safe";
  /** Of those who set out, 0 to 1. */
  share: Estimate;
}

/** An uncertain figure with its mean, which is what a plan maximises. */
export interface MeanEstimate {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Mean of the draws. */
  mean: number;
}

/** A declared mechanism, switched off. */
export interface MechanismEffect {
  /** Name of the mechanism. */
  id: string;
  /** The claim in words. */
  title: string;
  /** Routes that the claim is about. */
  ways: string[];
  /** Transitions, entries, outcomes of branches and initial stocks that are deleted. */
  removes: string[];
  /** Factors and parameters that are set to 1. */
  sets_to_1: string[];
  /** Where the model declares that the mechanism shows. */
  shows_in: Change;
  /** Whether it shows there: by more than 0.001 %. */
  shows: boolean;
  /** The outputs and measures that move most, the largest change first. */
  moves_most: Change[];
}

/** Every declared mechanism, switched off one at a time at the prior medians. */
export interface MechanismReport {
  /** Id of the model. */
  model: string;
  /** In the order of the model. */
  mechanisms: MechanismEffect[];
}

/** A scenario against the baseline at the median of every parameter. */
export interface MedianAnswer {
  /** First year that is summed. */
  from: number;
  /** Last year that is summed. */
  to: number;
  /** The difference to each measure. */
  differences: MedianDifferences;
}

/** Scenario less baseline at the posterior's median, without an interval. */
export interface MedianDifference {
  /** Summed over the years; of a stock, at the end. */
  median: number;
  /** The difference in each year. */
  by_year: TimedMedian[];
}

/** The difference that a scenario makes to each measure at the posterior's median. */
export interface MedianDifferences {
  /** People who reach safety. */
  safe: MedianDifference;
  /** People who are sent back. */
  returned: MedianDifference;
  /** People who die. */
  dead: MedianDifference;
  /** People on the way, in hiding or detained at the end of the last year. */
  limbo: MedianDifference;
  /** Relatives punished. */
  relatives_punished: MedianDifference;
  /** Money paid, USD. */
  money_usd: MedianDifference;
}

/** The model's texts, and everything that a request may name. */
export interface ModelText {
  /** Name. */
  id: string;
  /** Title, in the model's language. */
  title: string;
  /** What the model is, in sentences. */
  summary: string;
  /** By name. */
  ways: Record<string, RouteText>;
  /** By id. */
  places: Record<string, Place>;
  /** By name. */
  harms: Record<string, Harm>;
  /** By name. */
  quantities: Record<string, QuantityText>;
  /** By name. */
  outputs: Record<string, OutputText>;
  /** By name. */
  channels: Record<string, ChannelText>;
  /** What the report shows and says. */
  report: ReportText;
  /** The months that the model covers. */
  calendar: Calendar;
  /** Months of the stored rankings, `YYYY-MM`. */
  dates: string[];
  /** Of the stored rankings: `all`, and values of the groups' attribute `sex`. */
  sexes: string[];
  /** Scenarios that may be compared. */
  scenarios: ScenarioText[];
  /** Factors that a reader may move. */
  sliders: SliderText[];
  /** By language: English text to its translation. */
  texts: Record<string, Record<string, string>>;
  /** Whether the fit may be relied on. */
  fit: Convergence;
  /** What the fit depends on. */
  provenance: Provenance;
  citation: Citation;
}

/** A movement parameter of Flee, learned. */
export interface MovementParameter {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Median before the data, Flee's default. */
  prior_median: number;
  /** 1 - posterior variance / prior variance on the unconstrained scale, 0 to 1. */
  contraction: number;
  /** `data-driven`, `mixed` or `assumed`. */
  label: string;
}

/** Differences in what becomes of those who set out; of the outcomes they add up to 0. */
export interface OutcomeDifferences {
  /** Dead. */
  dead: Estimate;
  /** Sent back: in custody or returned. */
  returned: Estimate;
  /** On the way, in hiding or detained. */
  limbo: Estimate;
  /** In a place of safety. */
  safe: Estimate;
  /** Mean time to safety of those who reach it, months. */
  months_to_safety: Estimate;
  /** Mean payment per person who sets out, USD. */
  cost_usd: Estimate;
}

/** Where people are at a route's horizon; the shares of each draw add up to 1. */
export interface Outcomes {
  /** Dead. */
  dead: Estimate;
  /** Sent back: in custody or returned. */
  returned: Estimate;
  /** On the way, in hiding or detained. */
  limbo: Estimate;
  /** In a place of safety. */
  safe: Estimate;
}

/** Where an output differs most. */
export interface OutputShift {
  /** Of the output. */
  name: string;
  /** Time of the largest shift; None where the runs have no time in common. */
  time: string | null;
  /** Of the median, in posterior standard deviations of the first run. */
  shift: number | null;
}

/** A series that the model declares. */
export interface OutputText {
  /** Title, in the model's language. */
  title: string;
  /** Name of the quantity. */
  quantity: string;
  /** Unit of its figures. */
  unit: string;
  /** `month`, `quarter` or `year`. */
  per: string;
  /** Years over which its figures are pooled. */
  pooled_years: number;
  /** What the series is based on, in words. */
  informed_by: string;
}

/** A declared parameter before and after the fit. */
export interface Parameter {
  /** Title of the parameter. */
  title: string;
  /** Unit of its priors and posteriors. */
  unit: string;
  /** In the parameter's unit. */
  prior: Estimate;
  /** In the parameter's unit. */
  posterior: Estimate;
  /** 1 - posterior variance / prior variance on the unconstrained scale, 0 to 1. */
  contraction: number;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
  /** Ids of the evidence rows that the prior cites. */
  evidence: string[];
  /** Why the prior cites no evidence; None where it does. */
  assumed: string | null;
  /** R-hat. */
  rhat: number | null;
  /** Effective sample size of the bulk, draws. */
  bulk_ess: number | null;
  /** Effective sample size of the tails, draws. */
  tail_ess: number | null;
}

/** A parameter that carries part of an answer's uncertainty. */
export interface ParameterReference {
  /** Name of the parameter. */
  name: string;
  /** Squared correlation with the answer, 0 to 1; None for the parameter itself. */
  share: number | null;
}

/** Share of an answer's variance that a parameter carries. */
export interface ParameterShare {
  /** Name of the parameter. */
  id: string;
  /** 0 to 1. */
  share: number;
}

/** A parameter's posteriors in both runs. */
export interface ParameterShift {
  /** Of the parameter. */
  name: string;
  /** Posterior in the first run; None where it has no such parameter. */
  first: Estimate | null;
  /** Posterior in the second run. */
  second: Estimate | null;
  /** Of the median, in posterior standard deviations of the first run. */
  shift: number | null;
}

/** What it would be worth to know a parameter. */
export interface ParameterValue {
  /** Mean further gain, in people safe net of harm. */
  value: number;
  /** Further money that would gain as much, USD. */
  worth_usd: number;
  /** Standard error of the value, from the regression's own uncertainty. */
  error: number;
  /** By how much the value tends to be too high. */
  bias: number;
  /** What 99 of 100 columns of pure noise stay below. */
  noise: number;
  /** Whether the value lies above that. */
  above_noise: boolean;
  /** Name of the parameter. */
  id: string;
  /** What it is, in words. */
  title: string;
  /** `model` or `levers`. */
  of: string;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
}

/** People at the end of a month; those inside and those who left add up to those entered. */
export interface PeopleAt {
  /** Month, `YYYY-MM`. */
  time: string;
  /** People who entered by then, with those who were there at the start. */
  entered: number | Estimate;
  /** People in states that can be left. */
  inside: number | Estimate;
  /** People in states that cannot be left. */
  left: number | Estimate;
}

/** Whole people in some years: chance is part of the intervals. */
export interface PeoplePerPeriod {
  /** Length of the period, years. */
  years: number;
  /** People who set out. */
  set_out: Estimate;
  /** Of these, people who are dead at the route's horizon. */
  dead: Estimate;
  /** Of these, people who were sent back. */
  returned: Estimate;
  /** Of these, people on the way, in hiding or detained. */
  limbo: Estimate;
  /** Of these, people in safety. */
  safe: Estimate;
}

/** What it would be worth to know everything before the money is spent. */
export interface PerfectInformation {
  /** Mean further gain, in people safe net of harm. */
  value: number;
  /** Further money that would gain as much, USD. */
  worth_usd: number;
}

/** How the people of one outcome at the end fared, over the replicates. */
export interface PersonsByOutcome {
  /** People. */
  persons: Estimate;
  /** Share of them who set out more than once, 0 to 1. */
  share_who_set_out_several_times: Estimate;
  /** Paid by each of them, USD. */
  paid_usd_per_person: Estimate;
  /** Paid by relatives for others, USD for each of them. */
  paid_for_others_usd_per_person: Estimate;
  /** Owed by each of them at the end, USD. */
  owed_usd_per_person: Estimate;
  /** Relatives punished for each of them. */
  relatives_punished_per_person: Estimate;
}

/** A country, a sea or a border as a whole. */
export interface Place {
  /** Title, in the model's language. */
  title: string;
  /** `country`, `sea` or another kind that the model names. */
  kind: string;
  /** Of its mark on the map, degrees east. */
  longitude: number;
  /** Of its mark on the map, degrees north. */
  latitude: number;
}

/** People in the fullest month of a year. */
export interface PlacesNeeded {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** `2001-03`, `2001-Q1`, `2001`, or `2021-2025` where years are pooled. */
  time: string;
  /** Lower end of the central 50 % interval. */
  low_50: number | null;
  /** Upper end of the central 50 % interval. */
  high_50: number | null;
  /** Places that suffice in that month with probability 50 %. */
  enough_50: number;
  /** Places that suffice in that month with probability 90 %. */
  enough_90: number;
}

/** Posterior draws that the plan is based on. */
export interface PlanDraws {
  /** Draws over which the allocation was sought. */
  sought: number;
  /** Draws over which it was refined, and all figures are reported. */
  settled: number;
}

/** Difference that the plan makes, draw by draw. */
export interface PlanOutcome {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Mean of the draws. */
  mean: number;
  /** Without the money. */
  baseline: MeanEstimate;
  /** With the plan. */
  plan: MeanEstimate;
  /** How well the data inform it, or `no difference`. */
  label: string;
}

/** People by the end of the horizon, with the plan less without. */
export interface PlanOutcomes {
  /** People who come to safety. */
  safe: PlanOutcome;
  /** Returns, and people turned back, each time. */
  returned: PlanOutcome;
  /** Deaths. */
  dead: PlanOutcome;
  /** Relatives punished. */
  relatives_punished: PlanOutcome;
  /** People in between at the end of the horizon. */
  limbo: PlanOutcome;
  /** Of those in between, people safe within five more years. */
  safe_later: PlanOutcome;
  /** Of those in between, people returned within five more years. */
  returned_later: PlanOutcome;
  /** Of those in between, people dead within five more years. */
  dead_later: PlanOutcome;
  /** All of it in people safe, less harm at its weight. */
  net: PlanOutcome;
}

/** A lever with its share of the budget. */
export interface PlannedLever {
  /** Name of the lever. */
  id: string;
  /** What it is, in words. */
  title: string;
  /** How it protects. */
  reason: string;
  /** What one unit is, such as a lawyer for a year. */
  unit: string;
  /** USD that the plan spends on it. */
  money_usd: number;
  /** Share of the money spent, 0 to 1. */
  share: number;
  /** Units that this money buys in all; uncertain as the cost is. */
  units: MeanEstimate;
  /** Years within the horizon in which it acts. */
  years: number;
  /** USD that it can take: the most units at their median cost. */
  most_usd: number;
  /** USD per unit. */
  cost_usd: MeanEstimate;
  /** Parameters of the cost. */
  cost_rests_on: LeverBasis[];
  /** Parameters of the effect. */
  effect_rests_on: LeverBasis[];
  /** Gain of 10,000 USD more, in people safe net of harm. */
  next_10000_usd: MeanEstimate;
  /** No better than the worst label of the effect's parameters. */
  label: string;
}

/** An output by month. */
export interface PlannedSeries {
  /** Title of the output. */
  title: string;
  /** Unit of the output. */
  unit: string;
  /** One for each month of the forecast, in the output's unit. */
  rows: Quantiles[];
}

/** What a planner needs, by month of the forecast. */
export interface PlannerView {
  /** First month, `YYYY-MM`. */
  from: string;
  /** By output: events in each month. */
  flows: Record<string, PlannedSeries>;
  /** By output: mean number of people in each month. */
  stocks: Record<string, PlannedSeries>;
  /** By output of `stocks`: its fullest month in every year. */
  places: Record<string, PlacesNeeded[]>;
}

/** A month in which policies passed into another era. */
export interface PolicyBreak {
  /** Month, `YYYY-MM`. */
  time: string;
  /** Names of the policies that changed together. */
  policies: string[];
}

/** How policies changed in the fitted calendar. */
export interface PolicyBreaks {
  /** All of them, in the order of time. */
  dates: PolicyBreak[];
  /** Length of the fitted calendar, years. */
  years: number;
  /** Rate at which such dates come in the forecast, per year. */
  per_year: Estimate;
  /** Names of the policies that did not change. */
  never_changed: string[];
}

/** A declared prior, by its central 90 % interval. */
export interface Prior {
  /** `lognormal`, `probability` or `normal`. */
  kind: string;
  /** In the parameter's unit. */
  low: number;
  /** In the parameter's unit. */
  high: number;
}

/** A declared parameter whose priors differ. */
export interface PriorDifference {
  /** Of the parameter. */
  name: string;
  /** Prior in the first run; None where it declares no such parameter. */
  first: Prior | null;
  /** Prior in the second run. */
  second: Prior | null;
}

/** What a fit depends on. */
export interface Provenance {
  /** SHA-256 of what was fitted: the model as it stood, a change in Python included. */
  model_hash: string;
  /** SHA-256 of the evidence rows, the user's own included. */
  evidence_hash: string;
  /** SHA-256 of the package's sources that made the fit. */
  source_hash: string;
  /** Version of the package. */
  version: string;
  /** Seed of every random choice. */
  seed: number;
  /** Name of the run's folder. */
  run: string;
}

/** An output beside every published figure of its quantity. */
export interface PublishedComparison {
  /** Name of the output. */
  output: string;
  /** Title of the output. */
  title: string;
  /** Unit of its series and figures. */
  unit: string;
  /** `month`, `quarter` or `year`. */
  per: string;
  /** What the output is based on, in words. */
  informed_by: string;
  /** In the output's unit. */
  series: TimedEstimate[];
  /** By group and by length of stay. */
  parts: ComparedPart[];
  /** In order of time. */
  published: PublishedFigure[];
}

/** A published figure of a quantity, with what the model says of the same months. */
export interface PublishedFigure {
  /** Id of the evidence row. */
  evidence: string;
  /** First month, `YYYY-MM`. */
  from: string;
  /** Last month, `YYYY-MM`. */
  to: string;
  /** As published; None where only an end of its range was. */
  value: number | null;
  /** Lower end of the published range. */
  low: number | null;
  /** Upper end of the published range. */
  high: number | null;
  /** `A` (a register) to `D` (hearsay). */
  grade: string;
  /** Of whom it is, as the row says. */
  group: string;
  /** Note of the row. */
  note: string;
  /** The channel or the prior that is based on it; None where nothing is. */
  used_by: string | null;
  /** Title of the source. */
  source_title: string;
  /** Publisher of the source. */
  source_publisher: string;
  /** Year of the source. */
  source_year: number | null;
  /** Address of the source. */
  source_url: string | null;
  /** The model's figure of the same months; None outside its years. */
  model: Estimate | null;
  /** `agrees`, `published is higher`, `published is lower`, or `outside the model's years`. */
  verdict: string;
}

/** An uncertain figure of a time, with two central intervals. */
export interface Quantiles {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** `2001-03`, `2001-Q1`, `2001`, or `2021-2025` where years are pooled. */
  time: string;
  /** Lower end of the central 50 % interval. */
  low_50: number | null;
  /** Upper end of the central 50 % interval. */
  high_50: number | null;
}

/** What is counted. */
export interface QuantityText {
  /** Title, in the model's language. */
  title: string;
}

/** Ranks of a route under a reader's weights. */
export interface RankedByWeights {
  /** Mean rank over the weightings; 1 is the most dangerous. */
  expected_rank: Estimate;
  /** Share of draws and weightings in which the route has rank 1, 2, ... */
  rank_acceptability: number[];
  /** Of the route. */
  id: string;
}

/** A route with its outcomes and its place in the ranking. */
export interface RankedWay {
  /** Name of the route. */
  id: string;
  /** Title of the route. */
  title: string;
  /** Place in the article's countdown; 1 is the most dangerous. */
  article_position: number;
  /** Of whom the outcomes are shares. */
  denominator: string;
  /** What to bear in mind about it. */
  caveat: string;
  /** Shares at the route's horizon, 0 to 1. */
  outcomes: Outcomes;
  /** Share that was sent back at least once, 0 to 1. */
  ever_returned: Estimate;
  /** Mean time to safety of those who reach it, months. */
  months_to_safety: Estimate;
  /** Mean payment per person who sets out, USD. */
  cost_usd: Estimate;
  /** Relatives punished per person who sets out. */
  relatives_punished: Estimate;
  /** People who set out, per year. */
  attempts_per_year: Estimate;
  /** Whole people in some years. */
  people: PeoplePerPeriod;
  /** Mean rank over the weightings; 1 is the most dangerous. */
  expected_rank: Estimate;
  /** Share of draws and weightings in which the route has rank 1, 2, ... */
  rank_acceptability: number[];
  /** How far the data narrowed the outcomes, 0 to 1. */
  contraction: number;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
}

/** The routes, most dangerous first. */
export interface Ranking {
  /** Month whose conditions hold, `YYYY-MM`. */
  as_of: string;
  /** A value of the groups' attribute `sex`, or `all`. */
  sex: string;
  /** In order of expected rank. */
  ways: RankedWay[];
  /** Rank correlation with the article's order, -1 to 1. */
  kendall_tau: Estimate;
  /** By name. */
  harms: Record<string, Harm>;
  /** Whether the fit may be relied on. */
  fit: Convergence;
  /** What the fit depends on. */
  provenance: Provenance;
}

/** A stored ranking under a reader's weights. */
export interface RankingByWeights {
  /** Month whose conditions hold, `YYYY-MM`. */
  as_of: string;
  /** A value of the groups' attribute `sex`, or `all`. */
  sex: string;
  /** Most dangerous first. */
  ways: RankedByWeights[];
  /** Rank correlation with the article's order, -1 to 1. */
  kendall_tau: Estimate;
}

/** How well a change was sampled again. */
export interface RefitQuality {
  /** `without_channel` or `with_wider_prior`. */
  kind: string;
  /** Of the channel or the parameter. */
  name: string;
  /** Pareto k-hat of the weights that were no guide. */
  k_hat: number | null;
  /** Mean acceptance rate, 0 to 1. */
  acceptance: number;
  /** Divergent transitions after warm-up. */
  divergences: number;
  /** Largest R-hat of a parameter. */
  max_rhat: number | null;
  /** Smallest effective sample size of the bulk, draws. */
  min_ess: number | null;
  /** Time that sampling took, seconds. */
  seconds: number;
}

/** A question that is not answered. */
export interface RefusedAnswer {
  /** Why. */
  refused: string;
}

/** What the model's report shows and says. */
export interface ReportText {
  /** Names of the channels that are drawn. */
  channels: string[];
  /** Names of the outputs that are drawn. */
  outputs: string[];
  /** Limits of the model, in sentences. */
  limits: string[];
  /** What is withheld and why, in sentences. */
  protection: string[];
  /** Licences of the data, in sentences. */
  data_licences: string[];
}

/** How figures are reported. */
export interface ReportingText {
  /** Such as `count` or `lower_bound`. */
  kind: string;
}

/** A route as the model declares it. */
export interface RouteText {
  /** Title, in the model's language. */
  title: string;
  /** Place in the article's countdown. */
  article_position: number;
  /** Of whom the outcomes are shares. */
  denominator: string;
  /** How people travel. */
  mode?: string;
  /** When outcomes are counted, months after setting out. */
  horizon_months: number;
  /** What a reader must know before using the route's figures; empty where there is nothing. */
  caveat?: string;
  /** Ids of the places that it leads through. */
  path: string[];
  /** Years over which its figures are pooled. */
  pooled_years: number;
}

/** An evidence row that differs, or whose use as an observation does. */
export interface RowDifference {
  /** Id of the row. */
  name: string;
  /** Hash of the row and of its observations in the first run; None where it has no such row. */
  first: string | null;
  /** The same in the second run. */
  second: string | null;
}

/** A scenario against the baseline. */
export interface ScenarioComparison {
  /** Name of the scenario. */
  id: string;
  /** Whether it says what a harmful practice costs; it is no plan then. */
  comparison_of_harm: boolean;
  /** First month in which anything changes, `YYYY-MM`. */
  first_change: string;
  /** First year that is summed. */
  from: number;
  /** Last year that is summed. */
  to: number;
  /** The difference to each measure. */
  differences: Differences;
  /** By route. */
  ways: Record<string, WayDifference | WithheldWay>;
  /** How far the question lies from the fit. */
  distance: DistanceFromFit;
  /** Title of the scenario. */
  title: string;
  /** Why one would ask, and what is taken for granted. */
  reason: string;
  /** None where nobody changes from one route to another, or where more people set out. */
  diversion: Diversion | null;
}

/** A scenario that may be compared. */
export interface ScenarioText {
  /** Name. */
  id: string;
  /** Title, in the model's language. */
  title: string;
  /** Why it is asked, in a sentence. */
  reason: string;
  /** Whether it says what a harmful practice costs. */
  comparison_of_harm: boolean;
  /** First month that differs, `YYYY-MM`. */
  first_change: string;
}

/** A scenario and its held-out days. */
export interface ScoredScenario {
  /** Folder of the scenario. */
  scenario: string;
  /** Length, days. */
  days: number;
  /** Days that were learned from. */
  training_days: number;
  /** Dates with reports among them. */
  dates: number;
  /** Names of the camps with reports. */
  camps: string[];
  /** By method. */
  held_out: Record<string, HeldOutScore>;
}

/** Every series over time. */
export interface SeriesData {
  /** By name. */
  outputs: Record<string, TimedEstimate[]>;
  /** By route: people who set out, per year. */
  flows: Record<string, TimedEstimate[]>;
  /** By name. */
  channels: Record<string, Channel>;
  /** Series beside every published estimate. */
  compared: PublishedComparison[];
}

/** A setting of the sampler that differs. */
export interface SettingDifference {
  /** Of the setting; `stages.0.length` is the length of the first stage. */
  name: string;
  /** In the first run; None where it has no such setting. */
  first: string | number | boolean | null;
  /** In the second run. */
  second: string | number | boolean | null;
}

/** Where an answer goes when a channel is left out or a prior is wider. */
export interface Shift {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** Of the channel or the parameter. */
  name: string;
  /** In posterior standard deviations of the answer. */
  shift: number;
  /** Width of the new interval over the old one. */
  width_ratio: number;
  /** Pareto k-hat of the importance weights; None where the answer was sampled again. */
  k_hat: number | null;
  /** Whether it was sampled again, instead of reweighted. */
  refitted: boolean;
}

/** The changes that move an answer most. */
export interface Shifts {
  /** By more than the noise of the draws, largest first. */
  most: Shift[];
  /** Names whose importance weights are no guide (k-hat above 0.7). */
  untold: string[];
}

/** People moved through a model with every parameter at its prior median. */
export interface Simulation {
  /** Id of the model. */
  model: string;
  /** `expected`, `counts` or `individuals`. */
  engine: string;
  /** Seed of every random choice. */
  seed: number;
  /** `month`, `week` or `day`. */
  step: string;
  /** How many times whole people were drawn. */
  replicates: number;
  /** How many times the model's people there are. */
  people_scale: number;
  /** Whether people travel in parties, with sponsors, money and debts. */
  families: boolean;
  /** Folder with every move of every person, as Parquet; None or False where none was written. */
  histories: string | false | null;
  /** Series by name, over the replicates; the three figures are equal where there is one. */
  outputs: Record<string, TimedEstimate[]>;
  /** Where people are at the end of every month. */
  people: PeopleAt[];
  /** Zarr store of all replicates; None for means. */
  ensemble: string | null;
  /** By outcome at the end, where persons were told apart. */
  persons?: Record<string, PersonsByOutcome> | null;
}

/** A slider at one of its positions, the others at rest. */
export interface SliderAnswer {
  /** The position: how many times as much. */
  value: number;
  /** None at rest, where nothing changes. */
  answer: GridAnswer | RefusedAnswer | null;
}

/** A factor that a reader may move. */
export interface SliderText {
  /** Name. */
  id: string;
  /** Title, in the model's language. */
  title: string;
  /** Why it is asked, in a sentence. */
  reason: string;
  /** First month in which it acts, `YYYY-MM`. */
  from: string;
  /** Least factor; 1 changes nothing. */
  least: number;
  /** Largest factor. */
  most: number;
}

/** Sobol's indices of a parameter at the prior, where parameters are independent. */
export interface SobolIndices {
  /** Name of the parameter. */
  id: string;
  /** First-order index: what it carries alone. */
  first: number;
  /** Total index: what it carries alone and together with others. */
  total: number;
}

/** One run's folder. */
export interface StoredRun {
  /** Its key: the name of its folder. */
  run: string;
  /** The name that a user gave it. */
  name: string | null;
  /** `fit`, `unfinished fit` or `simulation`. */
  kind: string;
  /** Id of its model; None where the run is not finished. */
  model: string | null;
  /** When it finished, `YYYY-MM-DD HH:MM` in universal time; None where it has not. */
  finished_at: string | null;
  /** Version of the package that made it. */
  version: string | null;
  /** Seed of every random choice. */
  seed: number | null;
  /** What differs from the bundled model as it is today: `model`, `evidence`, `program`; None where no bundled model has this id or the run does not say. */
  changes: string[] | null;
  /** Size of all its files, bytes. */
  size_bytes: number;
}

/** All runs below one folder, the latest first. */
export interface StoredRuns {
  /** The folder of runs. */
  folder: string;
  /** The one that finished last first. */
  runs: StoredRun[];
}

/** A published figure that the model cannot reconcile. */
export interface Tension {
  /** Name of the quantity. */
  quantity: string;
  /** First month, `YYYY-MM`. */
  from: string;
  /** Last month, `YYYY-MM`. */
  to: string;
  /** Ids of the evidence rows. */
  evidence: string[];
  /** As published. */
  observed: number;
  /** Lower end of the published interval. */
  low: number | null;
  /** Upper end of the published interval. */
  high: number | null;
  /** What the model expects to see published. */
  predicted: Estimate;
  /** Whether the figure lies in its predictive interval; a lower bound only from below. */
  inside: boolean;
  /** Predictive standard deviations between the figure and the predictive median. */
  tension: number;
  /** Name of its channel. */
  channel: string;
}

/** An uncertain figure of a time. */
export interface TimedEstimate {
  /** Median of the draws. */
  median: number | null;
  /** Lower end of the central 90 % interval. */
  low: number | null;
  /** Upper end of the central 90 % interval. */
  high: number | null;
  /** `2001-03`, `2001-Q1`, `2001`, or `2021-2025` where years are pooled. */
  time: string;
}

/** A figure of a year, without an interval. */
export interface TimedMedian {
  /** The year. */
  time: string;
  /** The figure at the posterior's median. */
  median: number;
}

/** Where a figure comes from: its parameters, evidence rows and sources. */
export interface Trace {
  /** Name of what is traced. */
  name: string;
  /** `way`, `parameter`, `channel` or `output`. */
  kind: string;
  /** Its title. */
  title: string;
  /** Of a route its entry in the ranking, of a parameter its posterior, of a channel its rows, of an output its series. */
  figures: (RankedWay | ChannelRow | TimedEstimate | Estimate)[];
  /** Those that carry most of the answer's uncertainty, largest share first. */
  parameters: TracedParameter[];
  /** Rows that it is based on. */
  evidence: EvidenceRow[];
  /** What the answer is based on, in words. */
  informed_by: string;
  /** Whether the fit may be relied on. */
  fit: Convergence;
}

/** Where a stored answer comes from, as the explorer shows it. */
export interface TraceAnswer {
  /** Of the route, parameter, channel or output. */
  name: string;
  /** `way`, `parameter`, `channel` or `output`. */
  kind: string;
  /** Its title. */
  title: string;
  /** What the answer is based on, in words. */
  informed_by: string;
  /** Those that carry most of the answer's uncertainty, largest share first. */
  parameters: AnswerParameter[];
  /** The rows that it is based on. */
  evidence: EvidenceRow[];
}

/** Where an answer comes from, by names that other parts spell out. */
export interface TraceSummary {
  /** `way`, `parameter`, `channel` or `output`. */
  kind: string;
  /** Title, in the model's language. */
  title: string;
  /** What it is based on, in words. */
  informed_by: string;
  /** By name. */
  parameters: ParameterReference[];
  /** Ids of evidence rows. */
  evidence: string[];
}

/** A parameter that carries part of an answer's uncertainty. */
export interface TracedParameter {
  /** Title of the parameter. */
  title: string;
  /** Unit of its priors and posteriors. */
  unit: string;
  /** In the parameter's unit. */
  prior: Estimate;
  /** In the parameter's unit. */
  posterior: Estimate;
  /** 1 - posterior variance / prior variance on the unconstrained scale, 0 to 1. */
  contraction: number;
  /** `data-driven`, `mixed`, `prior-driven` or `assumed`. */
  label: string;
  /** Ids of the evidence rows that the prior cites. */
  evidence: string[];
  /** Why the prior cites no evidence; None where it does. */
  assumed: string | null;
  /** R-hat. */
  rhat: number | null;
  /** Effective sample size of the bulk, draws. */
  bulk_ess: number | null;
  /** Effective sample size of the tails, draws. */
  tail_ess: number | null;
  /** Name of the parameter. */
  name: string;
  /** Squared correlation with the answer over the posterior, 0 to 1; None for itself. */
  share?: number | null;
}

/** What would be worth measuring before the money is spent. */
export interface ValueOfInformation {
  /** Allocations that one could choose from. */
  options: number;
  /** Draws. */
  draws: number;
  /** Of knowing everything. */
  all: PerfectInformation;
  /** Mean gain of 10,000 USD more, in people safe net of harm. */
  gain_per_10000_usd: number;
  /** Of knowing one parameter, largest value first. */
  parameters: ParameterValue[];
  /** Of knowing the coming year's figures, largest value first. */
  channels: ChannelValue[];
  variance: VarianceDecomposition;
}

/** Which parameters carry the variance of the answers. */
export interface VarianceDecomposition {
  /** By headline answer: `WAY.OUTCOME`, or an output of the report. */
  answers: Record<string, VarianceShares>;
  /** Of the plan's gain. */
  plan: VarianceShares;
  /** By output: squared slope times the parameter's variance, as a share of their sum. */
  slopes: Record<string, ParameterShare[]>;
  /** By output, largest total index first; for a model of few parameters. */
  prior_sobol?: Record<string, SobolIndices[]> | null;
}

/** First-order shares Var(E[Y | x]) / Var(Y) over the posterior, on ranks. */
export interface VarianceShares {
  /** What 95 of 100 parameters show by chance; None where the answer does not vary. */
  noise: number | null;
  /** Those above noise, largest share first. */
  parameters: ParameterShare[];
}

/** The difference that a scenario makes on a route. */
export interface WayDifference {
  /** Title of the route. */
  title: string;
  /** Difference of the people who set out. */
  set_out: Estimate;
  /** People who set out in the baseline. */
  set_out_baseline: Estimate;
  /** Difference of the relatives punished. */
  relatives_punished: Estimate;
  /** Difference of the people who set out, by year or by as many years as the route is pooled over. */
  by_year: TimedEstimate[];
  /** Month whose conditions hold for the outcomes, `YYYY-MM`. */
  as_of: string;
  /** Differences per person who sets out; of mean flows, whatever the engine. */
  outcomes: OutcomeDifferences;
}

/** What-ifs that are answered in advance, for a report that runs no model. */
export interface WhatIfGrid {
  /** Posterior draws of each answer. */
  draws: number;
  /** By slider, its positions in order. */
  sliders: Record<string, SliderAnswer[]>;
  /** By scenario. */
  scenarios: Record<string, GridAnswer | RefusedAnswer>;
}

/** A route about which so few years say nothing. */
export interface WithheldWay {
  /** Title of the route. */
  title: string;
  /** Why nothing is reported. */
  withheld: string;
}
