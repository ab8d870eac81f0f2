import './verify.css';
import { keepShown } from '../core/shown';
import { limits } from '../core/limits';
import { readAnchor, type Anchor } from '../proof/anchor';
import { unhex } from '../proof/bytes';
import { Fault } from '../proof/fault';
import { isPack, verifyPack, type Progress } from '../proof/pack';
import { verify, type Asked } from '../proof/verify';
import { parseCode } from '../core/code';
import { numberIn } from '../core/numeral';
import type { Word } from '../words/verify';
import { make, type Child } from './dom';
import { showOutcome, type Outcome } from './result';
import { count, say, speech } from './say';

// The page is made anew when the language changes: what was typed, chosen and found lies here.
const typed = { anchor: '', code: '', organisations: '', hours: '', nonce: '', fields: new Map<Word, string>() };
let anchor: Anchor | Fault | undefined;
let chosen: File | undefined;
let outcome: Outcome | undefined;
/** Counts the checks, so that a slow one does not overwrite a later one. */
let checks = 0;

const app = document.getElementById('app')!;
keepShown(document.documentElement);

function draw(): void {
  const zh = speech.language === 'zh';
  document.documentElement.lang = zh ? 'zh-CN' : 'en';
  document.title = `Rootline · ${say('title')}`;
  app.replaceChildren(
    make('header', {}, make('p', { class: 'name' }, 'Rootline'), languages()),
    make('main', {},
      make('h1', {}, say('title')),
      make('p', {}, say('what')),
      globalThis.crypto?.subtle === undefined && make('p', { class: 'refused', role: 'alert' }, say('noCrypto')),
      make('section', { 'aria-labelledby': 'anchor-head' }, make('h2', { id: 'anchor-head' }, say('anchor')), make('p', { class: 'note' }, say('anchorSays')), anchorForm(), make('p', { id: 'pinned', role: 'status' }, ...pinned())),
      make('section', { 'aria-labelledby': 'proof-head' }, make('h2', { id: 'proof-head' }, say('proof')), asking(), drop()),
      make('section', { id: 'result', 'aria-live': 'polite' }, ...result()),
      about()),
  );
}

function languages(): HTMLElement {
  const one = (language: 'en' | 'zh', name: string, lang: string) =>
    make('button', { type: 'button', lang, 'aria-pressed': String(speech.language === language), click: () => {
      speech.language = language;
      draw();
      document.querySelector<HTMLElement>(`header button[lang=${lang}]`)?.focus();
    } }, name);
  return make('div', { class: 'languages', role: 'group', 'aria-label': say('language') }, one('zh', '中文', 'zh-CN'), one('en', 'EN', 'en'));
}

function anchorForm(): HTMLElement {
  const box = make('textarea', { id: 'anchor', rows: '3', spellcheck: 'false', autocomplete: 'off', maxlength: String(64 << 10), input: () => pin(box.value) });
  box.value = typed.anchor;
  const fields: readonly Word[] = ['channel', 'block', 'hash', 'net', 'members', 'k'];
  const inputs = fields.map((w) => {
    const input = make('input', { id: `anchor-${w}`, autocomplete: 'off', spellcheck: 'false', input: () => void typed.fields.set(w, input.value) });
    input.value = typed.fields.get(w) ?? '';
    return input;
  });
  const use = (): void => {
    const [channel, block, hash, net, members, k] = inputs.map((i) => i.value.trim());
    const lower = (s: string | undefined): string => (s ?? '').replace(/\s/g, '').toLowerCase();
    const list = (members ?? '').split(/[\s,，、]+/).filter((m) => m !== '').sort();
    box.value = JSON.stringify({ version: 1, channel, block: Number(block || 'x'), hash: lower(hash), net: lower(net), members: list, k: Number(k || 'x') }, null, 1);
    pin(box.value);
  };
  return make('div', { class: 'stack' },
    make('label', { for: 'anchor' }, say('anchorPaste')), box,
    picker('anchor-file', 'anchorFile', '.json,application/json,text/plain', async (f) => {
      box.value = f.size > 64 << 10 ? '' : await f.text();
      pin(box.value, f.size > 64 << 10 ? new Fault('anchor', `${f.size} B`) : undefined);
    }),
    ...(detector ? [picker('anchor-photo', 'anchorPhoto', 'image/*', async (f) => pinPhoto(box, f, detector))] : []),
    make('details', { open: [...typed.fields.values()].some((v) => v !== '') }, make('summary', {}, say('anchorFields')),
      make('div', { class: 'fields' }, ...fields.flatMap((w, i) => [make('label', { for: `anchor-${w}` }, say(w)), inputs[i]!])),
      make('button', { type: 'button', click: use }, say('anchorUse'))));
}

