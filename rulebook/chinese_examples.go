package rulebook

// chineseExamples is about the examples of a file.
var chineseExamples = map[string]string{
	"%q cannot be the name of an organisation":                                                                "%q 不能作为单位的名称",
	"%q is neither the code of a rule here nor one of Rootline's own":                                         "%q 既不是本手册规则的代码，也不是根迹自用的代码",
	"%s has no action %q":                                                                                     "%s 没有操作 %q",
	"a chainage runs from a smaller to a larger value":                                                        "桩号应由小到大",
	"expected a list of steps, found %s":                                                                      "应为步骤列表，实为 %s",
	"expected a time that passes, like 48h or 30m, found %q":                                                  "应为经过的时间，如 48h 或 30m，实为 %q",
	"expected what is different when it is refused, as a mapping, found %s":                                   "应以映射写明被拒绝时的不同之处，实为 %s",
	"the examples come last in a file; nothing follows them":                                                  "示例位于文件末尾，其后不得有其他内容",
	"the examples stay in the file; only the %d bytes before them are adopted":                                "示例留在文件中；只采用其前的 %d 字节",
	"the file has %d bytes; at most %d are allowed":                                                           "文件有 %d 字节，最多允许 %d 字节",
	"the history does not know %q yet; an asset begins with its kind and action, like tree/select":            "本段历程尚无 %q；资产以类别和操作开始，如 tree/select",
	"the place %q comes first: %q lies in it":                                                                 "须先写部位 %q：%q 位于其中",
	"the place %q has no square to stand in":                                                                  "部位 %q 没有范围，无法取其中点",
	"the expression may take %d steps; at most %d are allowed. Bound its lists with \"maxLength\" or \"max\"": "表达式可能需要 %d 步，最多允许 %d 步。请用 \"maxLength\" 或 \"max\" 限制其列表",
}
