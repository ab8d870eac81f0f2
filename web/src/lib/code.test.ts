import { expect, it } from 'vitest';
import { correctedCode, groupCode, parseCode } from './code';

it('groups by four', () => {
  expect(groupCode('952000174H2K9QF3AB')).toBe('9520 0017 4H2K 9QF3 AB');
  expect(groupCode('95200017')).toBe('9520 0017');
});

it('offers the digits for letters that look like them, and nothing where there are none', () => {
  expect(correctedCode('952O00I74H2K9QF3L')).toBe('952000174H2K9QF31');
  expect(correctedCode('952000174H2K9QF3')).toBeUndefined();
});

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
