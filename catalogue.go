package rootline

// catalogue holds the words of each code, with its way out. A %v is filled by Refuse, in the same order in both
// languages.
var catalogue = map[Code]Text{
	CodeMalformedJWS:   {"This is not a signed event of Rootline: %v. Sign it again with an up-to-date app.", "这不是根迹的签名事件：%v。请用最新版应用重新签名。"},
	CodeMalformedEvent: {"The event does not have the right form: %v. Mend it and sign it again.", "事件格式不正确：%v。请修正后重新签名。"},
	CodeTooLarge:       {"This has %v bytes; at most %v are allowed.", "此内容有 %v 字节，最多允许 %v 字节。"},
	CodeTooMany:        {"This holds %v events; at most %v go together. Send them in parts.", "此处有 %v 个事件，一次最多 %v 个。请分批发送。"},
	CodeWrongType:      {"This message is a %q, not a %q. Each kind of message is signed for its own purpose.", "此消息是 %q，而不是 %q。每种消息只能用于其自身用途。"},
	CodeWrongNet:       {"This was signed for another ledger (%v). Enrol on this one.", "此签名属于另一账本（%v）。请在本账本登记。"},

	CodeUnknownDevice: {"The ledger does not know this device. Enrol it with an invitation.", "账本不认识此设备。请凭邀请登记。"},
	CodeDeviceRevoked: {"This device was revoked at %v. Ask your organisation's admin for a new invitation.", "此设备已于 %v 被撤销。请向本单位管理员索取新的邀请。"},
	CodeDeviceExpired: {"This device's time ended at %v. Ask your organisation's admin to renew it.", "此设备已于 %v 到期。请联系本单位管理员续期。"},
	CodeBadSignature:  {"The signature was not made by the device's key. Sign the event again on the device that it names.", "签名并非由该设备的密钥生成。请在对应设备上重新签名。"},
	CodeWrongRole:     {"A device with the role %v may not %v. It takes one of: %v.", "角色为 %v 的设备不得执行“%v”。需要以下角色之一：%v。"},
	CodeWrongOrg:      {"This is for %v to do, not for %v.", "此事应由 %v 办理，而不是 %v。"},

	CodeNotFounded:       {"This ledger is not founded yet. Run the founding first.", "此账本尚未建立。请先完成建立。"},
	CodeAlreadyFounded:   {"This ledger was founded before. It is founded once.", "此账本已经建立，只能建立一次。"},
	CodeBadFounding:      {"The founding cannot stand: %v.", "建立内容不成立：%v。"},
	CodeNotConfirmed:     {"The organisation %v has not confirmed the founding. Its Fabric admin does that.", "单位 %v 尚未确认建立。请由其 Fabric 管理员确认。"},
	CodeAlreadyConfirmed: {"The organisation %v has confirmed the founding already.", "单位 %v 已经确认建立。"},
	CodeNotAdmin:         {"Only the Fabric admin of a founding organisation does this; the caller is %v.", "只有创始单位的 Fabric 管理员可以执行；调用者是 %v。"},
	CodeBadKey:           {"The key is not a public key on P-256 in JWK form.", "该密钥不是 JWK 格式的 P-256 公钥。"},
	CodeKeyNotHeld:       {"The key that is to be registered did not make the signature.", "待登记的密钥并未生成该签名。"},
	CodeKeyKnown:         {"This key is registered already. Make a new key for each enrolment.", "此密钥已登记。每次登记请生成新密钥。"},
	CodeUnknownInvite:    {"There is no such invitation. Ask the admin who sent it.", "没有这个邀请。请询问发出邀请的管理员。"},
	CodeInviteUsed:       {"This invitation has been used. Ask for a new one.", "此邀请已被使用。请索取新的邀请。"},
	CodeInviteExpired:    {"This invitation ended at %v. Ask for a new one.", "此邀请已于 %v 失效。请索取新的邀请。"},
	CodeRoleNotInvited:   {"The invitation is for the role %v, not %v.", "该邀请的角色是 %v，而不是 %v。"},
	CodeRoleNotAllowed:   {"%v may not give the role %v. It may give: %v.", "%v 不得授予角色 %v。可授予：%v。"},
	CodeBadPlace:         {"The place cannot stand: %v.", "该地点不成立：%v。"},
	CodeUnknownPlace:     {"The ledger does not know the place %v.", "账本中没有地点 %v。"},
	CodeBadRulebook:      {"The rulebook cannot stand: %v.", "该规则手册不成立：%v。"},
	CodeUnknownRulebook:  {"The rulebook %v was not adopted here.", "规则手册 %v 未在此采用。"},
	CodeRulebookAdopted:  {"The rulebook %v was adopted before. Propose the next version.", "规则手册 %v 已被采用。请提出下一版本。"},
	CodeNotNextVersion:   {"The next version of %v is %v.", "%v 的下一版本是 %v。"},
	CodeAlreadyVoted:     {"%v has voted for %v already.", "%v 已为 %v 投票。"},
	CodeOtherText:        {"Another text of %v is being voted on. Read that one, or propose the next version once it is settled.", "正在对 %v 的另一文本投票。请阅读该文本，或待其结束后提出下一版本。"},

	CodeEventReused:     {"An event with this id and other content was recorded before. Make a new event.", "已有同一编号而内容不同的事件。请新建事件。"},
	CodeUnknownAsset:    {"The ledger does not know %v. Check the code, or bind it first.", "账本中没有 %v。请核对编码，或先绑定。"},
	CodeAssetExists:     {"%v exists already.", "%v 已经存在。"},
	CodeForeignPrefix:   {"The code %v does not begin with your organisation's prefix %v. Use a code of your own.", "编码 %v 不以本单位前缀 %v 开头。请使用本单位的编码。"},
	CodeUnknownKind:     {"The rulebook %v has no kind %q.", "规则手册 %v 中没有类别 %q。"},
	CodeUnknownAction:   {"A %v has no action %q under %v.", "%v 没有动作 %q（依据 %v）。"},
	CodeWrongRulebook:   {"The asset lives under %v; the event names %v.", "该资产适用 %v，事件写的是 %v。"},
	CodeWrongState:      {"To %v, it must be %v; it is %v.", "要执行“%v”，状态须为 %v；现为 %v。"},
	CodeStalePrev:       {"Somebody else recorded an event on %v after the one that you saw. Look at it, then decide again.", "在您看到的记录之后，已有他人对 %v 记录了事件。请查看后再决定。"},
	CodeNotAsked:        {"The action %v does not ask for %v. Leave it out.", "动作“%v”不要求 %v。请去掉。"},
	CodeMissing:         {"The action %v asks for %v.", "动作“%v”要求 %v。"},
	CodeBadData:         {"%v", "%v"},
	CodeNotOnList:       {"The code %v is not on the list of %v.", "编码 %v 不在 %v 的清单上。"},
	CodeUnknownInput:    {"The ledger does not know the input %v.", "账本中没有投入物 %v。"},
	CodeWrongInput:      {"%v cannot go in here: %v.", "%v 不能用于此处：%v。"},
	CodeNotEnough:       {"%v has %v left; %v were asked for.", "%v 剩余 %v，需要 %v。"},
	CodeUsedUp:          {"%v was used up for %v.", "%v 已用于 %v。"},
	CodeTooManyParents:  {"%v would have more than %v inputs in all. Make it in stages.", "%v 的投入物将超过 %v 个。请分阶段制作。"},
	CodeBadDivision:     {"The lot cannot be divided so: %v.", "该批次不能这样拆分：%v。"},
	CodeTagBound:        {"The code %v is in use for %v.", "编码 %v 已用于 %v。"},
	CodeUnknownTag:      {"The code %v is not a tag of %v.", "编码 %v 不是 %v 的标签。"},
	CodeUnknownEvent:    {"%v has no recorded event %v to correct.", "%v 没有可更正的事件 %v。"},
	CodeRuleUndecided:   {"The rule %v could not be decided: %v.", "规则 %v 无法判定：%v。"},
	CodeTransactionTime: {"The transaction's time %v is more than %v from this peer's clock. Check the clock of the gateway.", "交易时间 %v 与本节点时钟相差超过 %v。请检查网关时钟。"},
	CodeBadCall:         {"The chaincode is not called so: %v. Call it through a gateway.", "不能这样调用链码：%v。请通过网关调用。"},

	CodeEvidenceMissing: {"Evidence %v is not stored yet. Upload it first.", "证据 %v 尚未存储。请先上传。"},
	CodeBusy:            {"The ledger is slow and the queue is full. Nothing was taken; send it again in %v s.", "账本繁忙，队列已满。未接收任何内容；请在 %v 秒后重试。"},
	CodeSignInRefused:   {"Signing in was refused: %v.", "登录被拒绝：%v。"},
	CodeSignInNeeded:    {"Sign in with an enrolled device to see this.", "请用已登记的设备登录后查看。"},
	CodeForbidden:       {"Your role does not allow this.", "您的角色无权执行此操作。"},
	CodeNotFound:        {"There is no %v here.", "这里没有 %v。"},
	CodeBadRequest:      {"%v", "%v"},
	CodeNotReady:        {"The gateway is not ready: %v.", "网关尚未就绪：%v。"},
	CodeInternal:        {"Something broke on our side. It was logged; try again, and tell the operator if it stays so.", "我们这边出了问题，已记录。请重试；若仍出现，请告知运维人员。"},
}

// Known reports whether c is one of Rootline's own codes. A rulebook's rules take other ones.
func (c Code) Known() bool {
	_, ok := catalogue[c]
	return ok
}
