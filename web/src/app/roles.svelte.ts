import { adminTitle, isAdmin } from '../core/roles';
import type { RulebookView } from '../core/types';
import { text } from '../words/language.svelte';
import { words as common } from '../words/app';
import { app } from './app.svelte';

let books = $state.raw<readonly RulebookView[]>([]);
let asked = false;

/** The rulebooks in force, asked for once; none until they are told. */
function current(): readonly RulebookView[] {
  if (!asked) {
    asked = true;
    app.current().then((found) => (books = found), () => (asked = false));
  }
  return books;
}

/** What a role is called in the reader's language: by all the titles that the rulebooks give it. Its bare name until one told. */
export function roleName(role: string): string {
  if (isAdmin({ role })) return text(adminTitle);
  const titles = [...new Set(current().flatMap((b) => b.roles).filter((r) => r.name === role).map((r) => text(r.title)))];
  return titles.length === 0 ? role : titles.join(' / ');
}

/** What a version of a rulebook is called, with who proposed it where that is in its name; its bare name until it is known. */
export function rulesName(ref: string, known: readonly Pick<RulebookView, 'name' | 'title'>[] = current()): string {
  const [name, rest = ''] = ref.split('@');
  const [version = '', by] = rest.split(':');
  const title = name === 'registry' ? common.say('commonRules') : text((known.find((b) => b.name === ref) ?? known.find((b) => b.name.split('@')[0] === name))?.title);
  if (title === '') return ref;
  const whole = common.say('rulesVersion', { title, version });
  return by === undefined ? whole : `${whole} (${text({ en: by, zh: by })})`;
}
