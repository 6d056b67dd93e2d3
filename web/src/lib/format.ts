/** How numbers and dates read: sensible digits, never `-0`, in the reader's language. */

import type { Estimate, Known } from './types';

const cache = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let found = cache.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

export type Form = (value: number, locale: string) => string;

/** An estimated number: three significant digits from 100 on, two below. */
export const figure: Form = (value, locale) => {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.0005) return (value < 0 ? '−' : '') + '<' + formatter(locale, {}).format(0.001);
  const digits = size >= 99.5 ? 3 : 2;
  return sign(formatter(locale, { maximumSignificantDigits: digits }).format(value));
};

/** A share as a percentage: whole, with one decimal at either end. */
export const percent: Form = (share, locale) => {
  const value = 100 * share;
  const size = Math.abs(value);
  const decimals = (size > 0 && size < 0.95) || (value > 99 && value < 100) ? 1 : 0;
  const form = formatter(locale, {
    style: 'percent',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  if (size > 0 && size < 0.05) return (value < 0 ? '−' : '') + '<' + form.format(0.001);
  if (value >= 99.95 && value < 100) return '>' + form.format(0.999);
  return sign(form.format(share));
};

/** A rank or a ratio, with one decimal. */
export const decimal: Form = (value, locale) =>
  sign(
    formatter(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
      Math.abs(value) < 0.05 ? 0 : value,
    ),
  );

export const correlation: Form = (value, locale) =>
  sign(
    formatter(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
      Math.abs(value) < 0.005 ? 0 : value,
    ),
  );

/** A difference: with its sign, and 0 where it rounds to nothing. */
export const change: Form = (value, locale) => {
  if (Math.abs(value) < 0.5) return '0';
  return (value > 0 ? '+' : '') + figure(Math.round(value), locale);
};

/** Short numbers for the marks of an axis. */
export const mark: Form = (value, locale) =>
  sign(formatter(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(value));

/** People: nothing finer than a tenth of a person. */
export const people: Form = (value, locale) => {
  if (Math.abs(value) >= 9.95) return figure(value, locale);
  if (value > 0 && value < 0.05) return '<' + formatter(locale, {}).format(0.1);
  return sign(formatter(locale, { maximumFractionDigits: 1 }).format(value));
};

/** Money: nothing finer than a dollar. */
export const money: Form = (value, locale) => figure(Math.abs(value) < 0.5 ? 0 : value, locale);

/** `low to high`, with a percent sign said once; one number where both read alike. */
export function rangeWords(low: string, high: string, join: (low: string, high: string) => string): string {
  if (low === high) return low;
  return join(high.endsWith('%') ? low.replace(/\s?%$/, '') : low, high);
}

export function known(estimate: Estimate | null | undefined): estimate is Known {
  return (
    estimate != null &&
    [estimate.median, estimate.low, estimate.high].every(
      (one) => typeof one === 'number' && Number.isFinite(one),
    )
  );
}

/** A date of the model (`2019`, `2019-05`, `2019-Q2`, `2001-2005`) in words. */
export function dateWords(time: string, locale: string): string {
  const parts = time.split('-');
  const year = Number(parts[0]);
  const rest = parts[1];
  if (rest === undefined) return time;
  if (rest.startsWith('Q')) return locale === 'ko' ? `${year}년 ${rest[1]}분기` : `${rest} ${year}`;
  if (rest.length === 4) return `${year}–${rest}`;
  const day = new Date(Date.UTC(year, Number(rest) - 1, 15));
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(day);
}

/** A date as a year with a fraction: the middle of what it names. */
export function yearOf(time: string): number {
  const parts = time.split('-');
  const year = Number(parts[0]);
  const rest = parts[1];
  if (rest === undefined) return year + 0.5;
  if (rest.startsWith('Q')) return year + (Number(rest.slice(1)) - 0.5) / 4;
  if (rest.length === 4) return (year + Number(rest) + 1) / 2;
  return year + (Number(rest) - 0.5) / 12;
}

function sign(text: string): string {
  return text.replace(/^-/, '−').replace(/^−(0([.,]0*)?%?)$/, '$1');
}

/** A published figure as it stands. */
export const exact: Form = (value, locale) =>
  sign(formatter(locale, { maximumSignificantDigits: 6 }).format(value));

/** From a first to a last month: one year, two years, or the months themselves. */
export function spanWords(
  from: string,
  to: string,
  locale: string,
  range: (low: string, high: string) => string,
): string {
  if (from === to || !to) return dateWords(from, locale);
  if (from.endsWith('-01') && to.endsWith('-12')) {
    const [first, last] = [from.slice(0, 4), to.slice(0, 4)];
    return first === last ? first : `${first}–${last}`;
  }
  return range(dateWords(from, locale), dateWords(to, locale));
}
