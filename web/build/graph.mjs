import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDecoder } from './decoder.mjs';

/** Where Vite writes which file imports which; see build.manifest in vite.config.ts. */
export const graphFile = 'assets/graph.json';

/**
 * The files of dist/ that a page needs: `first` before it shows anything, `all` with everything that it can load
 * later. Chunks of the decoder (their names begin so) are in neither.
 */
export function filesOf(dist, page) {
  const graph = JSON.parse(readFileSync(join(dist, graphFile), 'utf8'));
  const walk = (later) => {
    const files = new Set([page]);
    const seen = new Set();
    const visit = (key) => {
      const chunk = graph[key];
      if (chunk === undefined || seen.has(key) || isDecoder(chunk.file)) return;
      seen.add(key);
      if (!chunk.file.endsWith('.html')) files.add(chunk.file);
      for (const f of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) if (!isDecoder(f)) files.add(f);
      for (const k of [...(chunk.imports ?? []), ...(later ? (chunk.dynamicImports ?? []) : [])]) visit(k);
    };
    visit(page);
    return files;
  };
  return { first: walk(false), all: walk(true) };
}
