import { describe, expect, it } from 'vitest';
import { limits } from '../core/limits';
import { equal, join, unhex } from './bytes';
import { fieldsOf, Message, NotMessage, writeMember } from './message';

const read = (digits: string) => new Message(unhex(digits)!);

describe('a protobuf message', () => {
  it('has numbers, bytes and messages', () => {
    const m = read('089601120774657374696e671a03089601');
    expect([m.number(1), m.text(2), new Message(m.message(3)).number(1)]).toEqual([150n, 'testing', 150n]);
    expect([m.number(9), m.bytes(9).length, m.has(9), m.has(2)]).toEqual([0n, 0, false, true]);
  });

  it('counts the last value, keeps all, joins messages and passes over what is not known', () => {
    const m = read('0801080212016112016219000000000000000025000000003b40017a026868 3c'.replace(' ', ''));
    expect([m.number(1), m.text(2), m.all(2).length]).toEqual([2n, 'b', 2]);
    expect(new Message(join(writeMember(3, unhex('0801')!), writeMember(3, unhex('1001')!))).message(3)).toEqual(unhex('08011001'));
  });

  it('cuts numbers as protobuf does', () => {
    expect([read('08ffffffffffffffffff01').int32(1), read('088080808010').uint32(1)]).toEqual([-1, 0]);
  });

  it.each([['half a tag', '80'], ['the number nought', '00'], ['a number too large', '8080808010'], ['half a value', '0880'], ['bytes that are not there', '120301'], ['a group without an end', '0b'], ['an end without a group', '0c'],
    ['a number of more than 64 bits', '08ffffffffffffffffff02'], ['half a fixed number', '0900'], ['a kind that is not used', '0e']])('refuses %s', (_, digits) => expect(() => read(digits)).toThrow(NotMessage));

  it('passes over groups as deep as protobuf for Go does, and no deeper', () => {
    const groups = (n: number) => Uint8Array.from({ length: 2 * n }, (_, i) => (i < n ? 0x0b : 0x0c));
    expect([...fieldsOf(groups(10_001))]).toEqual([{ number: 1 }]);
    expect(() => [...fieldsOf(groups(10_002))]).toThrow(NotMessage);
  });

  it('joins as many parts as it may have, and refuses one more', () => {
    const parts = (n: number) => Uint8Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 0x1a : 0));
    expect(new Message(parts(limits.messageMembers)).message(3)).toHaveLength(0);
    expect(() => new Message(parts(limits.messageMembers + 1))).toThrow(NotMessage);
    expect(() => new Message(parts(3), 2)).toThrow(NotMessage);
  });

  it('refuses a text that is none', () => expect(() => read('1201ff').text(2)).toThrow(NotMessage));

  it('writes members', () => {
    expect(writeMember(1, new Uint8Array(0))).toHaveLength(0);
    const long = new Uint8Array(70_000).fill(7);
    expect(equal(new Message(writeMember(20, long)).bytes(20), long)).toBe(true);
  });
});
