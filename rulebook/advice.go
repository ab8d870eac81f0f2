package rulebook

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// adviser says what to write instead of a mistake. It looks at the text alone, and nothing is decided by what it says: the
// ledger does not ask it.
type adviser struct {
	lines []string
	// names are the keys of each mapping of the text, by its pointer: "/roles" → supplier, builder.
	names map[string][]string
}

// advise adds to each mistake what to write instead, where that can be told.
func advise(text []byte, ps Problems) Problems {
	a := &adviser{lines: strings.Split(string(text), "\n"), names: map[string][]string{}}
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) == nil && len(doc.Content) == 1 {
		a.note(doc.Content[0], "", 0)
	}
	for i := range ps {
		a.say(&ps[i])
	}
	return ps
}

// note collects the keys of mappings.
func (a *adviser) note(n *yaml.Node, path string, depth int) {
	if n.Kind != yaml.MappingNode || depth > 12 {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		a.names[path] = append(a.names[path], name)
		a.note(n.Content[i+1], path+"/"+name, depth+1)
	}
}

func (a *adviser) say(p *Problem) {
	switch p.Code {
	case NotYAML:
		a.ofYAML(p)
	case MissingWord:
		a.ofMissing(p)
	case UnknownWord:
		if len(p.args) == 2 {
			a.nearest(p, p.args[0], strings.Split(fmt.Sprint(p.args[1]), ", "))
		}
	case UnknownName:
		a.ofName(p)
	case WrongForm:
		a.ofForm(p)
	case UnknownMember:
		a.ofMember(p)
	case WrongType:
		a.ofType(p)
	case WrongName:
		a.ofBadName(p)
	case DoesNotFit:
		if strings.HasPrefix(p.Message, "no action leads to the state") && len(p.args) == 1 {
			p.Advice = both("Let an action lead there, or take the state away", "请让某个操作通向该状态，或删去该状态")
			p.Example = "to: " + fmt.Sprint(p.args[0])
		}
	case BadExpression:
		if strings.HasPrefix(p.Message, "the expression ends too soon") {
			p.Advice = both("Something is missing behind the last sign", "末尾符号之后缺少内容")
		} else if strings.HasPrefix(p.Message, "only whole numbers") {
			p.Advice = both("Write whole numbers, in a smaller unit: 3500 mm in place of 3.5 m", "请改用更小的单位写整数：以 3500 mm 代替 3.5 m")
		}
	}
}

// line is a line of the text, without what does not show; "" when there is none.
func (a *adviser) line(number int) string {
	if number < 1 || number > len(a.lines) {
		return ""
	}
	return strings.TrimRight(a.lines[number-1], " \r")
}

// replaced is the line of a mistake with a word of it replaced, from the mistake's column on.
func (a *adviser) replaced(p *Problem, old, new string) string {
	line := []rune(a.line(p.Line))
	at := max(p.Column-1, 0)
	if at > len(line) {
		return ""
	}
	before, after := string(line[:at]), string(line[at:])
	if !strings.Contains(after, old) {
		return ""
	}
	return strings.TrimSpace(before + strings.Replace(after, old, new, 1))
}

// nearest offers the name that is written most like the wrong one.
func (a *adviser) nearest(p *Problem, wrong any, known []string) bool {
	word := fmt.Sprint(wrong)
	near := Nearest(word, known)
	if near == "" {
		return false
	}
	p.Advice = both("Do you mean %q?", "是否应为 %q？").Fill(near)
	p.Example = a.replaced(p, word, near)
	return true
}

// ofName offers a name that the rulebook defines: of the mapping that is meant, or of any that holds names.
func (a *adviser) ofName(p *Problem) {
	if len(p.args) == 0 {
		return
	}
	var known []string
	wrong := p.args[0]
	switch {
	case strings.Contains(p.Message, "among the roles"):
		known = a.names["/roles"]
	case strings.Contains(p.Message, "no kind"):
		known = a.names["/kinds"]
	case strings.Contains(p.Message, "has no action") && len(p.args) == 2:
		wrong = p.args[1]
		known = a.names["/kinds/"+fmt.Sprint(p.args[0])+"/actions"]
	case strings.Contains(p.Message, "no field"):
		known = a.names[kindPath(p.Path)+"/fields"]
	case strings.Contains(p.Message, "state"):
		for _, kind := range a.names["/kinds"] {
			known = append(known, a.names["/kinds/"+kind+"/states"]...)
		}
	default:
		for path, names := range a.names {
			if strings.HasSuffix(path, "/actors") || strings.HasSuffix(path, "/places") || strings.HasSuffix(path, "/data") || strings.HasSuffix(path, "/fields") {
				known = append(known, names...)
			}
		}
	}
	if a.nearest(p, wrong, known) || len(known) == 0 {
		return
	}
	slices.Sort(known)
	p.Advice = both("There are: %s", "可用：%s").Fill(strings.Join(slices.Compact(known), ", "))
}

