import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { codes, Fault } from '../src/proof/fault';
import { isPack, verifyPack } from '../src/proof/pack';
import type { Report } from '../src/proof/report';
import { summaryOf } from '../src/proof/summary';
import { verify } from '../src/proof/verify';
import { readVectors, type Vector } from '../src/testing/vectors';

// The table that both verifiers are held against. Tests of the other one on a real network write more of the same form.
const all = readVectors(readFileSync(process.env.ROOTLINE_VECTORS ?? '../proof/vectors/vectors.json', 'utf8'));

/** The code of what becomes of a file ("" when it is valid and as asked), and what its report says. */
async function verdict(t: Vector): Promise<{ readonly code: string; readonly why: string; readonly report?: Report }> {
  try {
    const { file } = t;
    const pack = new Blob([file]);
    const report = (await isPack(pack)) ? await verifyPack(pack, t.anchor, t.asked) : await verify(file, t.anchor, t.asked);
    return { code: report.weaker[0] ?? '', why: 'valid', report };
  } catch (e) {
    if (e instanceof Fault) return { code: e.code, why: e.detail };
    return { code: 'broken', why: (e as Error).stack ?? String(e) };
  }
}

/** Where what a report says is another thing than what the table has. */
function differences(report: Report, t: Vector): readonly string[] {
  const [got, want] = [summaryOf(report) as Readonly<Record<string, unknown>>, t.summary ?? {}];
  return [...new Set([...Object.keys(got), ...Object.keys(want)])]
    .filter((field) => !isDeepStrictEqual(got[field], want[field]))
    .map((field) => `${t.name}: ${field} is ${JSON.stringify(got[field])}, not ${JSON.stringify(want[field])}`);
}

it('says the same as the first verifier of every file of the table, field by field', async () => {
  const other: string[] = [];
  for (const t of all) {
    const { code, why, report } = await verdict(t);
    if (code !== t.code) other.push(`${t.name}: ${code} (${why}), not ${t.code}`);
    else if ((codes.get(code)?.exit ?? 0) !== t.exit) other.push(`${t.name}: exit ${t.exit}`);
    else if ((report === undefined) !== (t.summary === undefined)) other.push(`${t.name}: it is refused by one alone`);
    else if (report !== undefined) other.push(...differences(report, t));
  }
  console.log(`${all.length} files, ${new Set(all.map((t) => t.name)).size} names`);
  expect(all.length).toBeGreaterThan(Number(process.env.ROOTLINE_VECTORS_LEAST ?? 1300));
  expect(other).toEqual([]);
});
