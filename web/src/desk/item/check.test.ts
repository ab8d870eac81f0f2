import { expect, test } from 'vitest';
import { words } from '../../words/desk';
import { speech } from '../../words/language.svelte';
import { verdicts } from './check';

test.each(['en', 'zh'] as const)('only what was recomputed and compared whole is called intact in %s', (lang) => {
  speech.language = lang;
  const intact = words.say('intact');
  for (const [verdict, { tone, word }] of Object.entries(verdicts)) {
    expect(tone === 'accepted', verdict).toBe(verdict === 'intact');
    if (verdict !== 'intact') expect(words.say(word), verdict).not.toContain(intact);
  }
});
