import { describe, expect, it } from 'vitest';
import { unhex } from './bytes';
import { NotCanonical, readCbor, TooManyItems, writeCbor } from './cbor';

const bounds = { nesting: 8, elements: 1000, pairs: 1000, items: 2000, plain: false };
const read = (digits: string) => readCbor(unhex(digits)!, bounds);

describe('CBOR', () => {
  it.each([
    ['00', 0], ['17', 23], ['1818', 24], ['190100', 256], ['1a00010000', 65536], ['1b0000000100000000', 4294967296],
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER], ['1b0020000000000000', 1n << 53n], ['1bffffffffffffffff', (1n << 64n) - 1n],
    ['20', -1], ['3818', -25], ['3b001ffffffffffffe', -Number.MAX_SAFE_INTEGER], ['f4', false], ['f5', true], ['f6', null], ['60', ''],
    ['63e6a0b9', '根'], ['80', []], ['820102', [1, 2]],
  ])('reads %s', (digits, value) => expect(read(digits)).toEqual(value));

  it('reads bytes and maps', () => {
    expect(read('43010203')).toEqual(Uint8Array.of(1, 2, 3));
    expect(read('a20102616103')).toEqual(new Map<number | string, number>([[1, 2], ['a', 3]]));
  });

  it.each([
    ['a number that is longer than it need be', '1817'], ['and of two bytes', '1900ff'], ['and of four', '1a0000ffff'], ['and of eight', '1b00000000ffffffff'],
    ['a length that is longer than it need be', '580101'], ['no definite length', '5f4101ff'], ['a list without a length', '9f01ff'], ['a tag', 'c100'],
    ['a float', 'f90000'], ['undefined', 'f7'], ['bytes that follow', '0000'], ['a key twice', 'a201000100'], ['keys out of order', 'a202000100'],
    ['a text key before a number', 'a2616100 0100'.replace(' ', '')], ['a list as a key', 'a18000'], ['what ends early', '4201'], ['nothing', ''],
    ['a text that is none', '61ff'], ['a list that is longer than the file', '9a7fffffff'], ['a map that is', 'ba7fffffff'], ['bytes that are', '5b7fffffffffffffff'],
    ['half a head', '19'], ['lengths that are reserved', '1c'],
  ])('refuses %s', (_, digits) => expect(() => read(digits)).toThrow(NotCanonical));

  it('bounds how deep lists lie and how long they are', () => {
    expect(() => read(`${'81'.repeat(8)}00`)).not.toThrow();
    expect(() => read(`${'81'.repeat(9)}00`)).toThrow(NotCanonical);
    expect(() => read(`${'81'.repeat(8)}80`)).toThrow(NotCanonical);
    expect(() => readCbor(Uint8Array.from([0x82, 0, 0]), { ...bounds, elements: 1 })).toThrow(NotCanonical);
    expect(() => readCbor(Uint8Array.from([0x82, 0, 0]), { ...bounds, items: 2 })).toThrow(TooManyItems);
    expect(() => readCbor(Uint8Array.from([0x82, 0, 0]), { ...bounds, items: 3 })).not.toThrow();
  });

  it('reads nothing but what proofs have, where that is asked for', () => {
    const plain = (digits: string) => () => readCbor(unhex(digits)!, { ...bounds, plain: true });
    for (const digits of ['20', 'f4', 'f5', 'a1616100', 'a11a0001000000', 'a1f600']) expect(plain(digits), digits).toThrow(NotCanonical);
    for (const digits of ['f6', '6161', 'a119ffff80']) expect(plain(digits), digits).not.toThrow();
  });

  it('writes what it reads', () => {
    for (const n of [0, 23, 24, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, -1, -25]) expect(readCbor(Uint8Array.from(writeCbor(n)), bounds)).toBe(n);
    const list = ['A/根', 5, Uint8Array.of(1, 2)];
    expect(readCbor(Uint8Array.from(writeCbor(list)), bounds)).toEqual(list);
  });
});
