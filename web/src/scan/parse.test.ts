import { describe, expect, it } from 'vitest';
import { Refusal } from '../core/refusal';
import { invitationIn, parseScan } from './parse';

const code = '95200017H2K9QF3ABCD0';

describe('parseScan', () => {
  for (const [name, raw] of [
    ['a link in upper case', `HTTPS://WORKS.EXAMPLE/8004/${code}`],
    ['a link of another host, with a question', `http://localhost:8080/8004/${code}?lang=zh`],
    ['a bare code', code],
    ['lower case', code.toLowerCase()],
    ['groups of four', '9520 0017 H2K9 QF3A BCD0'],
    ['dashes', '9520-0017-H2K9-QF3A-BCD0'],
    ['an element string', `(8004)${code}`],
    ['a symbology identifier before it', `]Q3${code}\u001d`],
    ['groups of four in lower case, with spaces around', '  9520 0017 h2k9 qf3a bcd0 '],
    ['a line end after it', `${code}\r\n`],
  ] as const) {
    it(`reads ${name}`, () => expect(parseScan(raw)).toEqual({ code }));
  }

  for (const [name, raw] of [
    ['nothing', ''],
    ['another address', 'https://example.org/menu'],
    ['too short a text', '9520'],
    ['a novel', 'x'.repeat(5000)],
    ['Wi-Fi', 'WIFI:T:WPA;S:site;P:secret;;'],
  ] as const) {
    it(`refuses ${name}`, () => {
      const got = parseScan(raw);
      expect(got).toBeInstanceOf(Refusal);
      expect((got as Refusal).says.zh).not.toBe('');
    });
  }
});

describe('invitationIn', () => {
  it('knows an invitation', () => {
    expect(invitationIn('http://localhost:8080/enrol#eyJrIjoiYWJjZGVmZ2hpamtsIn0')?.hash).toBe('#eyJrIjoiYWJjZGVmZ2hpamtsIn0');
  });
  it('and what is none', () => {
    for (const raw of [code, 'https://example.org/enrol', 'javascript:alert(1)//enrol#eyJrIjoiYWJjZGVmZ2hpamtsIn0', `http://x/8004/${code}`])
      expect(invitationIn(raw), raw).toBeUndefined();
  });
});
