import { beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../../testing/gateway';
import { enrolled, phone } from '../../testing/phone';
import { forestation } from '../../works/books.testing';
import { addJob, allJobs, changeJob, entriesOf, faultsOf, imports, jobOf, onNews } from './db';
import { journalFile, takeJournal } from './journalFile';
import { digestOf, Plan, type Saying } from './plan';
import { faultRows, faultyTable } from './report';
import journalText from './testdata/journal.jsonl?raw';
import { noProgress, type Job, type Mapping } from './types';
import { glanceAt, work } from './work';
import { readMapping } from './yaml';

const it_ = phone();

const map: Mapping = readMapping(`
source: some-trees
rulebook: forestation@1
kind: tree
action: inventory
key: [No]
at: {constant: "2026-03-12T08:00:00Z"}
position: {lat: Lat, lon: Lon}
data:
  species: {column: Species}
  dbh: {column: Dbh, type: integer, from: cm, to: mm}
`);

const row = (n: number, dbh: number | string = 12): string => `${n},Pinus tabuliformis,${dbh},38.9,115.9`;
const table = (rows: readonly string[]): File => new File([['No,Species,Dbh,Lat,Lon', ...rows, ''].join('\n')], 'trees.csv');
const many = (n: number): string[] => Array.from({ length: n }, (_, i) => row(i + 1));

beforeEach(async () => {
  const db = await imports();
  for (const store of ['jobs', 'files', 'faults', 'journal'] as const) await db.clear(store);
  it_.gateway.pages.set('/api/v1/rulebooks/forestation%401', forestation);
});

async function put(file: File, mode: Job['mode'] = 'import', mapping = map): Promise<string> {
  const id = crypto.randomUUID();
  await addJob({ id, name: file.name, size: file.size, mapping, heading: [], net: it_.gateway.net, mode, state: 'queued', progress: noProgress, made: Date.now() }, file);
  return id;
}

async function did(file: File, mode?: Job['mode'], mapping?: Mapping): Promise<Job> {
  const id = await put(file, mode, mapping);
  await work();
  return (await jobOf(id))!;
}

const counts = (j: Job): number[] => [j.progress.rows, j.progress.recorded, j.progress.before, j.progress.refused];
const planted = (): number => it_.gateway.ledger.length;

describe('an import', () => {
  it('records each row once, in batches, with codes of the organisation', async () => {
    await enrolled(it_.gateway, 'importer');
    const job = await did(table(many(1203)));
    expect(job).toMatchObject({ state: 'done', total: 1203 });
    expect(counts(job)).toEqual([1203, 1203, 0, 0]);
    expect(it_.gateway.biggest).toBe(500);
    expect(planted()).toBe(1203);
    expect(it_.gateway.ledger[0]).toMatchObject({ kind: 'tree', action: 'inventory', data: { species: 'Pinus tabuliformis', dbh: 120 } });
    expect(it_.gateway.ledger.every((e) => /^9520001[0-9A-Z]{13}$/.test(e.asset!))).toBe(true);
  });

  it('refuses faulty rows with what is wrong, and takes them mended', async () => {
    await enrolled(it_.gateway, 'importer');
    const rows = [row(1), row(2, 'thick'), '3,,12,38.9,115.9', row(1), '4,Pinus,12', '5,"a" b,12,38.9,115.9', row(6, 9999)];
    const job = await did(table(rows));
    expect(counts(job)).toEqual([7, 1, 0, 6]);
    const say = (t: { en: string }): string => t.en;
    expect((await faultRows(job, say)).slice(1).map((r) => r.slice(0, 4))).toEqual([
      [3, 'Dbh', 'thick', 'cell-not-a-number'], [4, 'Species', '', 'cell-empty'], [5, 'No', '1', 'row-key-twice'], [6, '', '', 'row-of-other-length'],
      [7, '', '', 'row-not-csv'], [8, 'Dbh', '9999', 'bad-data'],
    ]);
    const faulty = await (await faultyTable({ ...job, heading: ['No', 'Species', 'Dbh', 'Lat', 'Lon'] }, say)).text();
    expect(faulty.split('\r\n').slice(0, 2)).toEqual(['No,Species,Dbh,Lat,Lon,rootline-error', '2,Pinus tabuliformis,thick,38.9,115.9,"Dbh: Not a number. Write digits, with a point before decimals and no unit."']);
    expect(faulty).toContain('5,"a" b,12,38.9,115.9\r\n');
    expect(faulty).toContain('4,Pinus,12,,,"The row has 3 cells');

    expect(await (await faultyTable({ ...job, heading: ['No', 'Species', 'Dbh', 'Lat', 'Lon', 'rootline-error'] }, say)).text()).toBe(faulty);
    const mended = new File([faulty.replace('thick', '13').replace('3,,', '3,Ulmus,').replace('9999', '99')], 'mended.csv');
    expect(counts(await did(mended))).toEqual([6, 3, 1, 2]);
    expect(planted()).toBe(4);
  });

  it('imported again, records nothing and says so; what says something else is refused', async () => {
    await enrolled(it_.gateway, 'importer');
    await did(table(many(10)));
    expect(counts(await did(table(many(12))))).toEqual([12, 2, 10, 0]);
    const other = await did(table([row(1), row(2, 77)]));
    expect(counts(other)).toEqual([2, 0, 1, 1]);
    expect((await faultsOf(other.id))[0]!.faults[0]!.code).toBe('row-changed-after-import');
    expect(planted()).toBe(12);
  });

  it('only checks, and then imports with the same ids', async () => {
    await enrolled(it_.gateway, 'importer');
    const job = await did(table(many(3)), 'check');
    expect(counts(job)).toEqual([3, 3, 0, 0]);
    expect(planted()).toBe(0);
    const ids = (await entriesOf(`${it_.gateway.net} some-trees`)).map((e) => e.event);
    await changeJob(job.id, (j) => ({ ...j, mode: 'import', state: 'queued' }));
    await work();
    expect(it_.gateway.ledger.map((e) => e.id)).toEqual(ids);
  });
});

/** Answers the next request that sends events, whatever they are. */
function refuses(code: string): void {
  let n = 0;
  const wrong = { code, says: { en: code, zh: code }, field: '/data/dbh' };
  it_.gateway.override = (_, path) => (/events(\?|:|$)/.test(path) && n++ === 0 ? problem(422, code, { errors: [{ index: 0, error: wrong }] }) : undefined);
}

describe('a row that the ledger refuses', () => {
  it('is blamed on its cell, and mended keeps its code under another id', async () => {
    await enrolled(it_.gateway, 'importer');
    const set = `${it_.gateway.net} some-trees`;
    refuses('too-thick');
    const job = await did(table([row(1, 60)]));
    expect((await faultsOf(job.id))[0]).toMatchObject({ line: 2, faults: [{ column: 'Dbh', value: '60', code: 'too-thick' }] });
    const [before] = await entriesOf(set);
    await did(table([row(1, 50)]));
    const [after] = await entriesOf(set);
    expect(after!.asset).toBe(before!.asset);
    expect(after!.event).not.toBe(before!.event);
    expect(it_.gateway.ledger).toMatchObject([{ id: after!.event, asset: before!.asset, data: { dbh: 500 } }]);
  });

  it('is asked again, and its fault goes', async () => {
    await enrolled(it_.gateway, 'importer');
    refuses('outside-plot');
    const job = await did(table([row(1)]), 'check');
    expect(counts(job)).toEqual([1, 0, 0, 1]);
    await changeJob(job.id, (j) => ({ ...j, state: 'queued' }));
    await work();
    expect(counts((await jobOf(job.id))!)).toEqual([1, 1, 0, 0]);
    expect(await faultsOf(job.id)).toEqual([]);
  });

  it.each([['the same words', 12, [1, 0, 1, 0]], ['other words', 13, [1, 0, 0, 1]]])('since its id is on the ledger in %s, is seen to', async (_, dbh, want) => {
    await enrolled(it_.gateway, 'importer');
    const { gateway } = it_;
    await did(table([row(1)]));
    // The journal never heard that the ledger has it; the gateway knows the id with another signature.
    const [entry] = await entriesOf(`${gateway.net} some-trees`);
    const { recorded: _recorded, ...open } = entry!;
    await (await imports()).put('journal', open);
    if (dbh !== 12) await (await imports()).put('journal', { ...open, digest: await digestFor(13) });
    refuses('event-id-reused');
    expect(counts(await did(table([row(1, dbh)])))).toEqual(want);
    expect(planted()).toBe(1);
  });

  it('whose id another tab with the same key was first to make is signed under another one', async () => {
    await enrolled(it_.gateway, 'importer');
    refuses('event-id-reused');
    expect(counts(await did(table([row(1)])))).toEqual([1, 1, 0, 0]);
    const [entry] = await entriesOf(`${it_.gateway.net} some-trees`);
    expect(it_.gateway.ledger).toMatchObject([{ id: entry!.event, asset: entry!.asset }]);
  });

  it('that an earlier key of this browser had recorded is known, and else keeps its code', async () => {
    await enrolled(it_.gateway, 'importer');
    await did(table([row(1)]));
    const [entry] = await entriesOf(`${it_.gateway.net} some-trees`);
    const { recorded: _recorded, ...open } = entry!;
    await (await imports()).put('journal', open);
    await enrolled(it_.gateway, 'importer');
    refuses('asset-exists');
    expect(counts(await did(table([row(1)])))).toEqual([1, 0, 1, 0]);
    const [after] = await entriesOf(`${it_.gateway.net} some-trees`);
    expect(after).toMatchObject({ asset: entry!.asset, earlier: [entry!.event] });
    expect(after!.event).not.toBe(entry!.event);
    expect(planted()).toBe(1);
  });

  it('whose code is taken is not passed over', async () => {
    await enrolled(it_.gateway, 'importer');
    refuses('asset-exists');
    const job = await did(table([row(1)]));
    expect((await faultsOf(job.id))[0]!.faults[0]!.code).toBe('row-changed-after-import');
  });
});

async function digestFor(dbh: number): Promise<string> {
  const plan = new Plan(map, ['No', 'Species', 'Dbh', 'Lat', 'Lon'], forestation);
  return digestOf((plan.event({ line: 2, cells: row(1, dbh).split(',') }) as { event: Saying }).event);
}

describe('an import that is cut off', () => {
  it('goes on with the same ids: nothing is recorded twice', async () => {
    await enrolled(it_.gateway, 'importer');
    const { gateway } = it_;
    const id = await put(table(many(1600)));
    // The page dies after the ledger has recorded a batch, before anybody hears of it.
    let n = 0;
    gateway.drop = ({ path }) => {
      if (!path.startsWith('/api/v1/events')) return undefined;
      if (++n === 2) void changeJob(id, (j) => ({ ...j, state: 'stopped' }));
      return n === 2 ? 'answer' : n > 2 ? 'request' : undefined;
    };
    await work();
    expect(await jobOf(id)).toMatchObject({ state: 'stopped' });
    expect(planted()).toBeGreaterThan(0);
    expect(planted()).toBeLessThan(1600);
    gateway.drop = () => undefined;
    await changeJob(id, (j) => ({ ...j, state: 'queued' }));
    await work();
    const job = (await jobOf(id))!;
    expect(counts(job)).toEqual([1600, 1600, 0, 0]);
    expect(new Set(gateway.ledger.map((e) => e.asset)).size).toBe(1600);
    expect(planted()).toBe(1600);
  });

  it('that the page left running is run again', async () => {
    await enrolled(it_.gateway, 'importer');
    const id = await put(table(many(5)));
    await changeJob(id, (j) => ({ ...j, state: 'running' }));
    await work();
    expect(await jobOf(id)).toMatchObject({ state: 'done' });
  });

  it('by a poor line waits, and says what for', async () => {
    await enrolled(it_.gateway, 'importer');
    const { gateway } = it_;
    const id = await put(table(many(2)));
    const told: string[] = [];
    const end = onNews(() => void jobOf(id).then((j) => j?.trouble && told.push(j.trouble.code)));
    let n = 0;
    gateway.override = (_, path) => (path.startsWith('/api/v1/events') && n++ === 0 ? problem(503, 'busy') : undefined);
    await work();
    end();
    expect(told).toContain('busy');
    expect(await jobOf(id)).toMatchObject({ state: 'done', progress: { recorded: 2 } });
    expect((await jobOf(id))!.trouble).toBeUndefined();
  });
});

describe('an import fails', () => {
  it('when the device was revoked, and no row is blamed', async () => {
    const device = await enrolled(it_.gateway, 'importer');
    it_.gateway.devices.get(device.kid)!.revoked = true;
    const job = await did(table(many(3)));
    expect(job).toMatchObject({ state: 'failed', trouble: { code: 'device-revoked' }, progress: { refused: 0 } });
    expect(await faultsOf(job.id)).toEqual([]);
  });

  it('by a mapping that does not fit, and the next job runs', async () => {
    await enrolled(it_.gateway, 'importer');
    const first = await put(table([row(1)]), 'import', { ...map, key: ['Nummer'] });
    const second = await did(table([row(1)]));
    expect(await jobOf(first)).toMatchObject({ state: 'failed', trouble: { code: 'import-mapping', says: { en: 'key: The table has no column “Nummer”.' } } });
    expect(second.state).toBe('done');
    expect(await allJobs()).toHaveLength(2);
  });

  it('without a device', async () => {
    expect(await did(table([row(1)]))).toMatchObject({ state: 'failed', trouble: { code: 'no-device' } });
  });
});

describe('tables', () => {
  it('are read as they are written', async () => {
    const gb = new Uint8Array([0xca, 0xf7, 0xd6, 0xd6, 0x3b, 0x42, 0x0a, 0xb9, 0xfa, 0xbb, 0xb1, 0x3b, 0x31, 0x0a]); // 树种;B / 国槐;1
    const seen = await glanceAt(new Blob([gb]), undefined, new Map());
    expect(seen).toMatchObject({ format: { delimiter: ';', encoding: 'gb18030' }, heading: ['树种', 'B'], rows: [{ line: 2, cells: ['国槐', '1'] }] });
    const marked = await glanceAt(new Blob(['\ufeffa\tb\r\n1\t2']), { encoding: 'gb18030', delimiter: '\t' }, new Map());
    expect(marked).toMatchObject({ heading: ['a', 'b'], rows: [{ cells: ['1', '2'] }] });
    const zipped = await new Response(new Blob(['a,b\n1,2\n']).stream().pipeThrough(new CompressionStream('gzip'))).blob();
    expect((await glanceAt(zipped, undefined, new Map())).rows).toEqual([{ line: 2, cells: ['1', '2'] }]);
  });

  it.each([
    ['table-no-heading', ''], ['table-old-excel', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0])], ['table-not-workbook', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0])],
    ['table-broken', new Uint8Array([0x1f, 0x8b, 1, 2, 3])], ['table-row-too-long', `a\n"${'x'.repeat(3 << 20)}\n`],
  ])('are refused with %s', async (code, content) => {
    await expect(glanceAt(new Blob([content as string]), {}, new Map())).rejects.toMatchObject({ code });
  });
});