/** What reads QR codes; only some browsers have it, those of Android phones for one. */
interface Detector {
  detect(image: ImageBitmap): Promise<readonly { readonly rawValue: string }[]>;
}
const detector = (globalThis as { BarcodeDetector?: new (o: { formats: readonly string[] }) => Detector }).BarcodeDetector;

/** Pins the anchor whose QR code is on a picture; a phone takes one. */
async function pinPhoto(box: HTMLTextAreaElement, file: File, of: NonNullable<typeof detector>): Promise<void> {
  const read = await createImageBitmap(file).then((image) => new of({ formats: ['qr_code'] }).detect(image)).catch(() => []);
  box.value = read[0]?.rawValue ?? '';
  pin(box.value, box.value === '' ? new Fault('anchor', say('anchorUnread')) : undefined);
}

function picker(id: string, word: Word, accept: string, take: (f: File) => unknown): HTMLElement {
  const input = make('input', { type: 'file', id, accept, class: 'unseen', change: () => {
    const file = input.files?.[0];
    input.value = '';
    if (file !== undefined) void take(file);
  } });
  return make('label', { class: 'button', for: id }, input, say(word));
}

function pin(text: string, fault?: Fault): void {
  typed.anchor = text;
  try {
    anchor = fault ?? (text.trim() === '' ? undefined : readAnchor(text.trim()));
  } catch (e) {
    if (!(e instanceof Fault)) throw e;
    anchor = e;
  }
  document.getElementById('pinned')!.replaceChildren(...pinned().filter((c): c is Node | string => typeof c === 'string' || c instanceof Node));
  if (chosen !== undefined) void check(chosen);
}

function pinned(): readonly Child[] {
  if (anchor === undefined) return [make('span', { class: 'note' }, say('anchorNone'))];
  if (anchor instanceof Fault) return showOutcomeLine(anchor);
  return [make('span', { class: 'accepted' }, '✓ ', say('anchorIs', { channel: anchor.channel, block: anchor.block, n: anchor.members.length, k: anchor.k }))];
}

const showOutcomeLine = (f: Fault): readonly Child[] => [make('span', { class: 'refused' }, '✗ ', said(f))];

const said = (f: Fault): string => `${f.says[speech.language]}${f.detail === '' ? '' : ` (${say('technical')}${f.detail})`}`;

function asking(): HTMLElement {
  const field = (key: 'code' | 'organisations' | 'hours' | 'nonce', word: Word, mode: string): readonly HTMLElement[] => {
    const input = make('input', { id: `asked-${key}`, inputmode: mode, autocomplete: 'off', spellcheck: 'false',
      input: () => void (typed[key] = input.value),
      change: () => chosen !== undefined && void check(chosen),
    });
    input.value = typed[key];
    return [make('label', { for: `asked-${key}` }, say(word)), input];
  };
  const open = [typed.code, typed.organisations, typed.hours, typed.nonce].some((v) => v !== '');
  return make('details', { open }, make('summary', {}, say('asked')),
    make('div', { class: 'fields' }, ...field('code', 'askedCode', 'text'), ...field('organisations', 'askedOrganisations', 'numeric'), ...field('hours', 'askedAge', 'decimal'), ...field('nonce', 'askedNonce', 'text')));
}

