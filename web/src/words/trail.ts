import { area } from './language.svelte';

/** The words of looking things up: the search, signatures, provenance, versions of rulebooks, the ends of devices. */
export const words = area(
  {
    whatTitle: 'What can be searched for',
    what: 'A code or the address in a QR code, a tag, a lot, a species, a waybill, the number of a report, a pit, a chainage such as K65+000, an organisation, a device or its pseudonym, a place, a block’s number or hash, a transaction, an event, the SHA-256 of a file.',
    guest: 'People, titles and files are searched for those who are signed in.',
    dropTitle: 'A file', drop: 'Drop a photo, a report or a list here, or choose it, to find the events that name it. It is hashed in this browser and sent nowhere.',
    choose: 'Choose a file', hashing: 'Hashing {name}…', tooBig: 'The file is larger than {n} MB; evidence never is.', hashed: '{name}, SHA-256 {hash}',
    found: '{n} found for “{q}”', foundMore: 'More than {n} found for “{q}”', stored: 'This gateway keeps the file.', notStored: 'No event names this file: it was never put on record.',
    item: 'Items', lot: 'Lots', roll: 'Rolls of tags', place: 'Places', event: 'Events', organisation: 'Organisations', device: 'Devices', block: 'Blocks', transaction: 'Transactions', rulebook: 'Rulebooks',
    noSuchCode: 'Nothing has the code {code}', meant: 'With the digits 0 and 1 instead of the letters that look like them:',
    viaTag: 'by a tag bound to it', viaBlank: 'a blank tag of this roll', viaPart: 'by part of its code', viaChainage: 'at this chainage', viaHash: 'by its hash', viaFile: 'names the file',

    openTitle: 'Still open', openNone: 'Nothing, as far as this gateway knows.', openWaiting: 'Received here and not yet on the ledger: {n}, since {at}.',
    openRefused: 'Refused here and not recorded since: {n}', openRefusedMore: 'Refused here and not recorded since: {n}, and perhaps older ones',
    openPhone: 'What was signed but not sent, or begun but not signed, is only on the device. Before it ends, have it sent, or exported under Queue and taken over by another device.',
    openWarns: 'Still open: {waiting} waiting, {refused} refused', openWarnsSays: 'What waits may be refused once the device has ended, and its phone may hold more that was not sent. Let it be sent or handed over first, if there is time.',

    signatures: 'Signatures', signaturesSays: 'Read again from this organisation’s peer, and each checked against its certificate now.',
    orderers: 'Orderers who signed the block', endorsements: 'Who endorsed it', submitter: 'Who submitted it', mspOf: 'Organisation', subject: 'Certificate', issuer: 'Issued by',
    signature: 'Signature', holds: 'Holds', fails: 'Does not hold', differs: 'The peer now holds another block under this number than the one that was applied here.', sameBlock: 'The peer holds the block that was applied here.',
    signToSee: 'Sign in to see signatures.', certUntil: 'until {at}', serial: 'No. {n}', noSigners: 'Nobody endorsed it: it is a configuration of the channel.',

    recorded: 'What was recorded', where: 'Where', accuracy: '±{n} m', noWhere: 'No position', uses: 'Used', looksAt: 'Looked at', tagBound: 'Tag bound', tagFor: 'in place of', rulesOf: 'Rules it passed', clause: 'Clause',
    correctsIt: 'Corrects: {title}, {when}', correctedIt: 'Corrected by: {title}, {when}', correctsOther: 'Corrects an event that is not shown here', attested: 'Vouched for after its device’s end', signedBytes: 'Signed bytes', eventId: 'Event', thisOne: 'This is the event that you opened.',

    nodes: '{n:item|items}, {m} links', showPicture: 'Show as a picture', showList: 'Show as a list', pictureSays: 'Drag to move, scroll or pinch to zoom, press a dot for its record. The item is in the middle, what it came from at the left, what it went into at the right.',
    fit: 'Whole picture', chosen: 'Chosen', exportCsv: 'Export CSV', exportLinks: 'Export links (CSV)', exportJson: 'Export JSON', allKinds: 'All kinds', filterList: 'Kind', shownOf: '{n} of {total} shown', more: 'Show more', links: 'Links', allOf: 'Read up to {n}',

    compareTitle: '{from} compared with {to}', compareWith: 'Compare with', compare: 'Compare', changes: '{n} changes', noChanges: 'Both say the same.', proposed: 'Proposed, not adopted', added: 'Added', removed: 'Removed', changed: 'Changed', change: 'Change',
    part: 'Where', before: 'Before', after: 'After', top: 'The rulebook itself', votesOf: 'Votes', votesSays: '{n} of {total:organisation has|organisations have} voted for it: {names}', votesNone: 'Nobody has voted for it yet.',
    vote: 'Vote for it', voteTitle: 'Vote for {name}?', voteSays: 'Your organisation’s vote is signed on this device and recorded. It can be withdrawn until the rulebook is in force. When enough organisations have voted, the rulebook is in force for new items at once.',
    voted: 'Your organisation has voted for it.', voteDone: 'The vote is on the ledger.', withdraw: 'Withdraw the vote', withdrawn: 'The vote is withdrawn.', onlyAdmins: 'An administrator of each organisation votes.', propose: 'Propose a rulebook', proposeSays: 'A YAML file that rootline rulebook check accepts. Proposing it counts as your organisation’s vote for it.',
    proposeDone: '{name} is proposed.', readIt: 'Read what changes', ballots: 'Proposed, not yet adopted', ballotsNone: 'Nothing is proposed.', firstVersion: 'A new rulebook; there is no version to compare with.', rulebookFile: 'YAML file',

    devices: 'Devices', invitations: 'Invitations', invite: 'Invite somebody', lastSeen: 'Last seen', never: 'Never', reason: 'Reason', revokedBy: 'Revoked by', renew: 'Renew', revoke: 'Revoke', ownDevice: 'This browser’s device',
    allEvents: 'All its events', anyRole: 'All roles', done: 'Recorded.',

    pastAudits: 'Recorded audits', auditsNone: 'No audit is on record yet.', openAudit: 'Begin an audit', foundShort: 'Found', missingShort: 'Missing', when: 'When', byWhom: 'By', at: 'Place',
    saveJson: 'Save the differences (JSON)',
  },
  {
    whatTitle: '可以查找什么',
    what: '编码或二维码中的网址、标签、批次、树种、运单号、报告编号、树穴、桩号（如 K65+000）、单位、设备或其代号、部位、区块号或区块哈希、交易、事件、文件的 SHA-256。',
    guest: '登录后才能查找人员、名称和文件。',
    dropTitle: '文件', drop: '把照片、报告或清单拖到这里，即可找到引用它的事件；也可以选择文件。文件只在本浏览器中计算哈希，不会发送到任何地方。',
    choose: '选择文件', hashing: '正在计算 {name} 的哈希……', tooBig: '文件超过 {n} MB；证据文件没有这么大的。', hashed: '{name}，其 SHA-256 为 {hash}',
    found: '“{q}”共找到 {n} 项', foundMore: '“{q}”找到 {n} 项以上', stored: '本网关存有该文件。', notStored: '没有事件引用此文件，即该文件从未登记。',
    item: '物品', lot: '批次', roll: '标签卷', place: '部位', event: '事件', organisation: '单位', device: '设备', block: '区块', transaction: '交易', rulebook: '规则手册',
    noSuchCode: '没有编码为 {code} 的记录', meant: '将形似的字母改为数字 0 和 1 后：',
    viaTag: '通过绑定的标签', viaBlank: '此卷中的空白标签', viaPart: '编码部分相符', viaChainage: '位于该桩号', viaHash: '通过哈希', viaFile: '引用了该文件',

    openTitle: '未结事项', openNone: '据本网关所知，没有未结事项。', openWaiting: '已收到、尚未上账：{n} 条，自 {at} 起。',
    openRefused: '在此被拒、之后未登记：{n} 条', openRefusedMore: '在此被拒、之后未登记：{n} 条，可能还有更早的',
    openPhone: '已签名未发送、已填写未签名的内容只在该设备上。停用之前，请先发送，或在该设备“待传”中导出，由另一台设备接手。',
    openWarns: '尚有未结事项：待上账 {waiting} 条，被拒 {refused} 条', openWarnsSays: '设备停用后，待上账的内容可能被拒；手机上还可能有未发送的内容。时间允许的话，请先发送或移交。',

    signatures: '签名', signaturesSays: '刚从本单位的节点重新读取，并逐一用证书核对。',
    orderers: '为区块签名的排序节点', endorsements: '背书方', submitter: '提交方', mspOf: '单位', subject: '证书', issuer: '签发者',
    signature: '签名值', holds: '有效', fails: '无效', differs: '节点现存的同号区块与本网关处理过的不同。', sameBlock: '节点所存即本网关处理过的区块。',
    signToSee: '登录后可查看签名。', certUntil: '有效至 {at}', serial: '编号 {n}', noSigners: '无人背书：这是通道配置。',

    recorded: '记录内容', where: '位置', accuracy: '±{n} 米', noWhere: '无位置', uses: '用料', looksAt: '参照', tagBound: '绑定标签', tagFor: '替换', rulesOf: '已通过的规则', clause: '条款',
    correctsIt: '更正：{title}，{when}', correctedIt: '被更正：{title}，{when}', correctsOther: '更正了此处未显示的事件', attested: '设备停用后由他人作证', signedBytes: '签名原文', eventId: '事件', thisOne: '这就是您打开的事件。',

    nodes: '{n} 项，{m} 条关联', showPicture: '以图显示', showList: '以列表显示', pictureSays: '拖动可平移，滚轮或双指可缩放，点按圆点打开其记录。此物品在中间，来源在左，去向在右。',
    fit: '显示全图', chosen: '已选', exportCsv: '导出 CSV', exportLinks: '导出关联 (CSV)', exportJson: '导出 JSON', allKinds: '全部类别', filterList: '类别', shownOf: '显示 {n} / {total}', more: '显示更多', links: '关联', allOf: '最多读取 {n} 项',

    compareTitle: '{from} 与 {to} 对比', compareWith: '对比版本', compare: '对比', changes: '{n} 处变更', noChanges: '两者内容相同。', proposed: '已提出，未采纳', added: '新增', removed: '删除', changed: '变更', change: '变更方式',
    part: '位置', before: '原文', after: '改为', top: '规则手册本身', votesOf: '投票', votesSays: '{total} 家单位中已有 {n} 家赞成：{names}', votesNone: '尚无单位投票。',
    vote: '投赞成票', voteTitle: '为 {name} 投赞成票？', voteSays: '将在本设备上签署贵单位的投票并上账，在规则手册生效前可以撤回。赞成单位足够时，该规则手册立即对新登记的物品生效。',
    voted: '贵单位已投赞成票。', voteDone: '投票已上账。', withdraw: '撤回投票', withdrawn: '投票已撤回。', onlyAdmins: '由各单位的管理员投票。', propose: '提出规则手册', proposeSays: 'YAML 文件，须通过 rootline rulebook check 的检查。提出即视为贵单位投赞成票。',
    proposeDone: '已提出 {name}。', readIt: '查看变更内容', ballots: '已提出、尚未采纳', ballotsNone: '目前没有提案。', firstVersion: '这是新的规则手册，没有可对比的版本。', rulebookFile: 'YAML 文件',

    devices: '设备', invitations: '邀请', invite: '邀请人员', lastSeen: '最近活动', never: '从未', reason: '原因', revokedBy: '吊销人', renew: '续期', revoke: '吊销', ownDevice: '本浏览器的设备',
    allEvents: '其全部事件', anyRole: '全部角色', done: '已上账。',

    pastAudits: '已登记的核查', auditsNone: '尚无核查记录。', openAudit: '开始核查', foundShort: '找到', missingShort: '缺失', when: '时间', byWhom: '核查单位', at: '部位',
    saveJson: '保存差异 (JSON)',
  },
);
