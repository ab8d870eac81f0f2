import type { Instant } from '../core/types';
import type { Language } from './i18n';

const locale = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

/** The moment in the reader's own zone: the time alone on the reader's today, else with the date; of another year with it. */
export function localTime(at: Instant, language: Language, now = new Date(), timeZone?: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return at;
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone });
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const date = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const [then, today] = [day.format(moment), day.format(now)];
  const parts = then === today ? clock : then.slice(0, 4) === today.slice(0, 4) ? date : { year: 'numeric' as const, ...date };
  return new Intl.DateTimeFormat(locale(language), { ...parts, ...zone }).format(moment);
}

/** The same moment as the ledger has it: "2026-03-12 08:15:00 UTC". */
export function ledgerTime(at: Instant): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return at;
  return moment.toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** 1842 as "1 842", with the narrow space that neither language reads as a point or a comma. */
export const number = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
