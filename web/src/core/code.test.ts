import { expect, it } from 'vitest';
import given from '../../../testdata/given.json';
import { groupCode, meantCodes, parseCode, readGiven } from './code';

it('groups by four', () => {
  expect(groupCode('952000174H2K9QF3AB')).toBe('9520 0017 4H2K 9QF3 AB');
  expect(groupCode('95200017')).toBe('9520 0017');
});

it.each(given)('reads $given as the gateway does', ({ given: text, meant, ...read }) => {
  expect(readGiven(text)).toEqual(read);
  expect(meantCodes(text)).toEqual(meant);
});

it('takes no novel for a code', () => expect(readGiven('x'.repeat(501))).toEqual({}));

it.each([
  ['952000174H2K9QF3', '952000174H2K9QF3'],
  ['  9520 0017-4h2k 9qf3 ', '952000174H2K9QF3'],
  ['９５２０００１７', '95200017'],
  ['', null],
  ['https://works.example/elsewhere', null],
])('finds in %j the code %j', (input, want) => expect(parseCode(input)).toBe(want));
