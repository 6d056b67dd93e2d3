import { describe, expect, it } from 'vitest';
import { bowsOf, isUnsure, strokeWidth } from '../src/lib/arcs';
import { EventReader } from '../src/lib/events';
import { overlaps, placeLabels } from '../src/lib/labels';
import { lossFlow, REST, START } from '../src/lib/losses';
import { linear, linePath, roundUp, ticks } from '../src/lib/scale';

const estimate = (median: number) => ({ median, low: median / 2, high: median * 2 });

describe('a scale', () => {
  it('goes there and back', () => {
    const x = linear(1998, 2025, 50, 700);
    expect(x(1998)).toBe(50);
    expect(x.invert(x(2010.25))).toBeCloseTo(2010.25);
  });
  it('has round marks within its ends', () => {
    expect(ticks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(-30, 30, 4)).toEqual([-20, 0, 20]);
    expect(roundUp(83000)).toBe(100000);
  });
  it('breaks a line where a value is missing', () => {
    expect(linePath([[0, 0], [1, 1], null, [3, 3]])).toBe('M0.0,0.0L1.0,1.0M3.0,3.0');
  });
});

describe('a map', () => {
  it('lays ways that share a step side by side', () => {
    const spots = new Map([
      ['a', [0, 0] as const],
      ['b', [100, 0] as const],
    ]);
    const bows = bowsOf([{ id: 'x', path: ['a', 'b'] }, { id: 'y', path: ['a', 'b'] }], spots);
    expect(bows).toHaveLength(2);
    expect(bows[0]?.control[1]).not.toBeCloseTo(bows[1]?.control[1] ?? 0);
  });
  it('leaves out places that it does not know', () => {
    expect(bowsOf([{ id: 'x', path: ['a', 'nowhere'] }], new Map([['a', [0, 0] as const]]))).toEqual([]);
  });
  it('widens with people and says what is unsure', () => {
    expect(strokeWidth(1000)).toBeGreaterThan(strokeWidth(10));
    expect(isUnsure({ median: 5, low: 1, high: 11 })).toBe(true);
    expect(isUnsure({ median: 5, low: 2, high: 11 })).toBe(false);
  });
  it('puts no text upon another', () => {
    const wanted = Array.from({ length: 12 }, (_, k) => ({ name: `p${k}`, x: 150 + k, y: 100, width: 60, height: 16 }));
    const placed = placeLabels(wanted, { x: 0, y: 0, width: 300, height: 220 });
    expect(placed.length).toBe(12);
    for (const a of placed) for (const b of placed) if (a !== b) expect(overlaps(a, b, 0)).toBe(false);
  });
});

describe('losses', () => {
  const losses = [
    { step: 'border', outcome: 'returned' as const, share: estimate(0.5) },
    { step: 'border', outcome: 'dead' as const, share: estimate(0.1) },
    { step: 'river', outcome: 'returned' as const, share: estimate(0.1) },
    { step: 'road', outcome: 'limbo' as const, share: estimate(0.05) },
  ];
  it('flow in as much as out, and lose nobody', () => {
    const { nodes, links } = lossFlow(losses, 2);
    const out = links.filter((one) => one.source === START).reduce((sum, one) => sum + one.value, 0);
    expect(out).toBeCloseTo(1);
    for (const node of nodes.filter((one) => one.kind === 'step')) {
      const into = links.filter((one) => one.target === node.id).reduce((sum, one) => sum + one.value, 0);
      const from = links.filter((one) => one.source === node.id).reduce((sum, one) => sum + one.value, 0);
      expect(into).toBeCloseTo(from);
    }
  });
  it('gather small steps', () => {
    expect(lossFlow(losses, 2).nodes.some((one) => one.id === REST)).toBe(true);
    expect(lossFlow(losses, 8).nodes.some((one) => one.id === REST)).toBe(false);
  });
});

describe('events', () => {
  it('are whole, however the text is cut', () => {
    const text = 'event: middle\ndata: {"a":1}\n\n: beat\n\nevent: answer\ndata: {"b":2}\n\n';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const reader = new EventReader();
      const found = [...reader.read(text.slice(0, cut)), ...reader.read(text.slice(cut))];
      expect(found).toEqual([
        { event: 'middle', data: '{"a":1}' },
        { event: 'answer', data: '{"b":2}' },
      ]);
    }
  });
});
