import { expect, test } from 'vitest';
import { directionOf, itemOrders, orderOf, pressed } from './sorting';

test('a head that is pressed sorts, and turns round when pressed again', () => {
  expect(pressed('-changed', 'state')).toBe('state');
  expect(pressed('state', 'state')).toBe('-state');
  expect(pressed('-state', 'state')).toBe('state');
  expect(pressed('state', 'changed')).toBe('-changed');
  expect(pressed('-changed', 'changed')).toBe('changed');
});

test('what a head says', () => {
  expect([directionOf('-place', 'place'), directionOf('place', 'place'), directionOf('place', 'code')]).toEqual(['descending', 'ascending', 'none']);
});

test('an order in an address that nobody knows is the usual one', () => {
  expect(orderOf(null, itemOrders, '-changed')).toBe('-changed');
  expect(orderOf('-kind', itemOrders, '-changed')).toBe('-kind');
  expect(orderOf('--kind', itemOrders, '-changed')).toBe('-changed');
  expect(orderOf('tags', itemOrders, '-changed')).toBe('-changed');
});
