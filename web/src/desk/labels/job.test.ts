import { describe, expect, it } from 'vitest';
import { thousandths, typed } from './job';

describe('what is typed to be printed', () => {
  it('takes a code a line, with texts after tabs', () => {
    expect(typed('9520 0017 h2k9\n\n 95200017H2K8\tPinus\t\t油松 \r\n')).toEqual([{ code: '95200017H2K9' }, { code: '95200017H2K8', text: ['Pinus', '油松'] }]);
    expect(typed(' \n\t')).toEqual([]);
  });
});

describe('lengths as they are typed', () => {
  it.each([['', 0], ['1.5', 1500], ['-0,25', -250], ['+2', 2000], ['1.', 1000], ['.5', 500], ['－０．２５', -250], ['0.0004', 0]])('%s', (text, want) => expect(thousandths(text)).toBe(want));
  it.each(['x', '.', '1e3', '--1'])('%s is none', (text) => expect(thousandths(text)).toBeNaN());
  it('takes what stands for nothing', () => expect(thousandths(' ', 1_000_000)).toBe(1_000_000));
});
