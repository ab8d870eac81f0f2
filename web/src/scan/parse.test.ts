import { describe, expect, it, vi } from 'vitest';
import { Refusal } from '../core/refusal';
import { invitationIn, parseScan } from './parse';

const code = '95200017H2K9QF3ABCD0';

describe('parseScan', () => {
  for (const [name, raw] of [
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

  it.each([
    [`HTTPS://WORKS.EXAMPLE/8004/${code}`, 'works.example'],
    [`http://localhost:8080/8004/${code}/?lang=zh`, 'localhost:8080'],
  ])('reads the link %s and says whose it is', (raw, host) => expect(parseScan(raw)).toEqual({ code, host }));

  it('does not say so of its own links', () => {
    vi.stubGlobal('location', { host: 'works.example' });
    expect(parseScan(`https://WORKS.example/8004/${code}`)).toEqual({ code });
    vi.unstubAllGlobals();
  });

  it.each([
    ['https://menu.example.org/7', 'others-link', 'menu.example.org'],
    ['https://id.example.org/01/09520000123457', 'others-gs1-data', '01'],
    ['(01)09520000123457', 'others-gs1-data', '01'],
    ['hello', 'no-code', 'Rootline'],
  ])('tells of %s whose it is', (raw, why, names) => {
    const got = parseScan(raw) as Refusal;
    expect([got.code, got.says.en.includes(names), got.says.zh.includes(names)]).toEqual([why, true, true]);
  });

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
