package rulebook

import (
	"regexp"
	"testing"
)

func TestShippedBooksParse(t *testing.T) {
	for name, text := range Shipped() {
		book, err := Parse(text)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if book.Ref() != name {
			t.Errorf("the file of %s is called %s", book.Ref(), name)
		}
	}
}

// threshold is a number that a rule measures by, and not merely whether something is there.
var threshold = regexp.MustCompile(`\b\d{2,}\b|[*] *\d|[<>]=? *[1-9]`)

// Every threshold of the shipped books says which clause it follows, in both languages: the members set it, or take it
// from the edition that they adopted.
func TestShippedThresholdsNameTheirClause(t *testing.T) {
	for name := range Shipped() {
		for _, k := range shipped(t, name).Kinds {
			for _, a := range k.Actions {
				for _, r := range a.Rules {
					if threshold.MatchString(r.Check) && (r.Clause.En == "" || r.Clause.Zh == "") {
						t.Errorf("%s: %s/%s/%s measures without a clause: %s", name, k.Name, a.Name, r.Code, r.Check)
					}
				}
			}
		}
	}
}
