import { area } from './language.svelte';

/** The words of the page that prints labels. */
export const words = area(
  {
    nowhere: 'The QR codes would lead to {origin}, which only this computer can open. Set the gateway’s public address (origin) first.', nowhereAnyway: 'Print them anyway, to try the paper',
    title: 'Print labels', what: 'What to print', ofFilter: 'Items that match', ofList: 'Codes on the list of a lot or roll', ofCodes: 'Codes I enter', ofBlank: 'Blank labels, to be bound later',
    ofCalibration: 'A page to measure the printer', filterNone: 'All items', change: 'Change the filter', match: '{n:item|items}', matchMore: 'More than {n:item|items}',
    lot: 'Lot or roll', lotHint: 'Its code; its list may hold items that are recorded only with it', codes: 'Codes', codesHint: 'One a line; after the code, separated by tabs, lines of text for that label',
    count: 'How many', countHint: 'New codes of your organisation. Their list is saved first: keep it, the roll is issued with it.', sheet: 'Sheet or roll', start: 'Start at cell', startHint: 'Press the first free cell of a partly used sheet.',
    cell: 'Cell {n}', preview: 'The first sheet: {columns} across, {rows} down', text: 'Text on every label', textHint: 'One line each', own: 'Text on each label', ownNone: 'None', ownKind: 'Kind', ownPlace: 'Place',
    symbol: 'Side of the QR code', symbolHint: 'Leave empty for what suits the sheet: {mm} mm', exact: 'Calibrate', exactHint: 'Kept in this browser for this sheet. Print the page to measure, at 100 %, and enter what it says.',
    offsetX: 'Move right', offsetY: 'Move down', scaleX: 'Stretch across', scaleY: 'Stretch down', make: 'Make the PDF', again: 'Make another', stop: 'Stop',
    reading: '{n:code|codes} read', drawing: 'Drawing {n:label|labels}…', took: '{kb} kB received', done: 'Labels: {labels}. Pages: {pages}.', doneOne: '1 page to measure', leftOut: '{n:label is|labels are} left out: no font has all characters of their text, or it does not fit.', module: 'A module of the QR code measures {mm} mm.',
    save: 'Save the PDF', open: 'Open it', saveCodes: 'Save the list of codes', none: 'There is nothing to print: no code was found.', tooMany: 'More than {n:code|codes}: narrow the filter.', notNumber: 'This is not a number.', noList: 'There is no list of codes under this code.',
    issue: 'Issue this roll', issueSays: 'Tags of no issued roll are refused in the field: issue the roll once its labels are printed.', issueOther: 'Give the list to an administrator or manager: tags of no issued roll are refused in the field.', issued: 'The roll {roll} is on the ledger. Your organisation may bind its tags.',
    hundred: 'Print at 100 %, not fitted to the page.', forbidden: 'Your role does not print labels. Managers, administrators, importers and those who make or tag items do.',
  },
  {
    nowhere: '二维码将指向 {origin}，只有本机能打开。请先为网关设置对外地址（origin）。', nowhereAnyway: '仍要打印，仅供试纸',
    title: '打印标签', what: '打印内容', ofFilter: '符合条件的物品', ofList: '批次或卷的清单编码', ofCodes: '自行输入编码', ofBlank: '空白标签，日后绑定',
    ofCalibration: '打印机校准页', filterNone: '全部物品', change: '更改筛选条件', match: '{n} 件', matchMore: '超过 {n} 件',
    lot: '批次或卷', lotHint: '输入其编码；清单中可含随批次登记的物品', codes: '编码', codesHint: '每行一个；编码后可用制表符分隔，附上该标签的文字',
    count: '数量', countHint: '以本单位前缀生成新编码。会先保存编码清单，请妥善保管，发放整卷时需用。', sheet: '标签纸', start: '起始格', startHint: '点选已用过的标签纸上第一个空格。',
    cell: '第 {n} 格', preview: '第一张：横 {columns} 格，竖 {rows} 格', text: '每张标签上的文字', textHint: '每行一条', own: '各标签单独的文字', ownNone: '无', ownKind: '类别', ownPlace: '部位',
    symbol: '二维码边长', symbolHint: '留空则采用适合此标签纸的 {mm} 毫米', exact: '精确校准', exactHint: '按标签纸保存在此浏览器中。请按 100% 打印校准页，测量后填入其提示的数值。',
    offsetX: '右移', offsetY: '下移', scaleX: '横向比例', scaleY: '纵向比例', make: '生成 PDF', again: '再生成一份', stop: '停止',
    reading: '已读取 {n} 个编码', drawing: '正在绘制 {n} 张标签……', took: '已接收 {kb} kB', done: '标签 {labels} 张，共 {pages} 页。', doneOne: '1 页校准页', leftOut: '{n} 张标签未打印：字体缺少其文字中的字符，或文字放不下。', module: '二维码模块边长 {mm} 毫米。',
    save: '保存 PDF', open: '打开', saveCodes: '保存编码清单', none: '没有可打印的内容：未找到编码。', tooMany: '超过 {n} 个编码，请缩小筛选范围。', notNumber: '这不是数字。', noList: '此编码下没有编码清单。',
    issue: '发放此卷', issueSays: '未发放的标签在现场不能绑定：打印完成后请发放此卷。', issueOther: '请将清单交给管理员或项目管理人员发放：未发放的标签在现场不能绑定。', issued: '卷 {roll} 已上账，本单位可以绑定其中的标签。',
    hundred: '请按 100% 打印，不要缩放适应页面。', forbidden: '您的角色不打印标签。项目管理人员、管理员、导入员以及制码或绑定标签的角色可以打印。',
  },
);
