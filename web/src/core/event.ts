import { limits } from './limits';
import { isEventId } from './uuidv7';
import { refuse, type Refusal } from './refusal';
import type { Evidence, EventBody, Fields, Input, List, Part, Position, Seen, Text } from './types';

/** What a person wants to record, before it has an id and a time and is signed. */
export interface Draft {
  readonly asset: string;
  /** Only when the event creates the asset. */
  readonly kind?: string;
  /** The asset that a created one lies under in the breakdown of the works. */
  readonly under?: string;
  readonly action: string;
  readonly rulebook: string;
  readonly place?: Position;
  /** Files that the gateway already has. Photos given to capture are added by themselves. */
  readonly evidence?: readonly Evidence[];
  readonly amount?: number;
  readonly inputs?: readonly Input[];
  readonly refs?: readonly string[];
  readonly tag?: string;
  readonly replaces?: string;
  readonly corrects?: string;
  readonly data?: Fields;
  /**
   * The head of the asset that the person saw. Give it only where the act is wrong if anybody acted in between: the
   * ledger then refuses it (stale-prev). It is left out when own unsent events of the same asset come before, since those
   * move the head themselves.
   */
  readonly prev?: string;
  readonly list?: List;
  readonly into?: readonly Part[];
}

/** What the device adds to a draft when it signs. */
export interface Stamp {
  readonly id: string;
  readonly at: string;
  readonly seen?: Seen | undefined;
}

/** The event that is signed: the draft's members that say something, in the order of rootline.Event. */
export function eventOf(draft: Draft, stamp: Stamp): EventBody {
  const all: Readonly<Record<keyof EventBody, unknown>> = {
    id: stamp.id, asset: draft.asset, kind: draft.kind, under: draft.under, action: draft.action, rulebook: draft.rulebook, at: stamp.at,
    place: draft.place, evidence: draft.evidence, amount: draft.amount, inputs: draft.inputs, refs: draft.refs,
    list: draft.list, into: draft.into, tag: draft.tag, replaces: draft.replaces, corrects: draft.corrects,
    data: draft.data, seen: stamp.seen, prev: draft.prev,
  };
  return Object.fromEntries(Object.entries(all).filter(([, v]) => says(v))) as unknown as EventBody;
}

const says = (v: unknown): boolean =>
  v !== undefined && v !== null && v !== '' && v !== 0 && !(typeof v === 'object' && Object.keys(v).length === 0);

const code = /^[0-9A-Z]{8,30}$/;
const name = /^[a-z][a-z0-9-]{0,39}$/;
const book = /^[a-z][a-z0-9-]{0,39}@[1-9][0-9]{0,5}$/;
const hash = /^[0-9a-f]{64}$/;

export { limits };

/**
 * Refuses an event that no gateway could take, before it is signed. The gateway checks again, and more strictly. Throws
 * Refusal malformed-event with the pointer of what is wrong.
 */
export function checkEvent(e: EventBody): void {
  const codes = { '/asset': e.asset, '/under': e.under, '/tag': e.tag, '/replaces': e.replaces };
  for (const [pointer, c] of Object.entries(codes)) {
    if (c !== undefined && !code.test(c)) throw wrong(pointer, 'a code has 8 to 30 digits and upper-case letters', '编码由 8 到 30 位数字和大写字母组成');
  }
  if (!isEventId(e.id)) throw wrong('/id', 'an event’s id is a lower-case UUIDv7', '事件标识应为小写 UUIDv7');
  if (e.kind !== undefined && !name.test(e.kind)) throw wrong('/kind', 'not the name of a kind', '不是类别名');
  if (!name.test(e.action ?? '')) throw wrong('/action', 'not the name of an action', '不是操作名');
  if (!book.test(e.rulebook ?? '')) throw wrong('/rulebook', 'a rulebook is named with its version', '规则书名须带版本');
  if (e.corrects !== undefined && !isEventId(e.corrects)) throw wrong('/corrects', 'not the id of an event', '不是事件标识');
  if (e.prev !== undefined && !hash.test(e.prev)) throw wrong('/prev', 'not a hash', '不是哈希值');
  if (e.amount !== undefined && e.amount < 0) throw wrong('/amount', 'an amount is not negative', '数量不能为负');
  checkPlace(e.place);
  checkLists(e);
  checkValues(e, '', 1);
  // An act of the registry, which has no asset, may be as long as what is signed: a rulebook is proposed by one.
  if (e.asset !== undefined && new TextEncoder().encode(JSON.stringify(e.data ?? {})).length > limits.data) throw wrong('/data', 'the data is longer than 16 KiB', '数据超过 16 KiB');
}

const wrong = (pointer: string, en: string, zh: string): Refusal => refuse('malformed-event', { reason: { en, zh } satisfies Text }, undefined, pointer);

function checkPlace(p: Position | undefined): void {
  if (p === undefined) return;
  const accuracy = p.accuracy ?? 0;
  if (Math.abs(p.lat) > 90_000_000 || Math.abs(p.lon) > 180_000_000 || accuracy < 0 || accuracy > limits.accuracy) {
    throw wrong('/place', 'a position is in micro-degrees, its accuracy in metres up to 10,000', '位置以微度计，精度以米计，不超过 10,000');
  }
}

function checkLists(e: EventBody): void {
  const named = new Set([e.asset, e.under]);
  const once = (c: string): boolean => code.test(c) && !named.has(c) && named.add(c) !== undefined;
  const rows: readonly [string, readonly unknown[] | undefined, number, (row: never) => boolean][] = [
    ['/inputs', e.inputs, limits.inputs, (i: Input) => once(i.asset) && i.amount > 0],
    ['/refs', e.refs, limits.refs, once],
    ['/into', e.into, limits.into, (p: Part) => once(p.asset)],
    ['/evidence', e.evidence, limits.evidence, (v: Evidence) => hash.test(v.sha256) && v.size > 0 && v.type !== '' && v.type.length <= limits.mediaType],
  ];
  for (const [pointer, list, most, fine] of rows) {
    if (list !== undefined && list.length > most) throw wrong(pointer, `more than ${most}`, `超过 ${most} 个`);
    list?.forEach((row, i) => {
      if (!fine(row as never)) throw wrong(`${pointer}/${i}`, 'it is damaged, or named twice', '已损坏，或重复');
    });
  }
}

/** Numbers are integers that every reader holds exactly, texts are whole, nothing is nested deep. */
function checkValues(v: unknown, pointer: string, depth: number): void {
  if (depth > limits.nesting) throw wrong(pointer, 'it is nested too deep', '嵌套过深');
  if (typeof v === 'number' && !Number.isSafeInteger(v)) throw wrong(pointer, 'a number is an integer within ±(2^53−1)', '数字须为 ±(2^53−1) 以内的整数');
  if (typeof v === 'string' && !isWhole(v)) throw wrong(pointer, 'the text holds half a character', '文本含不完整的字符');
  if (v === null || typeof v === 'bigint') throw wrong(pointer, 'this is no value', '不是有效值');
  if (typeof v !== 'object') return;
  for (const [k, member] of Object.entries(v)) checkValues(member, `${pointer}/${k}`, depth + 1);
}

const isWhole = (s: string): boolean => !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(s);
