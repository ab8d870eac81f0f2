package rulebook

import "github.com/rootline/rootline"

// both is a sentence in the two languages, with verbs of fmt where something is filled in.
func both(en, zh string) rootline.Text { return rootline.Text{En: en, Zh: zh} }

// Mistakes that are found in several places.
var (
	cannotCheck = both("the expressions cannot be checked: %v", "表达式无法检查：%v")
	cannotRead  = both("the text cannot be read: %v", "无法读取文本：%v")
	empty       = both("this is empty", "此处为空")
	minAboveMax = both("\"min\" is above \"max\"", "\"min\" 大于 \"max\"")
	isMissing   = both("%q is missing", "缺少 %q")
	noAction    = both("%s has no action %q", "%s 没有操作 %q")
	noKind      = both("the rulebook has no kind %q", "规则手册没有类别 %q")
	noName      = both("%q cannot be a name here", "%q 不能用作此处的名称")
	noState     = both("%q is not among the states of %s", "%q 不是 %s 的状态")
	notAmong    = both("%q is not among the %s", "%q 不属于%s")
	notAmongOf  = both("%q is not among the %s of %s", "%q 不在 %[3]s 的 %[2]s 之内")
	notUTF8     = both("the text is not UTF-8", "文本不是 UTF-8")
	notYAML     = both("not YAML: %s", "不是 YAML：%s")
	tooLong     = both("longer than %d characters", "超过 %d 个字符")
	tooMany     = both("at most %d entries go here, found %d", "此处最多 %d 项，现有 %d 项")
	twice       = both("%q is here twice", "%q 重复出现")
	unknownWord = both("%q is not known here; known are %s", "此处没有 %q；可用：%s")

	wantsBoolean = both("expected true or false, found %q", "应为 true 或 false，实为 %q")
	wantsInteger = both("expected a whole number from %d to %d, found %q", "应为 %d 至 %d 的整数，实为 %q")
	wantsMapping = both("expected a mapping, found %s", "应为映射，实为 %s")
	wantsOneOf   = both("expected one of %s, found %q", "应为 %s 之一，实为 %q")
	wantsSingle  = both("expected a single value, found %s", "应为单个值，实为 %s")
	wantsText    = both("expected text; write %q in quotes", "应为文字；请给 %q 加引号")
	wrongType    = both("the field %q is %s here; %s is needed", "字段 %q 在此为 %s；此处需要 %s")
)

// What something is not among, in plural.
var (
	roles           = both("roles", "角色")
	states          = both("states", "状态")
	fields          = both("fields", "字段")
	assetsOfHistory = both("assets of the history", "本段历程中的资产")
)

func statesOf(kind *Kind) rootline.Text { return both("states of "+kind.Name, kind.Name+" 的状态") }
