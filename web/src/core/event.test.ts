import { describe, expect, it } from 'vitest';
import { checkEvent, eventOf, type Draft } from './event';
import { readInvitation } from './invitation';
import { eventIdAt } from './uuidv7';

const draft: Draft = { asset: '9520001T7H2K9QF3', action: 'plant', rulebook: 'forestation@1' };
const stamp = { id: await eventIdAt('kid', 1_773_303_300_000, 1), at: '2026-03-12T08:15:00Z' };
const hash = 'ab'.repeat(32);

describe('an event', () => {
  it('holds only what says something', () => {
    const event = eventOf({ ...draft, amount: 0, inputs: [], data: {}, tag: '', prev: '' }, { ...stamp, seen: undefined });
    expect(JSON.stringify(event)).toBe(`{"id":"${stamp.id}","asset":"9520001T7H2K9QF3","action":"plant","rulebook":"forestation@1","at":"2026-03-12T08:15:00Z"}`);
  });

  it.each([
    ['/asset', { asset: 'abc' }], ['/asset', { asset: '9520001t7h2k9' }], ['/kind', { kind: 'Tree' }], ['/action', { action: '' }],
    ['/rulebook', { rulebook: 'forestation' }], ['/tag', { tag: 'x' }], ['/corrects', { corrects: 'x' }], ['/prev', { prev: 'x' }],
    ['/amount', { amount: -1 }], ['/amount', { amount: 1.5 }], ['/place', { place: { lat: 91_000_000, lon: 0 } }],
    ['/place', { place: { lat: 1, lon: 0, accuracy: 10_001 } }], ['/place/lat', { place: { lat: 1.5, lon: 0 } }],
    ['/inputs/0', { inputs: [{ asset: '9520001T7H2K9QF3', amount: 1 }] }], ['/inputs/0', { inputs: [{ asset: '9520001T7H2K9QF4', amount: 0 }] }],
    ['/refs/1', { refs: ['9520001T7H2K9QF4', '9520001T7H2K9QF4'] }], ['/evidence/0', { evidence: [{ sha256: hash, type: '', size: 1 }] }],
    ['/data/height', { data: { height: 2 ** 53 } }], ['/data/height', { data: { height: Number.NaN } }], ['/data/note', { data: { note: '\ud800' } }],
    ['/data', { data: { note: 'x'.repeat(17_000) } }],
  ])('is refused for its %s', (field, wrong) => {
    const event = eventOf({ ...draft, ...(wrong as Partial<Draft>) }, stamp);
    expect(() => checkEvent(event)).toThrow(expect.objectContaining({ code: 'malformed-event', field }));
  });
});

describe('an act of the registry', () => {
  it('may be longer than an event about an asset: a rulebook is proposed by one', () => {
    const act: Draft = { asset: '', action: 'propose', rulebook: 'registry@1', data: { yaml: 'x'.repeat(128 << 10) } };
    expect(() => checkEvent(eventOf(act, stamp))).not.toThrow();
  });
});

describe('an invitation', () => {
  it.each(['', 'https://works.example/enrol', 'https://works.example/other#e30', 'https://works.example/enrol#e30', 'https://works.example/enrol#!!', 'ftp://works.example/enrol#e30'])(
    'is not %s', (link) => expect(() => readInvitation(link)).toThrow(expect.objectContaining({ code: 'not-an-invitation' })),
  );
});
