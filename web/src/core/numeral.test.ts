import { expect, it } from 'vitest';
import { markOfLocale, readNumeral, writeNumeral, type Mark } from './numeral';
import vectors from './testdata/numbers.json';

// numeral/numeral_test.go holds the command line and imports to the same file.
it.each(vectors as readonly { text: string; mark?: Mark; number?: string; either?: string[] }[])('$text $mark', ({ text, mark, number, either }) => {
  const read = readNumeral(text, mark);
  const said = read === undefined ? undefined : 'number' in read ? writeNumeral(read.number) : [writeNumeral(read.grouped), writeNumeral(read.decimal)];
  expect(said).toEqual(number ?? either);
});

it('knows what a locale puts before decimals', () => {
  expect(['zh-CN', 'en-GB', 'de-DE', 'pt-BR', 'not a locale'].map(markOfLocale)).toEqual(['.', '.', ',', ',', '.']);
});
