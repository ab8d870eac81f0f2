import { expect, it } from 'vitest';
import { markOfLocale, numberIn, readNumeral, writeNumeral, type Mark } from './numeral';
import vectors from './testdata/numbers.json';

// numeral/numeral_test.go holds the command line and imports to the same file.
it.each(vectors as readonly { text: string; mark?: Mark; number?: string; either?: string[] }[])('$text $mark', ({ text, mark, number, either }) => {
  const read = readNumeral(text, mark);
  const said = read === undefined ? undefined : 'number' in read ? writeNumeral(read.number) : [writeNumeral(read.grouped), writeNumeral(read.decimal)];
  expect(said).toEqual(number ?? either);
});

it('reads a number by the mark of the locale, and nothing else as one', () => {
  expect([numberIn('1,5', ','), numberIn('1.5', '.'), numberIn('1,000', '.'), numberIn('24', '.')]).toEqual([1.5, 1.5, 1000, 24]);
  for (const text of ['', '0x10', '1e3', 'Infinity', 'two']) expect(numberIn(text, '.'), text).toBeNaN();
});

it('knows what a locale puts before decimals', () => {
  expect(['zh-CN', 'en-GB', 'de-DE', 'pt-BR', 'not a locale'].map(markOfLocale)).toEqual(['.', '.', ',', ',', '.']);
});
