package network

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mend is a check that Fabric's own source lacks and that the programs built here have. A peer without it and one with it
// come to the same verdicts, but for what ends the former.
type mend struct {
	// file is below Fabric's folder. Add goes after the text After, which is in it once.
	file, after, add string
}

// mendsVersion is raised with every change of mends: the cache keeps programs that were built with others apart.
const mendsVersion = "1"

// mends are those of the pinned version. Whoever may write to a channel can have a transaction put into a block that has no
// endorsed action: the validation of Fabric 3.1.1 reads it through a nil pointer, and every peer of the channel ends at that
// block, on each start again.
var mends = []mend{{
	file: "core/common/validation/msgvalidation.go",
	after: `		ccActionPayload, err := protoutil.UnmarshalChaincodeActionPayload(act.Payload)
		if err != nil {
			return err
		}
`,
	add: `		if ccActionPayload.Action == nil {
			return errors.New("nil endorsed action")
		}
`,
}}

// overlay writes Fabric's mended files into a folder and returns the file that has the Go tool build them in place of
// Fabric's own. module is the folder of the module that pins Fabric.
func overlay(ctx context.Context, module, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", "github.com/hyperledger/fabric")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+plainFlags(os.Getenv("GOFLAGS")))
	out, err := cmd.Output()
	var fabric struct{ Dir string }
	if err == nil {
		err = json.Unmarshal(out, &fabric)
	}
	if err != nil {
		return "", fail(CodeBuild, err, "", "Fabric's source cannot be had")
	}
	replace := map[string]string{}
	for _, m := range mends {
		path := filepath.Join(fabric.Dir, filepath.FromSlash(m.file))
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fail(CodeBuild, err, "", "Fabric's source cannot be read")
		}
		before, rest, found := strings.Cut(string(text), m.after)
		if !found || strings.Contains(rest, m.after) {
			return "", fail(CodeBuild, nil, "Look at network/mend.go again: another version of Fabric is pinned.", "%s is not as it was when it was mended", path)
		}
		mended := filepath.Join(dir, filepath.Base(m.file))
		if err := os.WriteFile(mended, []byte(before+m.after+m.add+rest), 0o644); err != nil {
			return "", fail(CodeBuild, err, "", "a mended file of Fabric cannot be written")
		}
		replace[path] = mended
	}
	list, err := json.Marshal(struct{ Replace map[string]string }{replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, list, 0o644); err != nil {
		return "", fail(CodeBuild, err, "", "the list of Fabric's mended files cannot be written")
	}
	return name, nil
}
