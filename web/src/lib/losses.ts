/** Where people are lost, as nodes and links: set out, steps, outcomes. */

import type { Loss, Outcome } from './types';
import { OUTCOMES } from './types';

export interface FlowNode {
  id: string;
  kind: 'start' | 'step' | 'outcome';
  name: string;
}
export interface FlowLink {
  source: string;
  target: string;
  value: number;
  outcome: Outcome;
}
export const START = 'start';
export const REST = 'rest';
export const UNHARMED = 'unharmed';

/** The largest steps by themselves, the others together; the remainder reaches safety. */
export function lossFlow(losses: readonly Loss[], most: number): { nodes: FlowNode[]; links: FlowLink[] } {
  const size = new Map<string, number>();
  for (const one of losses) {
    size.set(one.step, (size.get(one.step) ?? 0) + (one.share.median ?? 0));
  }
  const order = [...size].sort((a, b) => b[1] - a[1]).map(([step]) => step);
  const own = new Set(order.length > most ? order.slice(0, most - 1) : order);
  const nodes: FlowNode[] = [{ id: START, kind: 'start', name: '' }];
  for (const step of order) if (own.has(step)) nodes.push({ id: `step ${step}`, kind: 'step', name: step });
  if (order.length > own.size) nodes.push({ id: REST, kind: 'step', name: '' });
  const through = new Map<string, FlowLink>();
  let lost = 0;
  for (const one of losses) {
    const value = one.share.median ?? 0;
    if (value <= 0) continue;
    lost += value;
    const step = own.has(one.step) ? `step ${one.step}` : REST;
    const key = `${step} ${one.outcome}`;
    const before = through.get(key);
    if (before) before.value += value;
    else through.set(key, { source: step, target: one.outcome, value, outcome: one.outcome });
  }
  const links = [...through.values()];
  const into: FlowLink[] = links.map((one) => ({ ...one, source: START, target: one.source }));
  const safe = Math.max(0, 1 - lost);
  if (safe > 0.0005) {
    nodes.push({ id: UNHARMED, kind: 'step', name: '' });
    into.push({ source: START, target: UNHARMED, value: safe, outcome: 'safe' });
    links.push({ source: UNHARMED, target: 'safe', value: safe, outcome: 'safe' });
  }
  const reached = new Set(links.map((one) => one.target));
  for (const outcome of OUTCOMES) {
    if (reached.has(outcome)) nodes.push({ id: outcome, kind: 'outcome', name: outcome });
  }
  return { nodes, links: [...into, ...links] };
}
