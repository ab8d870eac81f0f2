import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import anchorText from '../../../proof/testdata/anchor.json?raw';
import table from '../../../proof/vectors/vectors.json?raw';
import { readVectors } from '../testing/vectors';
import { readAnchor } from './anchor';
import { bytesOf, join, sha256, unhex, type Bytes } from './bytes';
import { codes, Fault, given } from './fault';
import { inflate } from './inflate';
import { verify, type Asked } from './verify';

// Proofs that the tests of package proof made. Those of the table of vectors are judged by verify/vectors.test.ts, which Go starts.
const vectors = readVectors(table);
const named = (name: string): Bytes => vectors.find((v) => v.name === name)!.file;
const [tree, absent, twin, set] = [named('as it is'), named('absence'), named('another ledger of the same names'), named('set')];
const anchor = readAnchor(anchorText);

async function code(file: Bytes, asked: Asked = {}, pin: typeof anchor | null = anchor): Promise<string> {
  try {
    return (await verify(file, pin ?? undefined, asked)).weaker.join();
  } catch (e) {
    if (e instanceof Fault) return e.code;
    throw e;
  }
}

describe('a proof', () => {
  it('shows the history of an item', async () => {
    const r = await verify(tree, anchor);
    expect([r.kind, r.organisations.length, r.events.length, r.weaker]).toEqual(['item', 4, r.item!.seq, []]);
    expect(r.events.map((e) => e.seq)).toEqual(r.events.map((_, i) => i + 1));
    expect(r.seal!.block).toBeLessThanOrEqual(r.block);
    expect(r.configuration.sequence > 0).toBe(r.configuration.block > r.pin.block);
    expect([...r.titles.keys()].sort()).toEqual([...new Set(r.events.flatMap((e) => [e.by.organisation, ...(e.attestedBy ? [e.attestedBy.organisation] : [])]))].sort());
  });

  it('shows that a code was never recorded, and which items organisations signed for', async () => {
    const [a, s] = await Promise.all([verify(absent, anchor), verify(set, anchor)]);
    expect([a.kind, a.events.length, a.lists.length]).toEqual(['absence', 0, 1]);
    expect([s.kind, s.items.length > 0, s.organisations.length >= anchor.k]).toEqual(['set', true, true]);
  });

  it('of another ledger of the same names is refused', async () => expect(await code(twin)).toBe('pin'));

  it('is held against what was asked', async () => {
    const r = await verify(tree, anchor);
    expect(await code(tree, { code: r.subject, organisations: 4, now: r.at, maxAge: 1 })).toBe('');
    expect(await code(tree, { code: `${r.subject}0` })).toBe('other-subject');
    expect(await code(tree, { nonce: unhex('00'.repeat(16)) })).toBe('nonce');
    expect(await code(tree, { now: r.at - 600_001 })).toBe('future');
    expect(await code(tree, { now: r.at + 2, maxAge: 1, organisations: 5 }, null)).toBe('not-pinned,fewer-organisations,stale');
    expect(await code(tree, {}, { ...anchor, net: '0'.repeat(32) })).toBe('net');
    expect(await code(tree, {}, { ...anchor, channel: 'other' })).toBe('channel');
    expect(await code(tree, {}, { ...anchor, members: anchor.members.slice(2), k: 3 })).toBe('too-few-organisations');
  });

  it('with any bit flipped is refused, and nothing breaks at it', async () => {
    for (let i = 0; i < 150; i++) {
      const flipped = tree.slice();
      flipped[Math.floor((i * flipped.length) / 150)]! ^= 1 << (i % 8);
      expect(await code(flipped), `byte ${i}`).toMatch(/^(magic|outer-hash)$/);
    }
    const unpacked = inflate(tree.subarray(40), 16 << 20) as Bytes;
    for (let i = 0; i < 150; i++) {
      const flipped = unpacked.slice();
      const at = Math.floor(((i + 0.5) * flipped.length) / 150);
      flipped[at]! ^= 1 << (i % 8);
      const packed = Uint8Array.from(deflateSync(flipped));
      expect(await code(join(bytesOf('RLPROOF1'), await sha256(packed), packed)), `byte ${at}`).not.toBe('');
    }
  });

  it('that is none is told apart', async () => {
    expect(await code(new Uint8Array(0))).toBe('magic');
    expect(await code(bytesOf('RLPROOF1'))).toBe('outer-hash');
    expect(await code(new Uint8Array((16 << 20) + 1))).toBe('too-large');
  });
});

describe('an anchor', () => {
  const plain = JSON.parse(anchorText) as Record<string, unknown>;
  it.each([
    ['another version', { version: 2 }], ['no channel', { channel: '' }], ['half a hash', { hash: 'ab' }], ['a hash in capitals', { hash: 'AB'.repeat(32) }], ['no hash', { hash: '0'.repeat(64) }],
    ['no net', { net: 'x' }], ['members out of order', { members: [...(plain.members as string[])].reverse() }], ['a member twice', { members: ['AMSP', 'AMSP', 'BMSP'] }], ['a k of one', { k: 1 }], ['a k above all', { k: 5 }],
    ['a block before the first', { block: -1 }], ['what is not known', { more: 1 }], ['a member that is none', { members: ['A MSP', 'BMSP', 'CMSP'] }],
  ])('with %s is refused', (_, change) => expect(() => readAnchor(JSON.stringify({ ...plain, ...change }))).toThrow(Fault));

  it('that is no JSON, or too long, is refused', () => {
    for (const text of ['', '[]', '{', `${anchorText}x`, `${' '.repeat(65 << 10)}${anchorText}`]) expect(() => readAnchor(text)).toThrow(Fault);
  });
});

it('the codes are those of the command', () => expect([...codes.keys()].sort()).toEqual([...given].sort()));
