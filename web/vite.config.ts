import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The page is served under a policy that allows only files of its own origin: nothing may be inlined, neither
// scripts nor small images as data: addresses.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Emptied before each build; public/.gitkeep puts back the file that lets Go embed the folder without a build.
    emptyOutDir: true,
  },
  server: {
    proxy: {
      '^/(api|8004|readyz)(/|$)': 'http://localhost:8080',
    },
  },
  test: { environment: 'node', css: true, include: ['src/**/*.test.ts'] },
});
