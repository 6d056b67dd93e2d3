import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Writes the licences of the packages that are in the bundle beside it. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const folders = new Set<string>();
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        for (const id of file.moduleIds) {
          const found = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.split(sep).join('/'));
          if (found?.[1]) folders.add(found[1]);
        }
      }
      const parts = [...folders].sort().map((folder) => {
        const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
          name: string;
          version: string;
          license?: string;
        };
        const name = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
        const text = name && existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
        return `${about.name} ${about.version} (${about.license ?? 'see below'})\n\n${text.trim()}\n`;
      });
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: parts.join('\n---\n\n') });
    },
  };
}

export default defineConfig({
  plugins: [svelte(), licences()],
  build: {
    outDir: process.env.SAFEPASSAGE_WEB_OUT ?? '../src/safepassage/web_static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8750' } },
});
