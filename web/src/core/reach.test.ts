import { expect, it } from 'vitest';
import { onlyHere, originIn, reachable } from './reach';
import cases from './testdata/onlyhere.json';

it.each(cases)('$origin is of this machine: $here', (c) => expect(onlyHere(c.origin)).toBe(c.here));

it.each([
  ['https://Works.Example:8443/enrol', 'https://works.example:8443'], [' works.example ', 'https://works.example'], ['192.168.1.5:8443', 'https://192.168.1.5:8443'],
  ['http://localhost:8080', 'http://localhost:8080'], ['ftp://a.example', undefined], ['', undefined], ['two words', undefined], ['https://a@b.example', undefined],
])('%j means %j', (typed, origin) => expect(originIn(typed)).toBe(origin));

it('another phone gets an address that it can open', () => {
  expect(reachable('http://localhost:8080', 'https://192.168.1.5:8443')).toBe('https://192.168.1.5:8443');
  expect(reachable('http://localhost:8080', undefined)).toBe('http://localhost:8080');
  expect(reachable('https://works.example', 'https://other.example')).toBe('https://works.example');
});
