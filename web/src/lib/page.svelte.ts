/** What every part of the page needs to know: the model, and its words in the reader's language. */

import { address } from './address.svelte';
import type { View } from './address.svelte';
import type { Model } from './types';
import { hasWhatIfs } from './what-ifs';

class Page {
  model = $state.raw<Model | null>(null);

  /** A text of the model in the reader's language, where the model has it. */
  text(english: string): string {
    return this.model?.texts[address.language]?.[english] ?? english;
  }

  /** Whether the model has anything to show in a view. */
  has(view: View): boolean {
    const model = this.model;
    if (model === null) return false;
    if (view === 'map') return Object.values(model.ways).some((way) => way.path.length > 1);
    if (view === 'time' || view === 'forecast') return Object.keys(model.outputs).length > 0;
    if (view === 'whatif') return hasWhatIfs(model);
    return true;
  }

  get locale(): string {
    return address.language === 'ko' ? 'ko-KR' : 'en-GB';
  }
}

export const page = new Page();
