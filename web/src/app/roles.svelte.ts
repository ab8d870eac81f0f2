import type { RulebookView } from '../core/types';
import { text } from '../words/language.svelte';
import { words } from '../words/more';
import { app } from './app.svelte';

let books = $state.raw<readonly RulebookView[]>([]);
let asked = false;

/** What a role is called in the reader's language; its bare name until a rulebook told. */
export function roleName(role: string): string {
  if (role === 'admin') return words.say('admin');
  if (!asked) {
    asked = true;
    app.current().then((found) => (books = found), () => (asked = false));
  }
  const title = books.flatMap((b) => b.roles).find((r) => r.name === role)?.title;
  return title === undefined ? role : text(title);
}
