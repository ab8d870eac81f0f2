import type { BlockRef, Text } from '../../core/types';

/** A number that a rulebook says people look at: by day, or as things stand now. */
export interface Figure {
  readonly rulebook: string;
  readonly works: Text;
  readonly name: string;
  readonly title: Text;
  readonly kinds: readonly string[];
  readonly states?: readonly string[];
  /** Of a figure of acts; and the states that they lead to, where others do not count. */
  readonly actions?: readonly string[];
  readonly after?: readonly string[];
  readonly unit: string;
  readonly located?: boolean;
  readonly value: number;
  readonly days?: readonly number[];
  readonly of?: number;
  /** The least share that is aimed at, in hundredths. */
  readonly target?: number;
}

export interface Stock {
  readonly rulebook: string;
  readonly works: Text;
  readonly kind: string;
  readonly title: Text;
  readonly unit: string;
  readonly count: number;
  readonly located: number;
  readonly states: readonly { readonly state: string; readonly title: Text; readonly count: number }[];
}

export interface Figures {
  readonly days: readonly string[];
  readonly items: readonly Figure[];
  /** Events that were refused at this gateway, on each of the days. */
  readonly refused: readonly number[];
  readonly stocks: readonly Stock[];
  readonly block: BlockRef;
}

export interface PlacePlan {
  readonly place: string;
  readonly title: Text;
  readonly planned: number;
  readonly due?: number;
  readonly done: number;
}

export interface WeekPlan {
  readonly week: string;
  readonly planned: number;
  readonly done: number;
}

export interface Progress {
  readonly rulebook: string;
  readonly figure: string;
  readonly title: Text;
  readonly kind: string;
  readonly kindTitle: Text;
  readonly unit: string;
  readonly places: readonly PlacePlan[];
  readonly weeks: readonly WeekPlan[];
  readonly unplaced: number;
}

export interface Plans {
  readonly week: string;
  readonly items: readonly Progress[];
  readonly block: BlockRef;
}
