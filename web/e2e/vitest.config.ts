import { defineConfig } from 'vitest/config';

// Tests that drive a browser. They need a scene (a running network with people and trees), which the Go tests in /e2e
// set; so they are started from there, and never by `npm test`.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['e2e/*.e2e.ts'],
    reporters: ['verbose'],
    fileParallelism: false,
    // One story: after a step that failed, the next ones mean nothing.
    bail: 1,
    testTimeout: 240_000, // fifty plantings take two minutes beside a busy machine
    hookTimeout: 60_000,
    // What is read after an act is read until it is so: how long a page takes to draw is nothing that a test may depend on.
    expect: { poll: { interval: 100, timeout: 30_000 } },
  },
});
