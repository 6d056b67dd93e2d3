import type { Model, Ranking } from './types';

/** The kept ranking of the date and sex in the address; the model's own where there is none. */
export function chosenRanking(
  rankings: readonly Ranking[],
  model: Model,
  as_of: string | undefined,
  sex: string | undefined,
): Ranking | undefined {
  const date = as_of ?? model.calendar.as_of;
  return rankings.find((one) => one.as_of === date && one.sex === (sex ?? 'all')) ?? rankings[0];
}
