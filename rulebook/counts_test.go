package rulebook

import (
	"os"
	"strings"
	"testing"
)

// What is counted must change with the counting: use by another asset and mere events do not count anew.
func TestCountsReadOnlyWhatIsCountedAnew(t *testing.T) {
	yaml, err := os.ReadFile("../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for check, good := range map[string]bool{
		"asset.total": true, "asset.frozen": true, "has(asset.position)": true, `asset.custodian == asset.maker`: true,
		"asset.left": false, "has(asset.usedBy)": false, "size(asset.signers)": false, "asset.seq": false, "asset.changed > 0 && asset.frozen": false,
	} {
		text := strings.Replace(string(yaml), "counts: {weight: asset.total}", "counts: {weight: '"+check+"'}", 1)
		_, err := Parse([]byte(text))
		if good != (err == nil) || !good && !strings.Contains(err.Error(), "cannot be counted") {
			t.Errorf("%s: %v", check, err)
		}
	}
}
