import { Refusal } from '../../core/refusal';
import type { Text } from '../../core/types';

/** Why a file cannot be read as a table. */
const catalogue = {
  'table-no-heading': { en: 'The file has no heading. Its first row names the columns.', zh: '文件没有表头。第一行应为列名。' },
  'table-row-too-long': { en: 'A row is longer than 1 MiB, at line {line}. Is there a quote that is never closed?', zh: '第 {line} 行起的一行超过 1 MiB。是否有未闭合的引号？' },
  'table-broken': { en: 'The file cannot be read to its end: {reason}. Save it again.', zh: '文件无法读到末尾：{reason}。请重新保存。' },
  'table-old-excel': { en: 'This is a workbook of the old form (.xls). Save it as .xlsx or as CSV.', zh: '这是旧版工作簿（.xls）。请另存为 .xlsx 或 CSV。' },
  'table-not-workbook': { en: 'The file is an archive, and no workbook (.xlsx) that can be read. Save it as .xlsx or as CSV.', zh: '该文件是压缩包，但不是可读取的工作簿（.xlsx）。请另存为 .xlsx 或 CSV。' },
  'table-no-sheet': { en: 'The workbook has no sheet called “{name}”. It has: {names}.', zh: '工作簿中没有名为“{name}”的工作表。现有：{names}。' },
  'table-too-large': { en: 'The workbook is too large to be read here. Save it as CSV, which is read row by row.', zh: '工作簿过大，无法在此读取。请另存为 CSV，将逐行读取。' },
} as const satisfies Readonly<Record<string, Text>>;

export function tableError(code: keyof typeof catalogue, values: Readonly<Record<string, string>> = {}, cause?: unknown): Refusal {
  const fill = (s: string): string => s.replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole);
  return new Refusal(code, { en: fill(catalogue[code].en), zh: fill(catalogue[code].zh) }, { cause });
}
