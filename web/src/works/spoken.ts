import type { Language } from '../words/language.svelte';
import { showAmount, writeAmount, type Entry } from './units';

// An amount in words, as on a cheque: a point that was meant for thousands is heard at once.

const ones = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const large = ['', ' thousand', ' million', ' billion', ' trillion', ' quadrillion'];
const figures = [...'零一二三四五六七八九'];

/** What a unit is called when it is spoken: one of it, and more. */
const units: Readonly<Record<string, { readonly en: readonly [string, string]; readonly zh: string }>> = {
  cm: { en: ['centimetre', 'centimetres'], zh: '厘米' },
  m: { en: ['metre', 'metres'], zh: '米' },
  kg: { en: ['kilogram', 'kilograms'], zh: '千克' },
  'm²': { en: ['square metre', 'square metres'], zh: '平方米' },
  'm³': { en: ['cubic metre', 'cubic metres'], zh: '立方米' },
  L: { en: ['litre', 'litres'], zh: '升' },
  MPa: { en: ['megapascal', 'megapascals'], zh: '兆帕' },
  'g/cm³': { en: ['gram per cubic centimetre', 'grams per cubic centimetre'], zh: '克每立方厘米' },
  yuan: { en: ['yuan', 'yuan'], zh: '元' },
  s: { en: ['second', 'seconds'], zh: '秒' },
  h: { en: ['hour', 'hours'], zh: '小时' },
  days: { en: ['day', 'days'], zh: '天' },
  '%': { en: ['percent', 'percent'], zh: '' },
};

/** The amount that is recorded, in words with its unit: "forty thousand kilograms", "四万千克". */
export function inWords(value: number, entry: Entry, language: Language): string {
  if (entry.plain) return '';
  const [whole = '0', fraction] = writeAmount(Math.abs(value), entry, '.').split('.');
  const said = units[entry.label.en];
  if (language === 'zh') {
    const number = chinese(whole) + (fraction === undefined ? '' : `点${[...fraction].map((d) => figures[Number(d)]).join('')}`);
    return `${value < 0 ? '负' : ''}${entry.label.en === '%' ? '百分之' : ''}${number}${said?.zh ?? entry.label.zh}`;
  }
  const number = english(whole) + (fraction === undefined ? '' : ` point ${[...fraction].map((d) => ones[Number(d)]).join(' ')}`);
  const name = said === undefined ? entry.label.en : said.en[whole === '1' && fraction === undefined ? 0 : 1];
  return `${value < 0 ? 'minus ' : ''}${number}${name && ` ${name}`}`;
}

function english(digits: string): string {
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const said = groups.flatMap((g, i) => (g === '000' ? [] : [hundreds(Number(g)) + large[groups.length - 1 - i]]));
  return said.join(' ') || ones[0]!;
}

function hundreds(n: number): string {
  const rest = n % 100;
  const below = rest < 20 ? ones[rest]! : `${tens[Math.floor(rest / 10)]}${rest % 10 > 0 ? `-${ones[rest % 10]}` : ''}`;
  return n < 100 ? below : `${ones[Math.floor(n / 100)]} hundred${rest > 0 ? ` and ${below}` : ''}`;
}

/** By ten thousands, with one 零 for what is skipped. */
function chinese(digits: string): string {
  const groups = digits.padStart(Math.ceil(digits.length / 4) * 4, '0').match(/\d{4}/g) ?? [];
  let said = '';
  let skipped = false;
  groups.forEach((g, i) => {
    if (g === '0000') {
      skipped = said !== '';
      return;
    }
    const zero = said !== '' && (skipped || g.startsWith('0')) ? '零' : '';
    said += zero + thousands(g) + (['', '万', '亿', '万亿'][groups.length - 1 - i] ?? '');
    skipped = false;
  });
  return said.replace(/^一十/, '十') || '零';
}

function thousands(group: string): string {
  let said = '';
  let skipped = false;
  [...group].forEach((d, i) => {
    if (d === '0') skipped = said !== '';
    else {
      said += `${skipped ? '零' : ''}${figures[Number(d)]}${['千', '百', '十', ''][i]}`;
      skipped = false;
    }
  });
  return said;
}

/** An amount with its unit, and in words where a person is to hear what was read: 1,200 kg (one thousand two hundred kg). */
export function amountSaid(value: number, entry: Entry, language: Language): string {
  const spoken = inWords(value, entry, language);
  return showAmount(value, entry, language) + (spoken && ` (${spoken})`);
}
