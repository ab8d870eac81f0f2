package rulebook

import (
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// MistakeCode is a sort of mistake in a rulebook. It is stable: programs tell mistakes apart by it, people by the words.
type MistakeCode string

const (
	// NotYAML is a text that YAML cannot read.
	NotYAML MistakeCode = "not-yaml"
	// MissingWord is a word of the language that has to stand there: a title, a state, a code.
	MissingWord MistakeCode = "missing"
	// UnknownWord is a word that the language does not have in that place.
	UnknownWord MistakeCode = "unknown-word"
	// UnknownName is a name that the rulebook does not define: a role, a kind, a state.
	UnknownName MistakeCode = "unknown-name"
	// WrongForm is a value of another form than is needed: a list in place of a text, a number in quotes.
	WrongForm MistakeCode = "wrong-form"
	// WrongName is a name that cannot be one, or is taken.
	WrongName MistakeCode = "wrong-name"
	// TooMuch is what goes beyond a limit.
	TooMuch MistakeCode = "too-much"
	// UnknownMember is what an expression reads and is not there.
	UnknownMember MistakeCode = "unknown-member"
	// WrongType is an expression whose types do not go together, or that gives another than is needed.
	WrongType MistakeCode = "wrong-type"
	// BadExpression is any other mistake within an expression.
	BadExpression MistakeCode = "bad-expression"
	// DoesNotFit is what is well written and goes not together with the rest of the rulebook.
	DoesNotFit MistakeCode = "does-not-fit"
)

// MistakeCodes are all codes, in the order in which docs/rulebooks.md explains them.
var MistakeCodes = []MistakeCode{
	NotYAML, MissingWord, UnknownWord, UnknownName, WrongForm, WrongName, TooMuch, UnknownMember, WrongType, BadExpression, DoesNotFit,
}

// sorts are the codes of sentences, by how those begin. What begins with none of them does not fit.
var sorts = []struct {
	code   MistakeCode
	begins []string
}{
	{NotYAML, []string{notYAML.En, notUTF8.En}},
	{MissingWord, []string{isMissing.En, empty.En, "\"from\" is missing", "an action that creates the asset says its first state", "the field has no type"}},
	{UnknownWord, []string{unknownWord.En}},
	{UnknownName, []string{noAction.En, noKind.En, noState.En, notAmong.En, notAmongOf.En, "the kind has no field %q"}},
	{WrongForm, []string{wantsBoolean.En, wantsInteger.En, wantsMapping.En, wantsOneOf.En, wantsSingle.En, wantsText.En, "expected a list"}},
	{WrongName, []string{noName.En, twice.En, "%q cannot be", "%q is a code of Rootline's own", "the action has another rule with the code"}},
	{TooMuch, []string{tooMany.En, tooLong.En, "the text has %d bytes", "the file has %d bytes", "the expression may take %d steps", "at most %d rules"}},
	{UnknownMember, []string{"there is no %q here", "%q is not known; known are event"}},
	{WrongType, []string{wrongType.En, "the expression gives %s", "%s does not go with %s"}},
	{BadExpression, []string{"the expression", "%q does not belong here", "only whole numbers, texts"}},
}

// sortOf is the code of a sentence before it is filled in.
func sortOf(says rootline.Text) MistakeCode {
	for _, s := range sorts {
		for _, begin := range s.begins {
			if strings.HasPrefix(says.En, begin) {
				return s.code
			}
		}
	}
	return DoesNotFit
}

// FieldTypes are the words that say a field's type.
func FieldTypes() []string { return slices.Clone(fieldTypes) }
