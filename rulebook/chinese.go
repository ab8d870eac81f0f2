package rulebook

import (
	"fmt"
	"maps"
	"strings"
)

// inChinese fills the Chinese words of a mistake; "" when it has none.
func inChinese(format string, args []any) string {
	if format == "%s" && len(args) == 1 { // a sentence from a table, or one of CEL's own
		return chinese[fmt.Sprint(args[0])]
	}
	zh, ok := chinese[format]
	if !ok {
		return ""
	}
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
		if s, isText := a.(string); isText {
			out[i] = chineseWord(s)
		}
	}
	return fmt.Sprintf(zh, out...)
}

// chineseWord is the word for what a message is filled with, where that is a word of Rootline's and not of the author's.
func chineseWord(s string) string {
	if zh, ok := chinese[s]; ok {
		return zh // a whole message
	}
	if kind, ok := strings.CutPrefix(s, "states of "); ok {
		return kind + " 的状态"
	}
	if kind, ok := strings.CutPrefix(s, "fields of "); ok {
		return kind + " 的字段"
	}
	for en, zh := range map[string]string{
		"a mapping": "映射", "a list": "列表", "nothing": "空值", "(int, string)": "（整数，文字）", "(string, int)": "（文字，整数）", "(int, double)": "（整数，小数）", "roles": "角色", "kinds": "类别", "actions": "操作", "states": "状态", "actors of the examples": "示例人员",
		"counts": "统计项", "fields": "字段", "places of the examples": "示例部位", "assets of the history": "本段历程中的资产", "items": "物品",
	} {
		if s == en {
			return zh
		}
	}
	return s
}

// chinese are the words of mistakes by their English ones.
var chinese = func() map[string]string {
	all := maps.Clone(chineseForm)
	maps.Copy(all, chineseRules)
	maps.Copy(all, chineseExamples)
	return all
}()

// chineseForm is about the form of the YAML, names, and fields.
var chineseForm = map[string]string{
	"%q cannot be a code; codes are like %q":                                           "%q 不能作为代码；代码形如 %q",
	"%q cannot be a name here":                                                         "%q 不能用作此处的名称",
	"%q cannot be the name of a rulebook":                                              "%q 不能作为规则手册的名称",
	"%q is a code of Rootline's own; call the rule otherwise":                          "%q 是根迹自用的代码；请为规则另取名称",
	"%q is here twice":                                                                 "%q 重复出现",
	"%q is missing":                                                                    "缺少 %q",
	"%q is no kind of single things here":                                              "%q 不是本手册中的物品类别",
	"%q is not among the %s":                                                           "%q 不属于%s",
	"%q is not among the states of %s":                                                 "%q 不是 %s 的状态",
	"%q is not known here; known are %s":                                               "此处没有 %q；可用：%s",
	"\"from\" is missing: a state, a list of states, or %q":                            "缺少 \"from\"：一个状态、状态列表或 %q",
	"\"min\" is above \"max\"":                                                         "\"min\" 大于 \"max\"",
	"a field has one type, found %s and %s":                                            "字段只能有一种类型，此处有 %s 和 %s",
	"a figure counts actions or states":                                                "指标统计操作或状态，二者择一",
	"only a figure of states is a share":                                               "只有按状态统计的指标才是占比",
	"plans are by kind: a figure that they are compared with has one":                  "计划按类别编制：与计划比较的指标只有一个类别",
	"what is counted together has one unit; these have %q and %q":                      "一起统计的类别须同一单位，此处有 %q 和 %q",
	"a key is a plain word":                                                            "键应为普通文字",
	"a rulebook is one YAML document":                                                  "规则手册应为一个 YAML 文档",
	"a state cannot be called %q":                                                      "状态不能叫作 %q",
	"an action that creates the asset leads from nowhere":                              "创建资产的操作没有起始状态",
	"an action that creates the asset says its first state: \"to\" is missing":         "创建资产的操作须说明首个状态：缺少 \"to\"",
	"anchors and aliases are not used in rulebooks":                                    "规则手册不使用锚点与别名",
	"at most %d entries go here, found %d":                                             "此处最多 %d 项，现有 %d 项",
	"at most %d rules go here, found %d":                                               "此处最多 %d 条规则，现有 %d 条",
	"every asset has %q already":                                                       "每个资产本就有 %q",
	"expected a list of rules, found %s":                                               "应为规则列表，实为 %s",
	"expected a mapping, found %s":                                                     "应为映射，实为 %s",
	"expected a single value, found %s":                                                "应为单个值，实为 %s",
	"expected a whole number from %d to %d, found %q":                                  "应为 %d 至 %d 的整数，实为 %q",
	"expected one of %s, found %q":                                                     "应为 %s 之一，实为 %q",
	"expected text; write %q in quotes":                                                "应为文字；请给 %q 加引号",
	"expected true or false, found %q":                                                 "应为 true 或 false，实为 %q",
	"longer than %d characters":                                                        "超过 %d 个字符",
	"nested too deeply":                                                                "嵌套过深",
	"no action leads to the state %q":                                                  "没有操作通向状态 %q",
	"not YAML: %s":                                                                     "不是 YAML：%s",
	"only integers have a %q":                                                          "只有整数才有 %q",
	"only integers have a unit; leave the value of %q empty":                           "只有整数才有单位；请让 %q 的值为空",
	"only texts and lists have a \"maxLength\"":                                        "只有文字和列表才有 \"maxLength\"",
	"only texts have \"choices\"":                                                      "只有文字才有 \"choices\"",
	"tags are not used in rulebooks":                                                   "规则手册不使用 YAML 标签",
	"the Core Business Vocabulary has no %s %q":                                        "核心业务词汇中没有 %s %q",
	"the action has another rule with the code %q":                                     "该操作已有代码为 %q 的规则",
	"the field has no type, and the kind keeps no field of this name to take one from": "该字段没有类型，类别中也没有同名字段可供沿用",
	"the field %q is %s here; %s is needed":                                            "字段 %q 在此为 %s；此处需要 %s",
	"the kind keeps a field of this name as %s":                                        "该类别的同名字段类型为 %s",
	"the rulebook has no kind %q":                                                      "规则手册没有类别 %q",
	"the rulebook is empty":                                                            "规则手册为空",
	"the text cannot be read: %v":                                                      "无法读取文本：%v",
	"the text has %d bytes; at most %d are allowed":                                    "文本有 %d 字节，最多允许 %d 字节",
	"the text is not UTF-8":                                                            "文本不是 UTF-8",
	"this is empty":                                                                    "此处为空",
	"a creating action has nothing to correct":                                         "创建操作没有可更正的事件",
	"%q is not among the %s of %s":                                                     "%q 不在 %[3]s 的 %[2]s 之内",
	"\"by\" is missing":                                                                "缺少 \"by\"",
}
