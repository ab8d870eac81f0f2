import { area } from './language.svelte';

/** The words of lists: their filters, columns and exports. */
export const words = area(
  {
    any: 'Any', several: '{n} chosen', located: 'Position', locatedYes: 'With a position', locatedNo: 'Without a position',
    changedFrom: 'Changed from', changedTo: 'Changed to', pending: 'Waiting for signatures: {action}', fromDay: 'from {day}', toDay: 'to {day}', text: 'Text', textHint: 'Species, crew…',
    moreFilters: 'More filters', columns: 'Columns', standard: 'Standard columns', order: 'Order', newest: 'Last changed first', oldest: 'First changed first', ascending: '{column}, ascending', descending: '{column}, descending', sortBy: 'Sort by {column}',
    excel: 'Export XLSX', csv: 'Export CSV', exportSays: 'Everything that matches, not just what is shown', position: 'Position', tags: 'Tags',
    counted: '{n} match', countedMore: 'More than {n} match', counting: 'Counting…', searching: 'Searching the records…', labels: 'Print labels',
    within: 'Within', searchPlaces: 'Title or kind', searchPeople: 'Name', allPlaces: 'All',
    events: 'Events', eventsNone: 'No events match', eventsNext: 'Remove a filter, or choose more days.', eventsNote: 'Everything that was recorded.',
    action: 'Action', item: 'Item', day: 'Day', signer: 'Signed by', fromDate: 'From', toDate: 'To', agrees: 'Judged by this gateway', disputedOnly: 'Disputed only',
    leftOf: '{n} of {total}', balance: 'Mass balance', balanceSays: 'Left: what came in. Right: what it went into. Widths show amounts.', balanceTotal: 'Amount of the lot', balanceLeft: 'Left',
    balanceOthers: '{n} more', balanceNothing: 'Nothing has been taken from it yet.', balanceSum: '{used} used and {left} left make {total}.',
    balanceOff: '{n} not accounted for by what is shown.', balanceWoken: 'With a record of their own', balanceAsleep: 'Recorded only with the lot', balanceCodes: '{n:code|codes} on its list',
    share: 'Share', amount: 'Amount', into: 'Into', fromWhere: 'From', divided: 'Split off', madeFrom: 'Made from',
    voidIt: 'Void this record…', voidTitle: 'Recorded by mistake?', voidSays: 'Nothing is deleted. Voiding is recorded with its reason, the history stays, and the code is not used again.', voidNot: 'It cannot be voided now: {why}',
    voided: 'This record was voided.',
  },
  {
    any: '不限', several: '已选 {n} 项', located: '位置', locatedYes: '有位置', locatedNo: '无位置',
    changedFrom: '变更起', changedTo: '变更止', pending: '待签：{action}', fromDay: '{day} 起', toDay: '{day} 止', text: '文字', textHint: '树种、班组……',
    moreFilters: '更多筛选', columns: '列', standard: '恢复默认列', order: '排序', newest: '最近变更在前', oldest: '最早变更在前', ascending: '{column}，升序', descending: '{column}，降序', sortBy: '按{column}排序',
    excel: '导出 XLSX', csv: '导出 CSV', exportSays: '导出全部符合条件的记录，不限于当前所见', position: '位置', tags: '标签',
    counted: '共 {n} 件符合', countedMore: '超过 {n} 件符合', counting: '正在计数……', searching: '正在逐条查找……', labels: '打印标签',
    within: '位于', searchPlaces: '名称或类别', searchPeople: '名称', allPlaces: '全部',
    events: '事件', eventsNone: '没有符合条件的事件', eventsNext: '请去掉一个筛选条件，或放宽日期。', eventsNote: '账本上的全部事件。',
    action: '操作', item: '物品', day: '日期', signer: '签名者', fromDate: '起', toDate: '止', agrees: '本网关复核', disputedOnly: '仅有异议的',
    leftOf: '{n}（共 {total}）', balance: '物料平衡', balanceSays: '左为来料，右为去向；宽度表示数量。', balanceTotal: '批次数量', balanceLeft: '剩余',
    balanceOthers: '另有 {n} 项', balanceNothing: '尚未领用。', balanceSum: '已用 {used} 与剩余 {left} 合计 {total}。',
    balanceOff: '有 {n} 未在图中体现。', balanceWoken: '已有单独记录', balanceAsleep: '随批次登记', balanceCodes: '清单共 {n} 个编码',
    share: '占比', amount: '数量', into: '去向', fromWhere: '来源', divided: '分出', madeFrom: '来料',
    voidIt: '作废此记录……', voidTitle: '登记有误？', voidSays: '不会删除任何内容。作废及其原因将登记上账，全过程记录保留，编码不再使用。', voidNot: '目前不能作废：{why}',
    voided: '此记录已作废。',
  },
);
