import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAnchor } from '../src/proof/anchor';
import { unhex } from '../src/proof/bytes';
import { codes, Fault } from '../src/proof/fault';
import { verify } from '../src/proof/verify';

/** A line of manifest.json, which proof/tamper_test.go writes: a file, and what the first verifier says of it. */
interface Tampered {
  readonly file: string;
  readonly name: string;
  readonly anchor: string;
  readonly code: string;
  readonly exit: number;
  readonly options: { readonly code?: string; readonly nonce?: string; readonly orgs?: number; readonly maxAgeSeconds?: number; readonly now?: string };
}

const folder = process.env.ROOTLINE_PROOFS;
if (folder === undefined) throw new Error('ROOTLINE_PROOFS is not set: this is started by go test ./web -run SecondVerifier');
const read = (name: string): Uint8Array<ArrayBuffer> => Uint8Array.from(readFileSync(join(folder, name)));
const all = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as readonly Tampered[];

/** The code of what becomes of a file; "" when it is valid and as asked. */
async function verdict(t: Tampered): Promise<{ readonly code: string; readonly why: string }> {
  const { code, nonce, orgs, maxAgeSeconds, now } = t.options;
  try {
    const report = await verify(read(t.file), readAnchor(read(t.anchor)), {
      code, nonce: nonce === undefined ? undefined : unhex(nonce), organisations: orgs, maxAge: maxAgeSeconds === undefined ? undefined : maxAgeSeconds * 1000,
      now: now === undefined ? undefined : Date.parse(now),
    });
    return { code: report.weaker[0] ?? '', why: 'valid' };
  } catch (e) {
    if (e instanceof Fault) return { code: e.code, why: e.detail };
    return { code: 'broken', why: (e as Error).stack ?? String(e) };
  }
}

it('says the same as the first verifier of every tampered proof', async () => {
  const other: string[] = [];
  for (const t of all) {
    const { code, why } = await verdict(t);
    if (code !== t.code) other.push(`${t.file}, ${t.name}: ${code} (${why}), not ${t.code}`);
    else if ((codes.get(code)?.exit ?? 0) !== t.exit) other.push(`${t.file}, ${t.name}: exit ${t.exit}`);
  }
  console.log(`${all.length} files, ${new Set(all.map((t) => t.name)).size} kinds`);
  expect(all.length).toBeGreaterThan(Number(process.env.ROOTLINE_PROOFS_LEAST ?? 300));
  expect(other).toEqual([]);
});
