import { svelte } from '@sveltejs/vite-plugin-svelte';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { filesOf, graphFile } from './build/graph.mjs';

const dist = 'dist';

/** The worker that makes photos smaller: the graph of imports does not know it. */
const shrinker = /^assets\/shrinker-[\w-]+\.js$/;

/** What the field app and the enrolment need without a network, besides their own code. */
const alongside = ['favicon.svg', 'field.webmanifest', 'icons/field-192.png'];

// The pages are served under a policy that allows only files of their own origin: nothing may be inlined, neither
// scripts nor small images as data: addresses.
export default defineConfig({
  plugins: [
    svelte(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sync',
      filename: 'worker.ts',
      // The manifest is a file of public/, and src/sync registers the worker: nothing is put into the pages.
      manifest: false,
      injectRegister: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}'],
        // Names in assets/ change with their content.
        dontCacheBustURLsMatching: /^assets\//,
        manifestTransforms: [
          (entries) => {
            const wanted = new Set([...filesOf(dist, 'field/index.html').all, ...filesOf(dist, 'enrol/index.html').all, ...alongside]);
            return { manifest: entries.filter((e) => wanted.has(e.url) || shrinker.test(e.url)), warnings: [] };
          },
        ],
        rollupFormat: 'iife',
        target: 'es2022',
      },
    }),
  ],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: graphFile,
    modulePreload: { polyfill: false },
    // Emptied before each build; public/.gitkeep puts back the file that lets Go embed the folder without a build.
    emptyOutDir: true,
    rollupOptions: { input: { index: 'index.html', field: 'field/index.html', enrol: 'enrol/index.html', desk: 'desk/index.html' } },
  },
  // Workers load their heavy parts when they need them.
  worker: { format: 'es' },
  server: {
    proxy: {
      '^/(api|8004|readyz)(/|$)': 'http://localhost:8080',
    },
  },
  // A test's time is for what hangs, not for what is slow: more than a thousand signatures take ten seconds beside a busy machine.
  test: { environment: 'node', css: true, include: ['src/**/*.test.ts'], testTimeout: 60_000 },
});
