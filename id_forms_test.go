package rootline

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/google/uuid"
)

// The forms as regular expressions, which are easier to be sure of.
var (
	codeForm    = regexp.MustCompile(`^[0-9A-Z]{8,30}$`)
	nameForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	rulebookRef = regexp.MustCompile(`^([a-z][a-z0-9-]{0,39})@([1-9][0-9]{0,5})$`)
)

func sameForms(t *testing.T, s string) {
	t.Helper()
	if ValidCode(s) != codeForm.MatchString(s) {
		t.Errorf("code %q", s)
	}
	if ValidName(s) != nameForm.MatchString(s) {
		t.Errorf("name %q", s)
	}
	id, err := uuid.Parse(s)
	if ValidEventID(s) != (err == nil && id.Version() == 7 && id.Variant() == uuid.RFC4122 && id.String() == s) {
		t.Errorf("event id %q", s)
	}
	name, version, ok := SplitRulebook(s)
	m := rulebookRef.FindStringSubmatch(s)
	if ok != (m != nil) || ok && (name != m[1] || strconv.Itoa(version) != m[2]) {
		t.Errorf("rulebook %q: %q %d %v", s, name, version, ok)
	}
}

func TestForms(t *testing.T) {
	seeds := []string{
		"", "A", "95012345ABC", "95012345ABCDEFGHJKMNPQRSTVWXYZ", "95012345ABCDEFGHJKMNPQRSTVWXYZ0", "95012345", "9501234", "95012345\n",
		"a", "a-b", "-a", "fill-layer", "abcdefghijabcdefghijabcdefghijabcdefghij", "abcdefghijabcdefghijabcdefghijabcdefghijk", "Tree", "榆树榆树",
		"forestation@1", "forestation@0", "forestation@01", "forestation@999999", "forestation@1000000", "forestation@", "@1", "a@1@2", "registry@1",
		"019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b", "019A1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b", "019a1b2c-3d4e-4f50-8a9b-0c1d2e3f4a5b",
		"019a1b2c-3d4e-7f50-ca9b-0c1d2e3f4a5b", "{019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b}", "019a1b2c3d4e7f508a9b0c1d2e3f4a5b",
	}
	for _, s := range seeds {
		sameForms(t, s)
		for i := range s {
			for _, c := range []string{"", "-", "@", "0", "7", "g", "G", "é", "\n", "/", ":", "`", "{", "["} {
				sameForms(t, s[:i]+c+s[i+1:])
				sameForms(t, s[:i]+c+s[i:])
			}
		}
	}
}