/** What is asked for; the word of the field that cannot be. */
function asked(): Asked | Word {
  const code = typed.code.trim() === '' ? undefined : parseCode(typed.code);
  const organisations = typed.organisations.trim() === '' ? undefined : numberIn(typed.organisations);
  const hours = typed.hours.trim() === '' ? undefined : numberIn(typed.hours);
  const nonce = typed.nonce.trim() === '' ? undefined : unhex(typed.nonce.replace(/\s/g, '').toLowerCase());
  if (code === null) return 'askedCode';
  if (organisations !== undefined && !(Number.isSafeInteger(organisations) && organisations > 0)) return 'askedOrganisations';
  if (hours !== undefined && !(hours > 0)) return 'askedAge';
  if (nonce === undefined && typed.nonce.trim() !== '') return 'askedNonce';
  return { code, organisations, maxAge: hours === undefined ? undefined : hours * 3_600_000, nonce, now: Date.now() };
}

function drop(): HTMLElement {
  const area = make('div', {
    class: 'drop',
    dragover: (e: DragEvent) => {
      e.preventDefault();
      area.classList.add('over');
    },
    dragleave: () => area.classList.remove('over'),
    drop: (e: DragEvent) => {
      e.preventDefault();
      area.classList.remove('over');
      const file = e.dataTransfer?.files[0];
      if (file !== undefined) void take(file);
    },
  }, make('p', {}, say('drop')), picker('proof', 'choose', '.rlproof,.zip', take));
  return area;
}

/** Checks a file that was just chosen, and leads the reader to what became of it. */
async function take(file: File): Promise<void> {
  await check(file);
  document.querySelector<HTMLElement>('.verdict h2')?.focus();
}

async function check(file: File): Promise<void> {
  const mine = ++checks;
  chosen = file;
  const want = asked();
  const at = document.getElementById('result')!;
  if (typeof want === 'string') {
    outcome = undefined;
    at.replaceChildren(make('p', { class: 'refused' }, say('askedWrong', { what: say(want) })));
    return;
  }
  at.replaceChildren(make('p', { class: 'note' }, say('busy', { name: file.name })));
  const found = await judge(file, want, (done, total) => {
    if (mine !== checks) throw new Overtaken();
    at.replaceChildren(...progress(file.name, done, total));
  });
  if (mine !== checks || found === undefined) return;
  outcome = found;
  document.getElementById('result')!.replaceChildren(...(result() as readonly Node[]));
}

/** The error of a check that a later one has overtaken. */
class Overtaken extends Error {}

/** What becomes of a file; undefined where a later check has begun meanwhile. */
async function judge(file: File, want: Asked, told: Progress): Promise<Outcome | undefined> {
  const { name } = file;
  try {
    if (anchor instanceof Fault) throw anchor;
    if (await isPack(file)) return { name, report: await verifyPack(file, anchor, want, told) };
    if (file.size > limits.proof) throw new Fault('too-large', `${file.size} bytes`);
    return { name, report: await verify(new Uint8Array(await file.arrayBuffer()), anchor, want) };
  } catch (e) {
    if (e instanceof Overtaken) return undefined;
    return e instanceof Fault ? { name, code: e.code, detail: e.detail } : { name, broken: String(e) };
  }
}

/** How far the check of a set's items is. */
function progress(name: string, done: number, total: number): readonly HTMLElement[] {
  const bar = make('progress', { max: String(total), value: String(done), 'aria-label': say('busy', { name }) });
  return [make('p', { class: 'note' }, say('busyItems', { name, done: count(done), total: count(total) })), bar];
}

const result = (): readonly Child[] => (outcome === undefined ? [] : showOutcome(outcome).filter((c) => c !== undefined && c !== false));

function about(): HTMLElement {
  const served = /^https?:$/.test(location.protocol);
  return make('footer', {},
    make('h2', {}, say('self')),
    make('p', {}, say('selfSays')),
    make('p', {}, say('format')),
    served && make('p', { class: 'links' }, make('a', { href: '/verify/', download: 'rootline-verify.html' }, say('save')), make('a', { href: '/verify/sha256.txt' }, say('sum'))));
}

// A file that misses the area does not leave the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (e) => e.preventDefault());
draw();
