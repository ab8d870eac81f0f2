import type { RefusalShape } from '../../core/refusal';
import type { Text } from '../../core/types';

// The mapping is the one of the Go package importer, member by member: a file that is made here runs there, too.

export type CellType = 'text' | 'integer' | 'year' | 'date' | 'yes-no';

/** Where a member of the data comes from: exactly one of column and constant is given. Absent members say nothing. */
export interface Cell {
  column?: string;
  constant?: string;
  type?: CellType;
  /** Cells that mean "not known", besides empty ones. */
  empty?: string[];
  required?: boolean;
  /** The cell to take when there is none. */
  otherwise?: string;
  /** Units of an integer. */
  from?: string;
  to?: string;
  /** The mark before decimals in the column's numbers; the other may group thousands. Without it, what may be read in two ways is refused. */
  decimal?: '.' | ',' | '';
  round?: 'nearest' | '';
  layout?: string;
  choices?: Record<string, string>;
  prefix?: string;
}

export interface Moment {
  column?: string;
  /** Like 2026-03-12T08:15:00Z. */
  constant?: string;
  /** Like dd/MM/yyyy or yyyy-MM-dd HH:mm:ss. */
  layout?: string;
  /** Like Asia/Shanghai; UTC when it is empty. */
  zone?: string;
  empty?: string[];
  otherwise?: string;
}

export interface PositionCell {
  lat: string;
  lon: string;
  /** Metres; 0 leaves it unsaid. */
  accuracy?: number;
  empty?: string[];
  required?: boolean;
}

export interface Format {
  delimiter?: string;
  comment?: string;
  encoding?: '' | 'utf-8' | 'gb18030' | 'windows-1252' | 'utf-16le' | 'utf-16be';
  /** Which of the rows with something in them names the columns, counted from 1; the first when it is absent. */
  heading?: number;
  /** Of a workbook; the first when it is empty. */
  sheet?: string;
}

export interface Mapping {
  source: string;
  about?: string;
  rulebook: string;
  kind: string;
  action: string;
  table: Format;
  key: string[];
  at: Moment;
  position?: PositionCell;
  data: Record<string, Cell>;
}

/** What is wrong with one cell of a row, or with the row when it names no column. */
export interface Fault {
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly says: Text;
  /** Of a refusal by a rule of the rulebook. */
  readonly rule?: string;
}

export interface Row {
  /** The line of the file or the row of the sheet, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Of a workbook: the cells that hold numbers. They are written with a point before decimals, whatever the reader's custom. */
  readonly numbers?: ReadonlySet<number>;
  /** A row that cannot be read, as it was written. */
  readonly raw?: string;
  readonly fault?: Fault;
}

/** How far a job is. Each row that was read is recorded, before, refused, or on its way. */
export interface Progress {
  /** Rows were read. */
  readonly rows: number;
  /** Recorded by this job; when checking: would be. */
  readonly recorded: number;
  /** Recorded by earlier jobs. */
  readonly before: number;
  readonly refused: number;
}

export const noProgress: Progress = { rows: 0, recorded: 0, before: 0, refused: 0 };

/** queued: to run. running: at it, or cut off at it. stopped: by the person. failed: something stands in the way. done: the fate of each row is known. */
export type JobState = 'queued' | 'running' | 'stopped' | 'failed' | 'done';

/** One table on its way to the ledger. */
export interface Job {
  readonly id: string;
  /** The file's. */
  readonly name: string;
  readonly size: number;
  readonly mapping: Mapping;
  readonly heading: readonly string[];
  readonly net: string;
  /** check: asks what would be refused, and records nothing. */
  readonly mode: 'check' | 'import';
  readonly state: JobState;
  readonly progress: Progress;
  /** All rows, once they were counted. */
  readonly total?: number;
  readonly made: number;
  readonly ended?: number | undefined;
  /** Why it failed, or what it waits for. */
  readonly trouble?: RefusalShape | undefined;
}

export interface Faulty {
  readonly job: string;
  readonly line: number;
  readonly cells: readonly string[];
  readonly raw?: string;
  readonly faults: readonly Fault[];
}
