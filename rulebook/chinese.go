package rulebook

import (
	"fmt"
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
	for en, zh := range map[string]string{
		"a mapping": "映射", "a list": "列表", "nothing": "空值", "(int, string)": "（整数，文字）", "(string, int)": "（文字，整数）", "(int, double)": "（整数，小数）", "roles": "角色", "actors of the examples": "示例人员",
		"places of the examples": "示例地点", "assets of the history": "本段历程中的资产", "items": "单件",
	} {
		if s == en {
			return zh
		}
	}
	return s
}

// chinese are the words of mistakes by their English ones.
var chinese = map[string]string{
	"%q cannot be a code; codes are like %q":                                   "%q 不能作为代码；代码形如 %q",
	"%q cannot be a name here":                                                 "%q 不能用作此处的名称",
	"%q cannot be the name of a rulebook":                                      "%q 不能作为规则手册的名称",
	"%q cannot be the name of an organisation":                                 "%q 不能作为单位的名称",
	"%q is a code of Rootline's own; call the rule otherwise":                  "%q 是根迹自用的代码；请为规则另取名称",
	"%q is here twice":                                                         "%q 重复出现",
	"%q is missing":                                                            "缺少 %q",
	"%q is neither the code of a rule here nor one of Rootline's own":          "%q 既不是本手册规则的代码，也不是根迹自用的代码",
	"%q is no kind of single things here":                                      "%q 不是本手册中的单件类别",
	"%q is not among the %s":                                                   "%q 不属于%s",
	"%q is not among the states of %s":                                         "%q 不是 %s 的状态",
	"%q is not known here; known are %s":                                       "此处没有 %q；可用：%s",
	"%s has no action %q":                                                      "%s 没有动作 %q",
	"\"from\" is missing: a state, a list of states, or %q":                    "缺少 \"from\"：一个状态、状态列表或 %q",
	"\"min\" is above \"max\"":                                                 "\"min\" 大于 \"max\"",
	"a chainage runs from a smaller to a larger value":                         "桩号应由小到大",
	"a field has one type, found %s and %s":                                    "字段只能有一种类型，此处有 %s 和 %s",
	"a key is a plain word":                                                    "键应为普通文字",
	"a listed lot is never an input: %q":                                       "清单批次不能作为投入物：%q",
	"a listed lot says what it lists: \"lists\" is missing":                    "清单批次须说明其单件类别：缺少 \"lists\"",
	"a rulebook is one YAML document":                                          "规则手册应为一个 YAML 文档",
	"a state cannot be called %q":                                              "状态不能叫作 %q",
	"an action that creates the asset leads from nowhere":                      "创建资产的动作没有起始状态",
	"an action that creates the asset says its first state: \"to\" is missing": "创建资产的动作须说明首个状态：缺少 \"to\"",
	"anchors and aliases are not used in rulebooks":                            "规则手册不使用锚点与别名",
	"at most %d entries go here, found %d":                                     "此处最多 %d 项，现有 %d 项",
	"at most %d rules go here, found %d":                                       "此处最多 %d 条规则，现有 %d 条",
	"every asset has %q already":                                               "每个资产本就有 %q",
	"expected a list of rules, found %s":                                       "应为规则列表，实为 %s",
	"expected a list of steps, found %s":                                       "应为步骤列表，实为 %s",
	"expected a mapping, found %s":                                             "应为映射，实为 %s",
	"expected a single value, found %s":                                        "应为单个值，实为 %s",
	"expected a time that passes, like 48h or 30m, found %q":                   "应为经过的时间，如 48h 或 30m，实为 %q",
	"expected a whole number from %d to %d, found %q":                          "应为 %d 至 %d 的整数，实为 %q",
	"expected one of %s, found %q":                                             "应为 %s 之一，实为 %q",
	"expected text; write %q in quotes":                                        "应为文字；请给 %q 加引号",
	"expected true or false, found %q":                                         "应为 true 或 false，实为 %q",
	"expected what is different when it is refused, as a mapping, found %s":    "应以映射写明被拒绝时的不同之处，实为 %s",
	"longer than %d characters":                                                "超过 %d 个字符",
	"nested too deeply":                                                        "嵌套过深",
	"no action leads to the state %q":                                          "没有动作通向状态 %q",
	"no state of the lot is a state of %q, so that no item could wake":         "批次的状态均不是 %q 的状态，单件无法唤醒",
	"not YAML: %s":                                                                                 "不是 YAML：%s",
	"only a listed lot has \"lists\"":                                                              "只有清单批次才有 \"lists\"",
	"only integers have a %q":                                                                      "只有整数才有 %q",
	"only integers have a unit; leave the value of %q empty":                                       "只有整数才有单位；请让 %q 的值为空",
	"only texts and lists have a \"maxLength\"":                                                    "只有文字和列表才有 \"maxLength\"",
	"only texts have \"choices\"":                                                                  "只有文字才有 \"choices\"",
	"tags are not used in rulebooks":                                                               "规则手册不使用 YAML 标签",
	"the Core Business Vocabulary has no %s %q":                                                    "核心业务词汇中没有 %s %q",
	"the action has another rule with the code %q":                                                 "该动作已有代码为 %q 的规则",
	"the cost of the expression cannot be estimated: %v":                                           "无法估算表达式的开销：%v",
	"the examples come last in a file; nothing follows them":                                       "示例位于文件末尾，其后不得有其他内容",
	"the examples stay in the file; only the %d bytes before them are adopted":                     "示例留在文件中；只采用其前的 %d 字节",
	"the expression cannot be planned: %v":                                                         "表达式无法编排：%v",
	"the expression gives %s; %s is needed":                                                        "表达式得到 %s；此处需要 %s",
	"the expressions cannot be checked: %v":                                                        "表达式无法检查：%v",
	"the field has no type, and the kind keeps no field of this name to take one from":             "该字段没有类型，类别中也没有同名字段可供沿用",
	"the file has %d bytes; at most %d are allowed":                                                "文件有 %d 字节，最多允许 %d 字节",
	"the history does not know %q yet; an asset begins with its kind and action, like tree/select": "本段历程尚无 %q；资产以类别和动作开始，如 tree/select",
	"the kind has no field %q to keep this in":                                                     "该类别没有可保存此值的字段 %q",
	"the kind keeps a field of this name as %s":                                                    "该类别的同名字段类型为 %s",
	"the place %q comes first: %q lies in it":                                                      "须先写地点 %q：%q 位于其中",
	"the place %q has no square to stand in":                                                       "地点 %q 没有范围，无法取其中点",
	"the rulebook has no kind %q":                                                                  "规则手册没有类别 %q",
	"the rulebook is empty":                                                                        "规则手册为空",
	"the text cannot be read: %v":                                                                  "无法读取文本：%v",
	"the text has %d bytes; at most %d are allowed":                                                "文本有 %d 字节，最多允许 %d 字节",
	"the text is not UTF-8":                                                                        "文本不是 UTF-8",
	"this is empty":                                                                                "此处为空",
	"the expression may take %d steps; at most %d are allowed. Bound its lists with \"maxLength\" or \"max\"":        "表达式可能需要 %d 步，最多允许 %d 步。请用 \"maxLength\" 或 \"max\" 限制其列表",
	"an action has \"by\" or \"signers\", not both":                                                                  "动作应写 \"by\" 或 \"signers\" 之一，不能并用",
	"an action of several signers has 2 to %d of them":                                                               "多方签认的动作应有 2 至 %d 个签认角色",
	"a listed lot and what it lists lie under nothing":                                                               "清单批次及其单件不归属于上级",
	"every breakdown counts %q already":                                                                              "每个分解结构本就统计 %q",
	"expected a list of 1 to %d expressions":                                                                         "应为 1 至 %d 个表达式的列表",
	"only an action that creates the asset claims something for it alone":                                            "只有创建资产的动作才能为其声明唯一性",
	"what is counted is seen by its own record alone: %q is not there":                                               "统计只看资产自身的记录：此处没有 %q",
	"a place cannot be looked into here; compare its id":                                                             "此处不能查看地点的内容；请比较其编号",
	"only counted lots have an amount":                                                                               "只有计量批次才有数量",
	"creating a counted lot asks for its amount: \"amount: required\" is missing":                                    "创建计量批次须要求数量：缺少 \"amount: required\"",
	"only creating a listed lot asks for a list":                                                                     "只有创建清单批次才要求清单",
	"creating a listed lot asks for its list: \"list: true\" is missing":                                             "创建清单批次须要求清单：缺少 \"list: true\"",
	"only a listed lot that is there can be divided":                                                                 "只有已存在的清单批次才能拆分",
	"a creating action has nothing to correct":                                                                       "创建动作没有可更正的事件",
	"only an action on a counted lot that asks for an amount (\"amount: required\") adds to it":                      "只有对计量批次、且要求数量（\"amount: required\"）的动作才能增加存量",
	"a creating action has nothing to free":                                                                          "创建动作没有可放弃的声明",
	"an action that creates or divides cannot be done to what is frozen":                                             "创建或拆分的动作不能用于已冻结的资产",
	"an action of several signers creates nothing, uses nothing up, and asks for no amount, list, tag or correction": "多方签认的动作不创建资产、不消耗投入物，也不要求数量、清单、标签或更正",
	"%q is not among the %s of %s":                                                                                   "%q 不在 %[3]s 的 %[2]s 之内",
	"\"by\" is missing":                                                                                              "缺少 \"by\"",
	"only whole numbers, texts, true and false can be written here":                                                  "此处只能写整数、文字、true 和 false",
	"objects and maps cannot be made here":                                                                           "此处不能构造对象或映射",
	"%q is taken; give the variable another name":                                                                    "%q 已被占用；请给变量另取名称",
	"the type of this is not known":                                                                                  "其类型未知",
	"a whole %s cannot be compared; compare its members":                                                             "%s 不能整体比较；请比较其成员",
	"only places of the asset and of the event's data can be looked at; of others, compare the id":                   "只能查看资产及事件数据中的地点；其他地点请比较编号",
	"there is no %q here: the action does not ask for it, or the kind does not keep it":                              "此处没有 %q：动作未要求，或类别未保存",
	"%q is not known; known are event, asset, actor, what the action asks for, and the functions":                    "没有 %q；可用 event、asset、actor、动作所要求的内容以及函数",
	"%s does not go with %s":                                                                                         "%s 不适用于 %s",
	"the expression ends too soon":                                                                                   "表达式不完整",
	"%q does not belong here":                                                                                        "%q 不应出现在此处",
}
