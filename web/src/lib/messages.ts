/** Words of the page by language; those of the model come with the model. */

import en from '../messages/en.json';
import ko from '../messages/ko.json';
import { address } from './address.svelte';
import type { Language } from './address.svelte';

export type Key = keyof typeof en;
const WORDS: Record<Language, Record<Key, string>> = { en, ko };

export function say(language: Language, key: Key, values: Record<string, string | number> = {}): string {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** The words of a key in the reader's language. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return say(address.language, key, values);
}

/** A key made of parts, where there is one; else the last part as it stands. */
export function word(group: string, name: string): string {
  const key = `${group}_${name}`.replace(/[^a-z0-9]+/gi, '_').toLowerCase();
  return key in en ? t(key as Key) : name;
}
