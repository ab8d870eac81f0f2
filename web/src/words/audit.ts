import { area } from './language.svelte';

/** The words of audits and of new inventories. */
export const words = area(
  {
    sessions: 'Audit of a place', place: 'Place', placeHint: 'Its id, as the ledger has it: forest/9/14', begin: 'Begin', noPlace: 'There is no such place.',
    beginSays: 'Walk the place and scan everything. What the ledger has here and what you find are compared as you go; the session is kept in this browser until you record it.',
    resume: 'Go on', kept: 'A session of {place} is open: {n} scanned since {when}.', drop: 'Discard it', dropSure: 'Discard the session and its {n:scan|scans}? They are not on the ledger.',
    against: 'Compared with block {block} of the ledger, {n:item|items}', expected: 'On the ledger here', found: 'Found', missing: 'Missing', elsewhere: 'Belongs elsewhere',
    gone: 'No more, by the ledger', unknown: 'Unknown', duplicate: 'Scanned again', unchecked: 'Not looked up yet', scanned: 'Scanned', code: 'Code', result: 'Result',
    last: '{code}: {result}', again: '{code}: scanned before', settle: 'Look them up now', note: 'Note', record: 'Sign and record',
    recordSays: 'The counts go on the ledger, and with them the hash of the whole list, which is kept as evidence.',
    recorded: 'Saved. It is sent to the ledger as soon as there is a network.', notRegulator: 'Audits are recorded by regulators. This device may walk the place and save the list.',
    noBook: 'No adopted rulebook has audits.', list: 'Save the list (CSV)', nothing: 'Nothing scanned yet', missingList: 'Missing, {n}', more: 'and {n} more, in the saved list',
    tooMany: 'More than {n:item|items}: choose a smaller place.', loading: 'Reading what the ledger has here…',
    inventory: 'Compare an inventory', inventorySays: 'Compare a CSV or XLSX file with what the ledger has at a place. Nothing is recorded. The heading names the columns: code, species, dbh and height in millimetres, lat and lon in degrees.',
    file: 'CSV or XLSX file', compare: 'Compare', noColumns: 'No column of the file is headed “code”.', faulty: '{n:row|rows} cannot be read', row: 'Row', column: 'Column', value: 'Value',
    same: 'The file and the ledger agree.', differences: '{n:difference|differences} in {rows:row|rows}, against {items:item|items} on the ledger', change: 'Change', ledger: 'Ledger', inFile: 'File',
    isGone: 'Gone', isNew: 'New', isElsewhere: 'At another place', isEnded: 'Gone on the ledger', isSpecies: 'Other species', isSize: 'Other size', isMoved: 'Moved', isTwice: 'Twice in the file', save: 'Save the differences (CSV)', saveFaults: 'Save the faulty rows (CSV)',
  },
  {
    sessions: '现场核查', place: '部位', placeHint: '账本中的部位编号，如 forest/9/14', begin: '开始', noPlace: '没有这个部位。',
    beginSays: '走遍该部位并扫描所有标签。系统随时对比账本登记与现场所见；在您记录之前，核查内容保存在本浏览器中。',
    resume: '继续', kept: '{place} 的核查尚未结束：自 {when} 起已扫描 {n} 个。', drop: '放弃', dropSure: '放弃本次核查及其 {n} 次扫描？它们尚未上账。',
    against: '对照账本区块 {block}，共 {n} 件', expected: '账本登记', found: '找到', missing: '缺失', elsewhere: '属于他处',
    gone: '账本中已不存在', unknown: '未登记', duplicate: '重复扫描', unchecked: '尚未查询', scanned: '已扫描', code: '编码', result: '结果',
    last: '刚扫描 {code}：{result}', again: '{code}：已扫描过', settle: '立即查询', note: '备注', record: '签名并记录',
    recordSays: '统计数上账，完整清单作为证据保存，其哈希一并上账。',
    recorded: '已保存，联网后即发送到账本。', notRegulator: '核查结果由监管人员记录。本设备可以核查并保存清单。',
    noBook: '已通过的规则手册中没有核查。', list: '保存清单 (CSV)', nothing: '尚未扫描', missingList: '缺失 {n} 件', more: '另有 {n} 件，见保存的清单',
    tooMany: '超过 {n} 件：请选择较小的部位。', loading: '正在读取账本登记…',
    inventory: '清单比对', inventorySays: '将 CSV 或 XLSX 文件与账本中某部位的登记比对，不作任何记录。表头为列名：编码、树种、胸径和树高（毫米）、纬度和经度（度）。',
    file: 'CSV 或 XLSX 文件', compare: '比对', noColumns: '文件中没有“编码”列。', faulty: '{n} 行无法读取', row: '行', column: '列', value: '值',
    same: '文件与账本一致。', differences: '文件 {rows} 行，账本 {items} 件，差异 {n} 处', change: '差异', ledger: '账本', inFile: '文件',
    isGone: '已消失', isNew: '新增', isElsewhere: '登记于他处', isEnded: '账本中已不存在', isSpecies: '树种不同', isSize: '尺寸不同', isMoved: '位置移动', isTwice: '文件中重复', save: '保存差异 (CSV)', saveFaults: '保存错误行 (CSV)',
  },
);
