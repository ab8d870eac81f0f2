package rootline

import "maps"

func init() { maps.Copy(catalogue, catalogueWorks) }

// catalogueWorks are the words of what works need: breakdowns, joint signatures, recalls, attestations. They are part
// of the catalogue.
var catalogueWorks = map[Code]Text{
	CodeNotAttestable:   {"Only an event about an asset can be attested, and this is an act of the registry. Its own signer does it anew.", "只有关于资产的事件可以代为证明，登记事务不可以。请由本人重新办理。"},
	CodeStillActive:     {"The device that signed this may still sign. Send the event itself.", "签名设备仍然有效。请直接发送该事件。"},
	CodeSignedAfterEnd:  {"The event says that it was done at %v; its device ended at %v. Somebody who may sign records it anew.", "事件所述时间为 %v，而其设备已于 %v 失效。请由有权人员重新记录。"},
	CodeOwnAttestation:  {"%v cannot attest for a device of its own. Somebody of another organisation does.", "%v 不得为本单位设备作证明。请由其他单位人员办理。"},
	CodeAlreadyRecorded: {"The event %v is on the ledger already. Nothing is left to do.", "事件 %v 已在账本上，无需再办。"},
	CodeDoesNotMap:      {"%v cannot go over to %v: %v. The new version has to say how.", "%v 无法转入 %v：%v。新版本须说明对应关系。"},

	CodeAlreadySigned:   {"%v has signed this as %v. The others are each of another organisation and role.", "%v 已以角色 %v 签认。其余签认须来自其他单位和角色。"},
	CodeSignersDisagree: {"The others signed something else. Sign the same, or object first.", "其他签认人所签内容不同。请签认相同内容，或先提出异议。"},
	CodeWrongParent:     {"%v cannot lie under %v: %v. Name the right one.", "%v 不能归属于 %v：%v。请填写正确的上级。"},
	CodeParentClosed:    {"%v lies under %v, which is %v and takes nothing new. Reopen that one first.", "%v 归属于 %v，后者状态为 %v，不再接受变更。请先重新打开上级。"},
	CodeNotUnique:       {"%v is this one already. There cannot be two; look at that one.", "%v 已是同一对象，不得重复。请查看该记录。"},

	CodeFrozen:              {"%v is frozen by the recall %v. It can be used again once it is released.", "%v 已被召回 %v 冻结。待解除后方可使用。"},
	CodeTooManyAssets:       {"This names %v assets; one event names at most %v. Send several events.", "此处列出 %v 个资产，一个事件最多 %v 个。请分为多个事件。"},
	CodeUnknownRecall:       {"There is no recall %v.", "没有召回 %v。"},
	CodeRecallClosed:        {"The recall %v is closed. Open a new one.", "召回 %v 已关闭。请发起新的召回。"},
	CodeNotDependant:        {"%v does not depend on what the recall holds through %v. Name the frozen asset that went into it.", "%v 与召回冻结的 %v 之间没有依赖关系。请填写投入其中的被冻结资产。"},
	CodeNotFrozen:           {"%v is not held by the recall %v.", "%v 未被召回 %v 冻结。"},
	CodeOwnRelease:          {"%v made %v or answers for it, and cannot let it go. Somebody of another organisation does.", "%v 制作或保管 %v，不得自行解除。请由其他单位人员办理。"},
	CodeStillFrozen:         {"The recall %v still holds %v assets. Release them first, each with its reason.", "召回 %v 仍冻结 %v 个资产。请先逐一说明原因并解除。"},
	CodeNotHolder:           {"%v holds nothing that the recall %v names.", "%v 不持有召回 %v 所列资产。"},
	CodeAlreadyAcknowledged: {"%v acknowledged the recall %v already.", "%v 已确认召回 %v。"},
	CodeBadDeadline:         {"The deadline lies before now. Choose a later time.", "期限早于当前时间。请选择更晚的时间。"},
}
