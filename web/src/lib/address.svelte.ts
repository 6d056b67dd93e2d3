/** The state of the page lives in its address, so that a view can be sent. */

export const VIEWS = [
  'map',
  'ways',
  'lost',
  'danger',
  'time',
  'forecast',
  'whatif',
  'evidence',
  'method',
] as const;
export type View = (typeof VIEWS)[number];
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Parsed {
  view: View;
  params: Record<string, string>;
}

export function parseAddress(hash: string, preferred: Language): Parsed {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const view = VIEWS.find((one) => one === path) ?? 'map';
  const params: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) params[name] = value.slice(0, 400);
  if (!LANGUAGES.some((one) => one === params.lang)) params.lang = preferred;
  return { view, params };
}

export function writeAddress(parsed: Parsed): string {
  const query = new URLSearchParams(parsed.params).toString();
  return `#/${parsed.view}${query ? `?${query}` : ''}`;
}

/** What a view keeps when another is opened. */
const SHARED = ['lang', 'as_of', 'sex', 'way'];

class Address {
  view = $state<View>('map');
  params = $state<Record<string, string>>({ lang: 'en' });

  constructor() {
    this.read();
    window.addEventListener('hashchange', () => this.read());
    window.addEventListener('popstate', () => this.read());
  }

  private read(): void {
    const preferred: Language = navigator.language.startsWith('ko') ? 'ko' : 'en';
    const parsed = parseAddress(window.location.hash, preferred);
    this.view = parsed.view;
    this.params = parsed.params;
  }

  get language(): Language {
    return this.params.lang === 'ko' ? 'ko' : 'en';
  }

  get(name: string): string | undefined {
    return this.params[name];
  }

  /** Say something about the present view, without a step in the browser's history. */
  set(changes: Record<string, string | undefined>): void {
    const params = { ...this.params };
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) delete params[name];
      else params[name] = value;
    }
    this.params = params;
    history.replaceState(null, '', writeAddress({ view: this.view, params }));
  }

  /** The address of another view. */
  link(view: View, extra: Record<string, string> = {}): string {
    const params: Record<string, string> = {};
    for (const name of SHARED) {
      const value = this.params[name];
      if (value !== undefined) params[name] = value;
    }
    return writeAddress({ view, params: { ...params, ...extra } });
  }
}

export const address = new Address();
