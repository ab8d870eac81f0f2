// Says what /field/ loads before it shows anything, compressed as the gateway does it, and fails above the limit.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesOf } from './graph.mjs';

const limit = 200 * 1024;
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const { first, all } = filesOf(dist, 'field/index.html');
const weigh = (files) => [...files].map((f) => [f, gzipSync(readFileSync(join(dist, f)), { level: 6 }).length]).sort((a, b) => b[1] - a[1]);
const sum = (rows) => rows.reduce((n, [, size]) => n + size, 0);
const kib = (n) => `${(n / 1024).toFixed(1)} KiB`;

const rows = weigh(first);
for (const [file, size] of rows) console.log(kib(size).padStart(12), file);
console.log(kib(sum(rows)).padStart(12), `first load of /field/, compressed; the limit is ${kib(limit)}`);
console.log(kib(sum(weigh(all))).padStart(12), 'with all that is loaded later, without the decoder');
if (sum(rows) > limit) {
  console.error('The first load is above the limit. Load what is not needed at first by import().');
  process.exitCode = 1;
}
