package rulebook

import (
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"

	"github.com/rootline/rootline"
)

// celMessages are what CEL says of a mistake, and our words for it. What matches nothing is shown as it is, marked as technical in Chinese.
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
		says = m.says
		if strings.Contains(message, "no matching overload") && !slices.Contains(geometry, found[1]) {
			if way := wayOut(found[2]); !way.IsZero() {
				says = both(says.En+". "+way.En, says.Zh+"。"+way.Zh)
			}
		}
		return says, args
	}
	return rootline.Technical(message), nil
}

// geometry are the functions that take places and positions, and compare none.
var geometry = []string{"within", "distance"}

// waysOut are what to write instead, by the type that something does not go with.
var waysOut = []struct {
	t   *types.Type
	way rootline.Text
}{
	{organisationType, both("No rule names an organisation: compare it with one of the record, like actor.org, asset.maker, or a field of the type organisation", "规则不指名任何单位：请与记录中的单位比较，例如 actor.org、asset.maker，或类型为 organisation 的字段")},
	{deviceType, both("No rule names a device: compare actor.device with a field of the type device", "规则不指名任何设备：请将 actor.device 与类型为 device 的字段比较")},
	{itemType, both("No rule names an item: compare it with one of the record, like asset.id, refs[0].id, or a field of the type item", "规则不指名任何物品：请与记录中的物品比较，例如 asset.id、refs[0].id，或类型为 item 的字段")},
	{placeIDType, both("No rule names a place: compare it with the id of another place, or ask for the place's kind", "规则不指名任何部位：请与另一部位的 id 比较，或按部位的类别判断")},
	{placeType, both("No rule names a place: compare it with another place, or ask for its kind", "规则不指名任何部位：请与另一部位比较，或按部位的类别判断")},
	{chainageType, both("No rule names a stretch: compare a chainage with that of another place, or take one from the other for a length", "规则不指名任何区段：请与另一部位的桩号比较，或以桩号相减得到长度")},
	{hashType, both("No rule names a file: compare its hash with that of another one", "规则不指名任何文件：请与另一文件的哈希值比较")},
	{eventIDType, both("No rule names an event", "规则不指名任何事件")},
	{textType, both("A free text is compared with free texts only. To compare it with a word that is written here, give its field \"choices\"", "自由文字只能与自由文字比较。如需与此处所写的词比较，请给该字段列出 \"choices\"")},
}

// wayOut says what to write instead, where one of the types of a call that does not go is none that a rule writes.
func wayOut(applied string) rootline.Text {
	for _, one := range waysOut {
		for _, name := range strings.FieldsFunc(applied, func(c rune) bool { return strings.ContainsRune("(), .", c) }) {
			if name == one.t.TypeName() {
				return one.way
			}
		}
	}
	return rootline.Text{}
}

// plainly writes operators and lists of types as they stand in a rulebook: "_==_" is ==.
func plainly(s string) rootline.Text {
	switch s {
	case "_?_:_":
		s = "? :"
	case "_[_]":
		s = "[ ]"
	}
	if len(s) > 2 && strings.HasPrefix(s, "_") && strings.HasSuffix(s, "_") {
		s = strings.Trim(s, "_")
	}
	if !strings.HasPrefix(s, "(") {
		return both(s, s)
	}
	return both(s, typesInChinese.Replace(s))
}

var typesInChinese = strings.NewReplacer("(", "（", ")", "）", ", ", "，", "int", "整数", "string", "文字", "double", "小数", "bool", "真假", "timestamp", "时刻", "duration", "时长", "list", "列表", "null_type", "空值",
	"Organisation", "单位", "Device", "设备", "Item", "物品", "PlaceId", "部位编号", "Place", "部位", "EventId", "事件编号", "Text", "自由文字", "Position", "定位", "Chainage", "桩号")
