import { refusalOf, type RefusalShape } from '../../core/refusal';
import type { RulebookView } from '../../core/types';
import { currentRulebooks } from '../../kept/rulebooks';
import { choiceId, choicesOf, guess, slug, type Choice } from './guess';
import { glance, jobs } from './jobs.svelte';
import { marksOf, writtenIn, type Either } from './marks';
import { MappingError } from './mappingWords';
import { Plan, type Made } from './plan';
import { problemsOf } from './problems';
import { layoutsOf } from './table';
import type { Format, Job, Mapping, Row } from './types';
import type { Glance } from './work';

/** An import that is being prepared: the table, and what its rows become. */
export class Making {
  file = $state.raw<File | undefined>(undefined);
  seen = $state.raw<Glance | undefined>(undefined);
  books = $state.raw<readonly RulebookView[]>([]);
  choices = $state.raw<readonly Choice[]>([]);
  choice = $state.raw<Choice | undefined>(undefined);
  mapping = $state.raw<Mapping | undefined>(undefined);
  busy = $state(false);
  ready = $state(false);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  /** The data set of the mapping that was taken from a file or from an earlier import. */
  taken = $state('');

  readonly problems = $derived.by((): readonly MappingError[] => {
    if (this.mapping === undefined || this.seen === undefined) return [];
    const unsaid = [...this.either].filter(([name]) => !this.mapping!.data[name]!.decimal);
    return [...problemsOf(this.mapping, this.seen.heading, this.choice?.book), ...unsaid.map(([name, { cell }]) => new MappingError(`data.${name}.decimal`, 'whichNumber', { cell }))];
  });

  /** By the member of the data that a column fills: a number of it that may be read in two ways, when no other one tells which. */
  readonly either = $derived.by((): ReadonlyMap<string, Either> => {
    const { mapping, seen } = this;
    if (mapping === undefined || seen === undefined) return new Map();
    return new Map(Object.entries(mapping.data).flatMap(([name, c]): [string, Either][] => {
      const column = c.type === 'integer' && c.column ? seen.heading.indexOf(c.column) : -1;
      const { either } = column < 0 ? {} : marksOf(writtenIn(seen.rows, column));
      return either === undefined ? [] : [[name, either]];
    }));
  });

  /** What becomes of the rows that were looked at. */
  readonly made = $derived.by((): readonly { readonly row: Row; readonly made: Made }[] => {
    if (this.mapping === undefined || this.seen === undefined || this.choice === undefined || this.problems.length > 0) return [];
    const plan = new Plan(this.mapping, this.seen.heading, this.choice.book);
    return this.seen.rows.map((row) => ({ row, made: row.fault === undefined ? keyed(plan, row) : { faults: [row.fault] } }));
  });

  readonly example = $derived.by(() => {
    const [heading, key] = [this.seen?.heading ?? [], this.mapping?.key ?? []];
    for (const { row, made } of this.made) if ('event' in made) return { line: row.line, event: made.event, key: key.map((k) => row.cells[heading.indexOf(k)]?.trim() ?? '').join(' · ') };
    return undefined;
  });

  /** What the device may import; a mended table that was handed over is looked at. */
  async start(role: string | undefined): Promise<void> {
    this.books = await currentRulebooks();
    this.choices = choicesOf(this.books, role);
    this.ready = true;
    const again = this.choices.length > 0 ? handed : undefined;
    if (again !== undefined) {
      handed = undefined;
      await this.run(async () => {
        [this.file, this.seen] = [again.file, again.seen];
        await this.#use(again.mapping);
      });
    }
  }

  /** Looks at a table, and guesses a mapping unless one fits that was used before. */
  take(file: File, earlier: readonly Job[]): Promise<void> {
    return this.run(async () => {
      [this.file, this.seen, this.mapping, this.taken] = [undefined, undefined, undefined, ''];
      const seen = await glance(file);
      [this.file, this.seen] = [file, seen];
      const fitting = earlier.filter((j) => this.#fits({ ...j.mapping, table: seen.format }, seen.heading));
      const before = fitting.find((j) => j.name === file.name || j.mapping.source === slug(file.name)) ?? fitting[0];
      if (before !== undefined) await this.#use(before.mapping);
      else if (this.choices[0] !== undefined) this.choose(choiceId(this.choices[0]));
    });
  }

  #fits(m: Mapping, heading: readonly string[]): boolean {
    const choice = this.#choiceOf(m);
    return choice !== undefined && problemsOf(m, heading, choice.book).length === 0;
  }

