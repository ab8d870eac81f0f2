import type { Text } from '../../core/types';

/** What can be wrong with a mapping, or with the table it is for. */
const catalogue = {
  source: { en: 'A name like melbourne-trees is needed: lower-case letters, digits and hyphens.', zh: '需要类似 melbourne-trees 的名称：小写字母、数字和连字符。' },
  rulebook: { en: 'The rulebook with its version is needed, like forestation@1.', zh: '需要带版本的规则手册，如 forestation@1。' },
  kind: { en: 'The kind of the things is needed, like tree.', zh: '需要类别，如 tree。' },
  action: { en: 'The action that creates them is needed, like inventory.', zh: '需要创建它们的操作，如 inventory。' },
  key: { en: 'Name the columns that tell rows apart for good, such as an inventory number.', zh: '请指出能长期区分各行的列，如台账编号。' },
  character: { en: 'One character.', zh: '一个字符。' },
  encoding: { en: 'utf-8, gb18030, windows-1252, utf-16le or utf-16be.', zh: 'utf-8、gb18030、windows-1252、utf-16le 或 utf-16be。' },
  headingRow: { en: 'The row of the heading, from 1 to 100.', zh: '表头所在行，1 至 100。' },
  position: { en: 'Name the columns of latitude and longitude.', zh: '请指出纬度列和经度列。' },
  accuracy: { en: 'Whole metres, from 0 to 10,000.', zh: '0 至 10,000 之间的整数米。' },
  either: { en: 'Give a column or one value for all rows.', zh: '请给出一列，或适用于所有行的值。' },
  instant: { en: 'A moment like 2026-03-12T08:15:00Z is needed.', zh: '需要类似 2026-03-12T08:15:00Z 的时间。' },
  layout: { en: 'The layout names the parts of a date: dd/MM/yyyy, yyyy-MM-dd HH:mm:ss, M/d/yyyy h:mm a. Or it is epoch-s, epoch-ms or serial.', zh: '格式须指明日期各部分：dd/MM/yyyy、yyyy-MM-dd HH:mm:ss、M/d/yyyy h:mm a；或为 epoch-s、epoch-ms、serial。' },
  zone: { en: 'There is no time zone called {name}.', zh: '没有名为 {name} 的时区。' },
  name: { en: 'A name of the data begins with a small letter and has letters and digits.', zh: '数据项名称以小写字母开头，只含字母和数字。' },
  type: { en: 'The type is text, integer, year, date or yes-no.', zh: '类型应为 text、integer、year、date 或 yes-no。' },
  units: { en: '“from” and “to” go together, with the type integer.', zh: 'from 与 to 须同时给出，且类型为 integer。' },
  whichUnit: { en: 'Say the unit that this column is in; the rulebook keeps {to}.', zh: '请指明该列的单位；规则手册以 {to} 为单位。' },
  convert: { en: 'Cannot turn {from} into {to}. The units are {units}.', zh: '无法将 {from} 换算为 {to}。可用单位：{units}。' },
  whichNumber: { en: '“{cell}” can be read in two ways. Say once for the column what it means.', zh: '“{cell}”有两种读法。请为该列指明一次。' },
  decimal: { en: 'A point or a comma, with the type integer.', zh: '点号或逗号，且类型为 integer。' },
  round: { en: '“nearest” or nothing, with the type integer.', zh: 'nearest 或留空，且类型为 integer。' },
  prefix: { en: 'Only texts have a prefix.', zh: '只有文本可以有前缀。' },
  dateLayout: { en: 'A date needs a layout, and nothing else has one.', zh: '日期需要格式，其他类型不需要。' },
  yesNo: { en: 'Say which cells are yes and which are no.', zh: '请指明哪些单元格为“是”，哪些为“否”。' },
  cell: { en: 'The value cannot be read: {reason}', zh: '无法读取该值：{reason}' },
  columns: { en: 'The table has no column {names}.', zh: '表中没有 {names} 列。' },
  columnTwice: { en: 'The heading has “{name}” twice, and the rows may say two things. Rename one of the columns in the file.', zh: '表头中“{name}”出现两次，各行可能有两种说法。请在文件中改名其中一列。' },
  noKind: { en: '{book} has no kind {kind}.', zh: '{book} 中没有类别 {kind}。' },
  noAction: { en: '{action} is no action of {book} that creates a {kind}.', zh: '{action} 不是 {book} 中创建 {kind} 的操作。' },
  notAsked: { en: 'The action does not ask for it.', zh: '该操作不需要此项。' },
  unit: { en: 'The rulebook keeps it in {unit}.', zh: '规则手册以 {unit} 为单位。' },
  needed: { en: 'The action needs it: choose a column, or one value for all rows.', zh: '该操作需要此项：请选择一列，或填写适用于所有行的值。' },
  positionNeeded: { en: 'The action needs a position.', zh: '该操作需要位置。' },
  noPosition: { en: 'The action does not ask for a position.', zh: '该操作不需要位置。' },
  noBook: { en: 'No rulebook {book} is adopted here.', zh: '此处没有已通过的规则手册 {book}。' },
  tooMuch: { en: 'An import cannot give what this action asks: {what}. Record it with a form.', zh: '导入无法提供该操作所需的内容：{what}。请用表单记录。' },
  yaml: { en: 'The file is no mapping: {reason}', zh: '该文件不是映射：{reason}' },
  unknown: { en: 'There is no such setting.', zh: '没有这项设置。' },
  shape: { en: 'This setting has another form: {form}.', zh: '此设置的形式应为：{form}。' },
} as const satisfies Readonly<Record<string, Text>>;

export type MappingCode = keyof typeof catalogue;

/** Says what is wrong with a mapping, and where: "data.dbh.from". */
export class MappingError extends Error {
  readonly says: Text;

  constructor(readonly where: string, readonly code: MappingCode, values: Readonly<Record<string, string | Text>> = {}) {
    super(`${where}: ${code}`);
    const fill = (language: 'en' | 'zh'): string =>
      catalogue[code][language].replace(/\{(\w+)\}/g, (hole, name: string) => {
        const value = values[name];
        return typeof value === 'string' ? value : (value?.[language] ?? hole);
      });
    this.says = { en: fill('en'), zh: fill('zh') };
  }
}
