package rulebook

import (
	"regexp"
	"strings"

	"github.com/rootline/rootline"
)

// celMessages are what CEL says of a mistake, and our words for it. What matches nothing is shown as it is.
var celMessages = []struct {
	form *regexp.Regexp
	says rootline.Text
}{
	{regexp.MustCompile(`^undefined field '(.+)'$`), both("there is no %q here: the action does not ask for it, or the kind does not keep it", "此处没有 %q：操作未要求，或类别未保存")},
	{regexp.MustCompile(`^undeclared reference to '(.+?)'(?: \(in container '.*'\))?$`), both("%q is not known; known are event, asset, actor, what the action asks for, and the functions", "没有 %q；可用 event、asset、actor、操作所要求的内容以及函数")},
	{regexp.MustCompile(`^found no matching overload for '(.+)' applied to '(.+)'$`), both("%s does not go with %s", "%s 不适用于 %s")},
	{regexp.MustCompile(`^Syntax error: mismatched input '<EOF>'`), both("the expression ends too soon", "表达式不完整")},
	{regexp.MustCompile(`^Syntax error: (?:mismatched|extraneous) input '(.+?)' expecting`), both("%q does not belong here", "%q 不应出现在此处")},
	{regexp.MustCompile(`^Syntax error: token recognition error at: '(.+)'$`), both("%q does not belong here", "%q 不应出现在此处")},
}

// celMistake puts a message of CEL's into our words.
func celMistake(message string) (says rootline.Text, args []any) {
	for _, m := range celMessages {
		found := m.form.FindStringSubmatch(message)
		if found == nil {
			continue
		}
		for _, s := range found[1:] {
			args = append(args, plainly(s))
		}
		return m.says, args
	}
	return both("%s", "%s"), []any{message}
}

// plainly writes operators and lists of types as they stand in a rulebook: "_==_" is ==.
func plainly(s string) rootline.Text {
	if len(s) > 2 && strings.HasPrefix(s, "_") && strings.HasSuffix(s, "_") {
		s = strings.Trim(s, "_")
	}
	if !strings.HasPrefix(s, "(") {
		return both(s, s)
	}
	return both(s, typesInChinese.Replace(s))
}

var typesInChinese = strings.NewReplacer("(", "（", ")", "）", ", ", "，", "int", "整数", "string", "文字", "double", "小数", "bool", "真假", "timestamp", "时刻", "duration", "时长", "list", "列表", "null_type", "空值")