  #choiceOf = (m: Mapping): Choice | undefined => this.choices.find((c) => c.book.name === m.rulebook && c.kind.name === m.kind && c.action.name === m.action);

  choose(id: string): void {
    this.choice = this.choices.find((c) => choiceId(c) === id);
    const [file, seen, choice] = [this.file, this.seen, this.choice];
    if (file === undefined || seen === undefined || choice === undefined) return;
    const source = this.mapping?.source ?? slug(file.name);
    this.mapping = { ...guess(file.name, seen.format, seen.heading, seen.rows, choice, Intl.DateTimeFormat().resolvedOptions().timeZone), source };
    this.taken = '';
  }

  /** Reads the table as it is written. */
  format(more: Partial<Format>): Promise<void> {
    return this.run(async () => {
      if (this.file === undefined || this.seen === undefined) return;
      const format = { ...this.seen.format, ...more };
      this.seen = await glance(this.file, format, this.mapping && layoutsOf(this.mapping));
      if (this.mapping !== undefined) this.mapping = { ...this.mapping, table: format };
    });
  }

  change(mapping: Mapping): void {
    const dates = (m: Mapping | undefined): string => JSON.stringify([...(m === undefined ? [] : layoutsOf(m))]);
    const other = this.seen !== undefined && this.seen.sheets.length > 0 && dates(mapping) !== dates(this.mapping);
    this.mapping = mapping;
    // A workbook's dates are written as the mapping wants them.
    if (other) void this.format({});
  }

  /** Takes a mapping file. */
  read(file: File): Promise<void> {
    return this.run(async () => {
      const { readMapping } = await import('./yaml');
      await this.#use(readMapping(await file.text()), true);
    });
  }

  use(mapping: Mapping): Promise<void> {
    return this.run(() => this.#use(mapping));
  }

  /** A mapping that came as a file says how the table is written; what was found at the table itself is better than an earlier one's. */
  async #use(mapping: Mapping, asWritten = false): Promise<void> {
    const choice = this.#choiceOf(mapping);
    if (choice === undefined) throw new MappingError('action', 'noAction', { action: mapping.action, book: mapping.rulebook, kind: mapping.kind });
    if (this.file !== undefined && this.seen !== undefined) {
      const format = asWritten && this.seen.sheets.length === 0 && (mapping.table.delimiter || mapping.table.comment || mapping.table.encoding) ? mapping.table : this.seen.format;
      this.seen = await glance(this.file, format, layoutsOf(mapping));
    }
    [this.choice, this.mapping, this.taken] = [choice, { ...mapping, table: this.seen?.format ?? mapping.table }, mapping.source];
  }

  /** Puts it to work. Answers the job. */
  async begin(net: string, mode: Job['mode']): Promise<Job | undefined> {
    const { file, mapping, seen } = this;
    if (file === undefined || mapping === undefined || seen === undefined || this.problems.length > 0) return undefined;
    let job: Job | undefined;
    await this.run(async () => (job = await jobs.begin(file, mapping, seen.heading, net, mode)));
    return job;
  }

  /** Does what a person asked for, and keeps what stands in its way. */
  async run(work: () => Promise<unknown>): Promise<void> {
    [this.busy, this.trouble] = [true, undefined];
    try {
      await work();
    } catch (e) {
      this.trouble = e instanceof MappingError ? { code: 'import-mapping', says: { en: `${e.where && `${e.where}: `}${e.says.en}`, zh: `${e.where && `${e.where}：`}${e.says.zh}` } } : refusalOf(e).shape();
    } finally {
      this.busy = false;
    }
  }
}

function keyed(plan: Plan, row: Row): Made {
  const key = plan.rowKey(row);
  return 'fault' in key ? { faults: [key.fault] } : plan.event(row);
}

/** A mended table on its way to the page that shows what becomes of it. */
let handed: { readonly file: File; readonly seen: Glance; readonly mapping: Mapping } | undefined;

/** Hands a mended file over to the page of imports, under the mapping of the import that it comes from. Throws Refusal, MappingError. */
export async function handOver(file: File, job: Job): Promise<void> {
  const layouts = layoutsOf(job.mapping);
  const missing = (g: Glance): MappingError[] => problemsOf(job.mapping, g.heading, undefined);
  let seen = await glance(file, job.mapping.table, layouts).catch(() => undefined);
  // A spreadsheet may have saved it with other marks between the cells, or as a workbook of another sheet.
  if (seen === undefined || missing(seen).length > 0) seen = await glance(file, undefined, layouts);
  const [first] = missing(seen);
  if (first !== undefined) throw first;
  handed = { file, seen, mapping: { ...job.mapping, table: seen.format } };
}
