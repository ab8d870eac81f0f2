import type { Words } from './i18n';

export const zh: Words = {
  title: 'Rootline · 公共工程的可信记录',
  skip: '跳到实时记录',
  language: '语言',

  headline: '用了什么，由谁负责。',
  what: '一棵树、一批水泥、一层堤防填土都有自己的编码，每个经手的人在自己的设备上为所做的事签名。各参建单位共同保管这份记录，任何人都可以追溯一件物品的来源，并核对记录未被更改。',

  lookupLabel: '查询物品',
  lookupHint: '二维码下方的字符，空格可有可无。',
  lookupButton: '查看物品',
  lookupEmpty: '请输入二维码下方的编码，或直接扫码。',
  lookupWrong: '这不是有效的编码。编码由 8 至 30 位字母和数字组成，例如 {example}。请再核对标签。',

  ledgerHeading: '账本',
  block: '区块',
  organisations: '参与单位',
  net: '账本编号',
  channel: '通道',
  ledgerLoading: '正在向网关查询账本状态。',
  ledgerLost: '网关没有应答。所显示的内容可能不是最新；页面每 {seconds} 秒重新查询。',
  ledgerRefused: '网关无法回答：{reason}',
  current: '与节点同步',
  lagging: '已更新至区块 {block}，落后 {lag} 个。较新的内容正在读取，会自动出现。',
  notReady: '网关尚未就绪。已读取的内容仍可查看；新事件会排队等候，不会丢失。',

  feedHeading: '实时记录',
  feedConnecting: '正在连接实时记录。',
  feedLive: '实时',
  feedEmpty: '区块 {block} 之后暂无事件。下一个事件写入区块后会自动出现在这里。',
  feedEmptyYet: '暂无事件。第一个事件写入区块后会自动出现在这里。',
  feedLost: '与实时记录的连接已断开。不会遗漏：恢复后从断开处继续。',
  feedRetryIn: '{seconds} 秒后重试。',
  feedRetry: '立即重试',
  feedNew: '显示 {count} 条新事件',
  feedAnnounce: '实时记录新增 {count} 条，至区块 {block}。',
  feedTruncated: '最近 {count} 条事件。更早的事件见各物品页面。',

  time: '时间',
  action: '操作',
  kind: '类别',
  code: '编码',
  organisation: '单位',
  registry: '工程登记',

  actInvite: '发出邀请',
  actEnrol: '注册设备',
  actRenew: '延长设备期限',
  actRevoke: '吊销设备',
  actPlace: '设置地点',
  actIssue: '发放空白标签',
  actPropose: '提出规则手册',
  actVote: '表决规则手册',

  foot: '物品页面及其历史对公众开放。此处时间为您所在时区；账本的协调世界时（UTC）见每行的提示。',
  api: '接口说明',
};
