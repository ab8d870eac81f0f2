import { expect, it } from 'vitest';
import { isLoopback, originIn, reachable } from './reach';

it.each([
  ['http://localhost:8080', true], ['https://127.0.0.1:8443', true], ['http://[::1]:80', true], ['http://a.localhost', true],
  ['https://192.168.1.5:8443', false], ['https://localhost.example', false], ['https://127.example', false], ['', false],
])('%s is of this machine: %s', (origin, is) => expect(isLoopback(origin)).toBe(is));

it.each([
  ['https://Works.Example:8443/enrol', 'https://works.example:8443'], [' works.example ', 'https://works.example'], ['192.168.1.5:8443', 'https://192.168.1.5:8443'],
  ['http://localhost:8080', 'http://localhost:8080'], ['ftp://a.example', undefined], ['', undefined], ['two words', undefined], ['https://a@b.example', undefined],
])('%j means %j', (typed, origin) => expect(originIn(typed)).toBe(origin));

it('another phone gets an address that it can open', () => {
  expect(reachable('http://localhost:8080', 'https://192.168.1.5:8443')).toBe('https://192.168.1.5:8443');
  expect(reachable('http://localhost:8080', undefined)).toBe('http://localhost:8080');
  expect(reachable('https://works.example', 'https://other.example')).toBe('https://works.example');
});