// kindPath is the pointer of the kind that a pointer lies in.
func kindPath(path string) string {
	parts := strings.SplitN(path, "/", 4)
	return strings.Join(parts[:min(len(parts), 3)], "/")
}

// missing are the words of the language as they are written, for who left one out.
var missing = map[string]string{
	"rulebook": "rulebook: road-lamps",
	"version":  "version: 1",
	"title":    "title: {en: Road lamp, zh: 路灯}",
	"roles":    "roles:\n  fitter: {en: Fitter, zh: 安装人员}",
	"kinds":    "kinds:\n  lamp:\n    title: {en: Road lamp, zh: 路灯}",
	"states":   "states:\n  delivered: {en: Delivered, zh: 已到货}",
	"actions":  "actions:\n  deliver:\n    title: {en: Deliver, zh: 到货}\n    creates: true\n    to: delivered\n    by: fitter",
	"by":       "by: fitter",
	"from":     "from: delivered",
	"to":       "to: delivered",
	"check":    "check: event.data.height <= 12000",
	"code":     "code: too-high",
	"says":     "says: {en: The pole is too high. Take a shorter one., zh: 灯杆过高。请更换较短的灯杆。}",
	"en":       "en: Delivered",
	"zh":       "zh: 已到货",
	"lists":    "lists: lamp",
	"evidence": "evidence: 1",
	"amount":   "amount: required",
	"list":     "list: true",
	"place":    "place: required",
}

// quotedWord is a word that a message names as missing.
var quotedWord = regexp.MustCompile(`"([a-zA-Z]+)(?:: [a-z]+)?" is missing`)

func (a *adviser) ofMissing(p *Problem) {
	word := ""
	if m := quotedWord.FindStringSubmatch(p.Message); m != nil {
		word = m[1]
	}
	if strings.HasPrefix(p.Message, "the field has no type") {
		p.Advice = both("Say what it holds", "请写明其类型")
		p.Example = strings.TrimSuffix(strings.TrimSpace(a.line(p.Line)), ":") + ": {string, maxLength: 60, title: {en: …, zh: …}}"
		if strings.ContainsAny(a.line(p.Line), "{[") {
			p.Example = "string:"
		}
		return
	}
	if missing[word] == "" {
		return
	}
	p.Advice = both("Add it, like", "请补上，例如")
	p.Example = missing[word]
}

var (
	// plainColon is a line whose value holds ": " and no quotes.
	plainColon = regexp.MustCompile(`^(\s*(?:- +)?[\w-]+: +)([^'"\[{|>#&*!].*:(?: .*|$))$`)
	// flowColon is such a value within braces.
	flowColon = regexp.MustCompile(`([{,]\s*[\w-]+: +)([^'"{}\[\],]*: [^{}\[\],]*)`)
	// oddStart is a value that begins with a character that YAML takes for itself.
	oddStart = regexp.MustCompile("^(\\s*(?:- +)?[\\w-]+: +)([!&*%@`].*)$")
)

