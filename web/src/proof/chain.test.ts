import { afterEach, expect, it, vi } from 'vitest';
import anchorText from '../../../proof/testdata/anchor.json?raw';
import table from '../../../proof/vectors/vectors.json?raw';
import { readVectors } from '../testing/vectors';
import { readAnchor } from './anchor';
import { readBundle, type Bundle } from './bundle';
import { Chain } from './chain';
import { Fault } from './fault';

const bundle = await readBundle(readVectors(table).find((v) => v.name === 'as it is')!.file);
const anchor = readAnchor(anchorText);

afterEach(() => {
  vi.restoreAllMocks();
});

/** The code that headers are refused with, and how many signatures were verified for that. */
async function work(change: (headers: Bundle['headers']) => Bundle['headers']): Promise<readonly [string, number]> {
  await Chain.verify(bundle, anchor, undefined); // what else has to be verified is known from now on
  const spy = vi.spyOn(crypto.subtle, 'verify');
  await Chain.verify({ ...bundle, headers: [] }, anchor, undefined);
  const before = spy.mock.calls.length;
  spy.mockClear();
  const code = await Chain.verify({ ...bundle, headers: change(bundle.headers) }, anchor, undefined).then(() => '', (e: unknown) => (e as Fault).code);
  return [code, spy.mock.calls.length - before];
}

const [first, ...rest] = bundle.headers as readonly [Bundle['headers'][0], ...Bundle['headers']];
const many = <T>(x: T): readonly T[] => new Array<T>(20_000).fill(x);

it('a signature that does not hold ends the work, however many follow', async () => {
  const [by] = first.signatures.by;
  const bad = { identifier: by!.identifier, signature: rest[0]!.signatures.by[0]!.signature };
  const [code, n] = await work(() => [{ ...first, signatures: { ...first.signatures, by: many(bad) } }, ...rest]);
  expect(code).toBe('block-signatures');
  expect(n).toBeLessThan(10);
});

it('a signature that is there again ends it, too', async () => {
  const [code, n] = await work(() => [{ ...first, signatures: { ...first.signatures, by: many(first.signatures.by[0]!) } }, ...rest]);
  expect(code).toBe('order');
  expect(n).toBeLessThan(10);
});

it('a header that nobody signed ends it', async () => {
  const [code, n] = await work(() => many(first).map((h, i) => ({ ...h, number: h.number + i + 1 })));
  expect(code).toBe('block-signatures');
  expect(n).toBeLessThan(10);
});