describe('the journal', () => {
  const source = 'some-trees';

  it('goes out as the command line has it, and comes in: nothing is recorded twice by another browser', async () => {
    await enrolled(it_.gateway, 'importer');
    const { net } = it_.gateway;
    await did(table(many(3)));
    const text = await (await journalFile(net, source)).text();
    const lines = text.trim().split('\n').map((l) => JSON.parse(l) as object);
    expect(lines[0]).toEqual({ journal: 'rootline-import-1', source, net });
    expect(lines).toHaveLength(7);
    expect(lines[2]).toEqual({ done: '["1"]' });
    await (await imports()).clear('journal');
    expect(await takeJournal(`${text}{"key":"cut o`, net)).toEqual({ source, rows: 3 });
    expect(counts(await did(table(many(4))))).toEqual([4, 1, 3, 0]);
    expect(planted()).toBe(4);
  });

  it('of what was sent and not answered keeps its ids', async () => {
    await enrolled(it_.gateway, 'importer');
    const { net } = it_.gateway;
    await did(table(many(1)));
    const text = (await (await journalFile(net, source)).text()).replace('{"done":"[\\"1\\"]"}\n', '');
    expect(text).not.toContain('done');
    await (await imports()).clear('journal');
    await takeJournal(text, net);
    await did(table(many(1)));
    expect(planted()).toBe(1);
  });

  it('is one that importer/page_test.go opens, too', async () => {
    const { net } = it_.gateway;
    expect(await takeJournal(journalText, net)).toEqual({ source, rows: 2 });
    expect(await (await journalFile(net, source)).text()).toBe(journalText);
  });

  it('that is damaged or of another ledger is refused', async () => {
    const { net } = it_.gateway;
    const head = JSON.stringify({ journal: 'rootline-import-1', source, net });
    await expect(takeJournal('a,b\n1,2\n', net)).rejects.toMatchObject({ code: 'journal-broken' });
    await expect(takeJournal(`${head}\n{"key":"1"}\n`, net)).rejects.toMatchObject({ code: 'journal-broken', says: { en: expect.stringContaining('line 2') as string } });
    await expect(takeJournal(`${head}\n`, 'other')).rejects.toMatchObject({ code: 'journal-other-ledger' });
    expect(await entriesOf(`${net} ${source}`)).toEqual([]);
  });
});