// ofYAML looks for what most often breaks YAML, on the line that is named and those beside it.
func (a *adviser) ofYAML(p *Problem) {
	if p.Line == 0 {
		p.Advice, p.Example = both("Begin with the name of the rulebook, like", "请先写规则手册的名称，例如"), missing["rulebook"]
		return
	}
	for _, number := range []int{p.Line, p.Line - 1, p.Line + 1} {
		line := a.line(number)
		switch {
		case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
			p.Advice = both("Line %d is indented with a tab. Use spaces", "第 %d 行以制表符缩进，请改用空格").Fill(number)
			p.Example = strings.ReplaceAll(line, "\t", "  ")
			return
		case plainColon.MatchString(line):
			m := plainColon.FindStringSubmatch(line)
			p.Advice = both("Line %d holds a colon within a text. Put the text in quotes", "第 %d 行的文字中有冒号，请给文字加引号").Fill(number)
			p.Example = strings.TrimSpace(m[1]) + " " + strconv.Quote(m[2])
			return
		case flowColon.MatchString(line):
			p.Advice = both("Line %d holds a colon within a text. Put the text in quotes", "第 %d 行的文字中有冒号，请给文字加引号").Fill(number)
			p.Example = strings.TrimSpace(flowColon.ReplaceAllStringFunc(line, func(s string) string {
				m := flowColon.FindStringSubmatch(s)
				return m[1] + strconv.Quote(strings.TrimSpace(m[2]))
			}))
			return
		case oddStart.MatchString(line):
			m := oddStart.FindStringSubmatch(line)
			p.Advice = both("Line %d begins its value with %q, which YAML takes for itself. Put it in quotes", "第 %d 行的值以 %q 开头，该字符在 YAML 中另有含义，请加引号").Fill(number, m[2][:1])
			p.Example = strings.TrimSpace(m[1]) + " " + strconv.Quote(m[2])
			return
		}
	}
	p.Advice = both("Look at line %d and the one above it: a bracket or a quote is open, or a line is indented otherwise than its neighbours", "请检查第 %d 行及上一行：可能括号或引号未闭合，或缩进与相邻行不一致").Fill(p.Line)
}

var quotedNumber = regexp.MustCompile(`(['"])(-?\d+)(['"])`)

func (a *adviser) ofForm(p *Problem) {
	found := ""
	if n := len(p.args); n > 0 {
		found = fmt.Sprint(p.args[n-1])
	}
	line := a.line(p.Line)
	switch {
	case strings.HasPrefix(p.Message, "expected text"):
		p.Advice = both("Numbers, dates, yes and no are taken for texts only in quotes", "数字、日期、yes 和 no 须加引号才作为文字")
		p.Example = a.replaced(p, found, strconv.Quote(found))
	case strings.HasPrefix(p.Message, "expected a whole number") && quotedNumber.MatchString(line):
		p.Advice = both("Write the number without quotes", "数字不加引号")
		p.Example = strings.TrimSpace(quotedNumber.ReplaceAllString(line, "$2"))
	case strings.HasPrefix(p.Message, "expected a whole number") && strings.Contains(found, "."):
		p.Advice = both("Only whole numbers are kept: take a smaller unit, as 2500 with the unit mm in place of 2.5", "只保存整数：请改用更小的单位，例如以 mm 为单位写 2500，而不是 2.5")
	case strings.HasPrefix(p.Message, "expected true or false"):
		p.Advice = both("Write true or false, without quotes", "请写 true 或 false，不加引号")
		p.Example = a.replaced(p, found, "true")
	case strings.HasPrefix(p.Message, "expected one of") && len(p.args) == 2:
		a.nearest(p, found, strings.Split(fmt.Sprint(p.args[0]), ", "))
	case strings.HasPrefix(p.Message, "expected a mapping") && aboutTitle(p.Path):
		p.Advice = both("What people read is given in both languages", "供人阅读的文字须用两种语言书写")
		p.Example = lastOf(p.Path) + ": {en: …, zh: …}"
	case strings.HasPrefix(p.Message, "expected a mapping"):
		p.Advice = both("Write names with values below it, each on a line of its own and two spaces further in", "请在其下逐行写“名称: 值”，并多缩进两个空格")
	case strings.HasPrefix(p.Message, "expected a list of rules"):
		p.Advice = both("Each rule begins with a dash", "每条规则以短横线开头")
		p.Example = "rules:\n  - check: event.data.height <= 12000\n    code: too-high\n    says: {en: …, zh: …}"
	}
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// ofBadName makes a name of what cannot be one.
func (a *adviser) ofBadName(p *Problem) {
	if len(p.args) == 0 || !strings.Contains(p.Message, "cannot be") {
		return
	}
	wrong := fmt.Sprint(p.args[0])
	p.Advice = both("Names are of small letters a to z, digits and dashes, and begin with a letter. What people read stands in the title", "名称只用小写字母 a 至 z、数字和短横线，并以字母开头；供人阅读的文字写在 title 中")
	if strings.Contains(p.Path, "/fields/") || strings.Contains(p.Path, "/data/") {
		p.Advice = both("Names of fields are of letters and digits without spaces, and begin with a small letter. What people read stands in the title", "字段名称只用字母和数字，不含空格，并以小写字母开头；供人阅读的文字写在 title 中")
		return
	}
	if name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(wrong), "-"), "-0123456789"); rootline.ValidName(name) && name != "any" {
		p.Example = a.replaced(p, wrong, name)
	}
}

