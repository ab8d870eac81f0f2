import { expect, it } from 'vitest';
import { groupCode, meantCodes, parseCode } from './code';
import meant from './testdata/meant.json';

it('groups by four', () => {
  expect(groupCode('952000174H2K9QF3AB')).toBe('9520 0017 4H2K 9QF3 AB');
  expect(groupCode('95200017')).toBe('9520 0017');
});

it.each(meant)('takes $given to mean $meant', (c) => expect(meantCodes(c.given)).toEqual(c.meant));

it.each([
  ['952000174H2K9QF3', '952000174H2K9QF3'],
  ['  9520 0017-4h2k 9qf3 ', '952000174H2K9QF3'],
  ['HTTPS://WORKS.EXAMPLE/8004/952000174H2K9QF3', '952000174H2K9QF3'],
  ['http://localhost:8080/8004/952000174H2K9QF3?lang=zh#x', '952000174H2K9QF3'],
  ['', null],
  ['9520', null],
  ['https://works.example/elsewhere', null],
  ['952000174H2K9QF3952000174H2K9QF3', null],
  ['９５２０００１７', null],
  ['<script>alert(1)</script>', null],
])('reads %j as %j', (input, want) => expect(parseCode(input)).toBe(want));
