import { refusalOf, refuse, type RefusalShape } from '../../core/refusal';
import { currentDevice, noteEnd } from '../../kept/device';
import { learnLedger } from '../../kept/ledger';
import { rulebook } from '../../kept/rulebooks';
import { allJobs, changeJob, dropFaults, fileOf, jobOf, onNews, tell } from './db';
import { patiently } from './gateway';
import { MappingError } from './mappingWords';
import { Run } from './run';
import type { Encoding } from './encodings';
import { layoutsOf, openTable, sniff, type Table } from './table';
import { noProgress, type Format, type Job, type JobState, type Row } from './types';

const lockName = 'rootline-imports';
const toDo: readonly JobState[] = ['queued', 'running'];

/** Works through the jobs that are to run, the oldest first; of all tabs, one does. Ends when there are none. */
export function work(): Promise<void> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  return locks === undefined ? all() : locks.request(lockName, () => all()).then(() => undefined);
}

async function all(): Promise<void> {
  for (;;) {
    const next = (await allJobs()).reverse().find((j) => toDo.includes(j.state));
    if (next === undefined) return;
    await one(next);
  }
}

/** Milliseconds between two notes of how far a job is. */
const noteEvery = 1000;
const tellEvery = 200;

async function one({ id }: Job): Promise<void> {
  const stop = new AbortController();
  const end = onNews((news) => {
    if (news.job === id && news.progress === undefined) void jobOf(id).then((j) => (j === undefined || !toDo.includes(j.state)) && stop.abort(new DOMException('stopped', 'AbortError')));
  });
  let [noted, told] = [Date.now(), 0];
  try {
    const job = await changeJob(id, (j) => ({ ...j, state: 'running', progress: noProgress, trouble: undefined, ended: undefined }));
    if (job === undefined) return;
    const trouble = (t: RefusalShape | undefined): void => void changeJob(id, (j) => ({ ...j, trouble: t }));
    const progress = await run(job, stop.signal, trouble, (p) => {
      const now = Date.now();
      if (now - told >= tellEvery) {
        told = now;
        tell({ job: id, progress: p });
      }
      if (now - noted < noteEvery) return;
      noted = now;
      void changeJob(id, (j) => ({ ...j, progress: p }));
    });
    await changeJob(id, (j) => ({ ...j, progress, ...(toDo.includes(j.state) && { state: 'done' as const, ended: Date.now(), trouble: undefined }) }));
  } catch (e) {
    if (stop.signal.aborted) return;
    const why = shapeOf(e);
    const device = await currentDevice();
    if (device !== undefined) await noteEnd(device.kid, why);
    await changeJob(id, (j) => ({ ...j, ...(toDo.includes(j.state) && { state: 'failed' as const, ended: Date.now(), trouble: why }) }));
  } finally {
    end();
  }
}

/** What a person is told of an error. */
export function shapeOf(e: unknown): RefusalShape {
  if (!(e instanceof MappingError)) return refusalOf(e).shape();
  const where = e.where === '' ? '' : `${e.where}: `;
  return { code: 'import-mapping', says: { en: where + e.says.en, zh: where + e.says.zh } };
}

async function run(job: Job, signal: AbortSignal, trouble: (t: RefusalShape | undefined) => void, progress: NonNullable<Parameters<typeof Run.do>[0]['progress']>): ReturnType<typeof Run.do> {
  const device = await currentDevice();
  if (device === undefined) throw refuse('no-device');
  if (device.revoked !== undefined) throw refuse(device.revoked.code);
  if (device.net !== job.net) throw refuse('wrong-net');
  const file = await fileOf(job.id);
  if (file === undefined) throw refuse('not-kept');
  await dropFaults(job.id);
  const total = job.total ?? (await countRows(file, job));
  if (job.total === undefined) await changeJob(job.id, (j) => ({ ...j, total }));
  const ledger = await patiently(() => learnLedger({ signal }), signal, trouble);
  const prefix = ledger.organisations.find((o) => o.mspId === device.organisation)?.prefix;
  if (prefix === undefined) throw refuse('no-device');
  const book = await patiently(() => rulebook(job.mapping.rulebook), signal, trouble);
  if (book === undefined) throw new MappingError('rulebook', 'noBook', { book: job.mapping.rulebook });
  const table = await openTable(file, job.mapping.table, layoutsOf(job.mapping));
  return Run.do({ job, table, book, device, prefix, signal, trouble, progress });
}

async function countRows(file: Blob, job: Job): Promise<number> {
  const table = await openTable(file, job.mapping.table, layoutsOf(job.mapping));
  if (table.count !== undefined) return table.count;
  let n = 0;
  for await (const _ of table.rows()) n++;
  return n;
}

/** How many rows are shown before a mapping is made of them. */
const glance = 200;

export interface Glance {
  readonly format: Format;
  readonly heading: readonly string[];
  readonly sheets: readonly string[];
  readonly rows: readonly Row[];
  /** The encoding was guessed: what each that it may be makes of the file. Nothing is imported before a person said which. */
  readonly samples?: ReadonlyMap<Encoding, readonly string[]>;
  /** Rows of the sheet that are hidden or filtered out. */
  readonly hidden?: number;
}

/** The beginning of a table, read in its own way unless a format is given. Throws Refusal table-… */
export async function glanceAt(file: Blob, format: Format | undefined, layouts: ReadonlyMap<string, string>): Promise<Glance> {
  const sniffed = format === undefined ? await sniff(file) : undefined;
  const how = format ?? sniffed!.format;
  const table: Table = await openTable(file, how, layouts);
  const rows: Row[] = [];
  for await (const row of table.rows()) if (rows.push(row) >= glance) break;
  return { format: how, heading: table.heading, sheets: table.sheets, rows, ...(sniffed?.samples && { samples: sniffed.samples }), ...(table.hidden && { hidden: table.hidden }) };
}
