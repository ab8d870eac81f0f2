import { expect, test } from 'vitest';
import { cell, csv } from './csv';

test.each([
  ['plain', 'plain'],
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  [-1, '-1'],
  ['a,b', '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ['two\nlines', '"two\nlines"'],
  [' edge', '" edge"'],
  ['水泥', '水泥'],
  ['a\u202eb', 'a[U+202E]b'],
])('%j is written as %j', (value, written) => expect(cell(value)).toBe(written));

test('a file starts with the mark of UTF-8 and ends each row', async () => {
  const bytes = new Uint8Array(await csv([['a', 1], ['b', 2]]).arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes)).toBe('a,1\r\nb,2\r\n');
});
