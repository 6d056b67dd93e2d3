import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../src/messages/en.json';
import ko from '../src/messages/ko.json';
import { decodeSliders, encodeSliders } from '../src/lib/what-ifs';
import { decodeWeights, encodeWeights } from '../src/lib/weights';

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort();

describe('messages', () => {
  it('are there in both languages, with the same holes', () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect([key, holes(ko[key])]).toEqual([key, holes(en[key])]);
      expect(ko[key].trim()).not.toBe('');
    }
  });
  it('are all used', () => {
    const root = join(import.meta.dirname, '..', 'src');
    const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(svelte|ts)$/.test(name))
      .map((name) => readFileSync(join(root, name), 'utf8'))
      .join('\n');
    const groups = [...source.matchAll(/word\('(\w+)'/g)].map((one) => `${one[1]}_`);
    const unused = Object.keys(en).filter(
      (key) => !source.includes(`'${key}'`) && !key.startsWith('nav_') && !groups.some((group) => key.startsWith(group)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the address', () => {
  const sliders = [
    { id: 'a', title: '', reason: '', from: '2000-01', least: 0, most: 1 },
    { id: 'b', title: '', reason: '', from: '2000-01', least: 0.5, most: 3 },
  ];
  it('keeps sliders, and nothing that stands still', () => {
    expect(encodeSliders({ a: 0.25, b: 1 }, sliders)).toBe('a:0.25');
    expect(decodeSliders('a:0.25,b:2', sliders)).toEqual({ a: 0.25, b: 2 });
    expect(encodeSliders({ a: 1 }, sliders)).toBeUndefined();
  });
  it('takes no slider beyond its ends, nor an unknown one', () => {
    expect(decodeSliders('a:7,zz:1,b:x', sliders)).toBeNull();
    expect(decodeSliders('b:9', sliders)).toEqual({ b: 3 });
  });
  it('keeps weights, and refuses what is none', () => {
    expect(encodeWeights({ x: 10, y: 0 }, ['x', 'y'])).toBe('10-0');
    expect(decodeWeights('10-0', ['x', 'y'])).toEqual({ x: 10, y: 0 });
    for (const bad of ['10', '0-0', '10-NaN', '10-500', undefined]) expect(decodeWeights(bad, ['x', 'y'])).toBeNull();
  });
});
