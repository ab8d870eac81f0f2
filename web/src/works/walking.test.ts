import { expect, it } from 'vitest';
import { refuse } from '../core/refusal';
import type { Answer, Session } from './walk';
import { Walking } from './walking.svelte';

const [a, b, other] = ['952000100000001', '952000100000002', '952000100000009'];
const begun: Session = { place: 'forest/9/1', begun: 1, block: 7, expected: [a, b], tags: {}, rows: [] };

/** Questions wait until they are answered by hand. */
function walk() {
  const asked: { readonly codes: readonly string[]; readonly answer: (found?: Answer) => void; readonly fail: () => void }[] = [];
  const kept: Session[] = [];
  const w = new Walking(
    (codes) => new Promise((resolve, reject) => void asked.push({ codes, answer: (found) => resolve(codes.map(() => found)), fail: () => reject(new Error('no network')) })),
    (s) => void kept.push(s),
  );
  w.session = begun;
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  return { w, asked, kept, turn };
}

const codes = (s: Session | undefined): string[] => s?.rows.map((r) => `${r.code} ${r.verdict} ${r.again}`) ?? [];

it('counts what is scanned while an answer is awaited', async () => {
  const { w, asked, kept, turn } = walk();
  const heard = [w.scan(other, 1), w.scan(a, 2), w.scan(a, 3), w.scan(b, 4)];
  await turn();
  expect([asked.map((q) => q.codes), codes(w.session)], 'the others wait for the first').toEqual([[[other]], []]);
  asked[0]!.answer({ id: other, place: 'forest/9/2', gone: false });
  await Promise.all(heard);
  expect(codes(w.session)).toEqual([`${other} elsewhere 0`, `${a} found 1`, `${b} found 0`]);
  expect(kept.at(-1)).toBe(w.session);
});

it('counts what is scanned while others are looked up', async () => {
  const { w, asked, turn } = walk();
  const first = w.scan(other, 1);
  await turn();
  asked[0]!.fail();
  await first;
  const looking = w.look();
  const again = w.look();
  const scanned = w.scan(a, 2);
  await turn();
  expect([w.busy, await again, codes(w.session)]).toEqual([true, false, [`${other} unchecked 0`]]);
  asked[1]!.answer(undefined);
  expect(await looking).toBe(true);
  await scanned;
  expect([w.busy, codes(w.session)]).toEqual([false, [`${other} unknown 0`, `${a} found 0`]]);
});

it('what is scanned while it is signed counts when signing fails, and is told to be late when it does not', async () => {
  const { w } = walk();
  await w.scan(a, 1);
  let sign = (_: Error | undefined): void => undefined;
  const signing = (signed: string[][]): Promise<boolean> => w.sign((s) => new Promise((resolve, reject) => {
    signed.push(codes(s));
    sign = (e) => (e === undefined ? resolve() : reject(e));
  }));
  const signed: string[][] = [];
  const failing = signing(signed);
  const during = w.scan(b, 2);
  await Promise.resolve().then(() => undefined);
  sign(refuse('device-storage-full'));
  expect([await failing, await during]).toEqual([false, { row: { code: b, at: 2, verdict: 'found', again: 0 }, again: false }]);
  expect(codes(w.session)).toEqual([`${a} found 0`, `${b} found 0`]);

  const ending = signing(signed);
  const late = w.scan(other, 3);
  await new Promise((resolve) => setTimeout(resolve));
  sign(undefined);
  expect([await ending, await late, w.session]).toEqual([true, 'late', undefined]);
  expect(signed).toEqual([[`${a} found 0`], [`${a} found 0`, `${b} found 0`]]);
});

it('signs no walk of which something was not looked up; it can be dropped', async () => {
  const { w, asked, turn } = walk();
  const heard = w.scan(other, 1);
  await turn();
  asked[0]!.fail();
  await heard;
  let done = 0;
  await w.sign(() => Promise.resolve(void done++));
  expect([done, codes(w.session)]).toEqual([0, [`${other} unchecked 0`]]);
  await w.drop(() => void done++);
  expect([done, w.session]).toEqual([1, undefined]);
});
