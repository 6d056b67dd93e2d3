import { describe, expect, it } from 'vitest';
import { change, dateWords, figure, known, percent, yearOf } from '../src/lib/format';

describe('numbers', () => {
  it('have three significant digits from 100 on and two below', () => {
    expect(figure(44321, 'en-GB')).toBe('44,300');
    expect(figure(7.345, 'en-GB')).toBe('7.3');
    expect(figure(-12.6, 'en-GB')).toBe('−13');
    expect(figure(0, 'en-GB')).toBe('0');
  });
  it('never read -0', () => {
    expect(change(-0.2, 'en-GB')).toBe('0');
    expect(percent(-0.000001, 'en-GB')).not.toContain('-0');
  });
  it('are percentages with a decimal at either end', () => {
    expect(percent(0.7236, 'en-GB')).toBe('72%');
    expect(percent(0.0061, 'en-GB')).toBe('0.6%');
    expect(percent(0.00002, 'en-GB')).toBe('<0.1%');
    expect(percent(0.996, 'en-GB')).toBe('99.6%');
  });
  it('say a gain with its sign', () => {
    expect(change(959.4, 'en-GB')).toBe('+959');
    expect(change(-959.4, 'en-GB')).toBe('−959');
  });
  it('are known only with all three parts', () => {
    expect(known({ median: 1, low: 0, high: 2 })).toBe(true);
    expect(known({ median: 1, low: null, high: 2 })).toBe(false);
    expect(known(undefined)).toBe(false);
  });
});

describe('dates', () => {
  it('read in the language of the page', () => {
    expect(dateWords('2019-12', 'en-GB')).toBe('December 2019');
    expect(dateWords('2019-12', 'ko-KR')).toBe('2019년 12월');
    expect(dateWords('2001-2005', 'en-GB')).toBe('2001–2005');
  });
  it('stand in the middle of what they name', () => {
    expect(yearOf('2019')).toBe(2019.5);
    expect(yearOf('2019-Q1')).toBeCloseTo(2019.125);
    expect(yearOf('2001-2005')).toBe(2003.5);
    expect(yearOf('2019-01')).toBeCloseTo(2019.0417, 3);
  });
});
