package rulebook

import (
	"regexp"
	"strings"
)

// celMessages are what CEL says of a mistake, and our words for it. What matches nothing is shown as it is.
var celMessages = []struct {
	form   *regexp.Regexp
	format string
}{
	{regexp.MustCompile(`^undefined field '(.+)'$`), "there is no %q here: the action does not ask for it, or the kind does not keep it"},
	{regexp.MustCompile(`^undeclared reference to '(.+?)'(?: \(in container '.*'\))?$`), "%q is not known; known are event, asset, actor, what the action asks for, and the functions"},
	{regexp.MustCompile(`^found no matching overload for '(.+)' applied to '(.+)'$`), "%s does not go with %s"},
	{regexp.MustCompile(`^Syntax error: mismatched input '<EOF>'`), "the expression ends too soon"},
	{regexp.MustCompile(`^Syntax error: (?:mismatched|extraneous) input '(.+?)' expecting`), "%q does not belong here"},
	{regexp.MustCompile(`^Syntax error: token recognition error at: '(.+)'$`), "%q does not belong here"},
}

// celMistake puts a message of CEL's into our words.
func celMistake(message string) (format string, args []any) {
	for _, m := range celMessages {
		found := m.form.FindStringSubmatch(message)
		if found == nil {
			continue
		}
		for _, s := range found[1:] {
			args = append(args, plainly(s))
		}
		return m.format, args
	}
	return "%s", []any{message}
}

// plainly writes operators and lists of types as they stand in a rulebook: "_==_" is ==.
func plainly(s string) string {
	if len(s) > 2 && strings.HasPrefix(s, "_") && strings.HasSuffix(s, "_") {
		return strings.Trim(s, "_")
	}
	return s
}
