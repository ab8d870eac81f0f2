import { expect, it } from 'vitest';
import { invitable, isAdmin, isManager, issuesRolls } from './roles';

const sources = Object.entries(import.meta.glob<string>(['../**/*.ts', '../**/*.svelte', '!../**/*.test.ts', '!../testing/**', '!../**/testdata/**'], { query: '?raw', import: 'default', eager: true }));

it('who is what', () => {
  expect([isAdmin({ role: 'admin' }), isAdmin({ role: 'manager' }), isAdmin(undefined)]).toEqual([true, false, false]);
  expect([isManager({ role: 'manager' }), isManager({ role: 'admin' })]).toEqual([true, false]);
  expect(['admin', 'manager', 'planter'].map((role) => issuesRolls({ role }))).toEqual([true, true, false]);
  expect(invitable(['planter', 'admin'])).toEqual(['planter', 'admin']);
});

it('no other module names a role', () => {
  expect(sources.length).toBeGreaterThan(200);
  // In a proof, an admin is a kind of Fabric certificate: proof/membership.ts.
  const naming = sources.filter(([file, text]) => !/(^|\/)roles\.ts$|proof\/membership\.ts$/.test(file) && /(?<!say\()(['"`])(admin|manager|importer)\1/.test(text));
  expect(naming.map(([file]) => file)).toEqual([]);
});