func lastOf(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// aboutTitle reports whether a pointer leads to words for people.
func aboutTitle(path string) bool {
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	return last == "title" || last == "says" || len(parts) > 1 && slices.Contains([]string{"roles", "states", "choices"}, parts[len(parts)-2])
}

func (a *adviser) ofMember(p *Problem) {
	if len(p.args) == 0 {
		return
	}
	action := p.Path
	if parts := strings.Split(p.Path, "/"); len(parts) > 5 {
		action = strings.Join(parts[:5], "/")
	}
	known := slices.Concat(a.names[action+"/asks/data"], a.names[kindPath(p.Path)+"/fields"], memberNames())
	wrong := p.args[0]
	if t, ok := wrong.(rootline.Text); ok {
		wrong = t.En
	}
	if a.nearest(p, wrong, known) {
		return
	}
	word := fmt.Sprint(wrong)
	switch before := a.before(p, word); {
	case before == "event.data":
		p.Advice = both("Ask for it in the form of this action", "请在该操作的表单中要求填写")
		p.Example = "asks: {data: {" + word + ": {integer: mm, title: {en: …, zh: …}}}}"
	case before == "asset":
		p.Advice = both("Keep it in the record of this kind, and fill it in an earlier action under \"keeps\"", "请在该类别的 fields 中定义，并在之前的操作中用 \"keeps\" 保存")
		p.Example = "fields:\n  " + word + ": {integer: mm, title: {en: …, zh: …}}"
	case word == "place" || word == "amount" || word == "evidence":
		p.Advice = both("Ask for it in this action", "请在该操作中要求提供")
		p.Example = "asks: {" + word + ": required}"
	default:
		p.Advice = both("What is typed in the form is event.data.NAME, what the record keeps is asset.NAME, who acts is actor", "表单所填为 event.data.名称，记录所存为 asset.名称，操作者为 actor")
	}
}

// before is what stands before a wrong member: "event.data" of event.data.hight.
func (a *adviser) before(p *Problem, word string) string {
	m := regexp.MustCompile(`([\w.]+)\.` + regexp.QuoteMeta(word) + `\b`).FindStringSubmatch(a.line(p.Line))
	if m == nil {
		return ""
	}
	return m[1]
}

// memberNames are what expressions read besides what the rulebook names.
func memberNames() []string {
	return append(slices.Clone(variables), "data", "place", "amount", "evidence", "witnessed", "org", "role", "device", "state", "custodian", "accuracy")
}

func (a *adviser) ofType(p *Problem) {
	line := a.line(p.Line)
	switch {
	case strings.HasPrefix(p.Message, "the expression gives") && strings.Contains(p.Message, "true or false is needed"):
		p.Advice = both("A rule is something that is true or false: compare it", "规则的结果须为真或假：请写成比较")
		p.Example = strings.TrimSpace(line) + " >= 100"
	case strings.Contains(p.Message, "(int, string)") && quotedNumber.MatchString(line):
		p.Advice = both("Write the number without quotes", "数字不加引号")
		p.Example = strings.TrimSpace(quotedNumber.ReplaceAllString(line, "$2"))
	case strings.Contains(p.Message, "(int, string)") || strings.Contains(p.Message, "(string, int)"):
		p.Advice = both("Numbers are compared with numbers, texts with texts", "数字与数字比较，文字与文字比较")
	case strings.Contains(p.Message, "double"):
		p.Advice = both("Write whole numbers, in a smaller unit: 3500 mm in place of 3.5 m", "请改用更小的单位写整数：以 3500 mm 代替 3.5 m")
	}
}

// Nearest is the known word that is written most like another: with at most a third of its letters missing, added, changed
// or swapped with their neighbours. "" when none is.
func Nearest(word string, known []string) string {
	best, nearest := max(len([]rune(word))/3, 1)+1, ""
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := distanceOf([]rune(word), []rune(k)); d > 0 && d < best {
			best, nearest = d, k
		}
	}
	return nearest
}

// distanceOf counts the letters that tell two words apart; two neighbours that are swapped count once.
func distanceOf(a, b []rune) int {
	const most = 80 // longer ones are no slips: as if nothing were alike
	if len(a) > most || len(b) > most {
		return len(a) + len(b)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
