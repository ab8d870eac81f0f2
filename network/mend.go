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
const mendsVersion = "3"

// mends are those of the pinned version. Whoever may write to a channel can have a transaction put into a block that has no
// action, nothing endorsed, or nothing that can be read. Fabric 3.1.1 reads the former two as if they were there, where it
// validates the transaction itself and where it validates a later one of the same block: every peer of the channel ends at
// that block, on each start again. For the sake of the third, later ones wait for a signal that never comes: every peer
// stands still there.
var mends = []mend{
	{
		file:  "core/common/validation/msgvalidation.go",
		after: "\t\tccActionPayload, err := protoutil.UnmarshalChaincodeActionPayload(act.Payload)\n",
		add:   "\t\tif err == nil && ccActionPayload.Action == nil {\n\t\t\terr = errors.New(\"nil endorsed action\")\n\t\t}\n",
	},
	{
		file:  "core/common/validation/statebased/validator_keylevel.go",
		after: "func (klv *KeyLevelValidator) extractDependenciesForTx(blockNum, txNum uint64, envelopeBytes []byte) {\n",
		add: "\tsignalled := false\n\tdefer func() {\n\t\tif !signalled {\n" +
			"\t\t\tklv.vpmgr.ExtractValidationParameterDependency(blockNum, txNum, nil)\n\t\t}\n\t}()\n",
	},
	{
		file:  "core/common/validation/statebased/validator_keylevel.go",
		after: "\tklv.vpmgr.ExtractValidationParameterDependency(blockNum, txNum, respPayload.Results)\n",
		add:   "\tsignalled = true\n",
	},
	{
		file:  "core/common/validation/statebased/validator_keylevel.go",
		after: "\ttx, err := protoutil.UnmarshalTransaction(payl.Data)\n",
		add:   "\tif err == nil && len(tx.Actions) == 0 {\n\t\treturn\n\t}\n",
	},
	{
		file:  "core/common/validation/statebased/validator_keylevel.go",
		after: "\tcap, err := protoutil.UnmarshalChaincodeActionPayload(tx.Actions[0].Payload)\n",
		add:   "\tif err == nil && cap.Action == nil {\n\t\treturn\n\t}\n",
	},
}

// mended copies Fabric's source into a folder, mends it there, and returns a file to build by in place of the go.mod in
// module, the folder that pins Fabric.
func mended(ctx context.Context, module, dir string) (goMod string, err error) {
	run := func(out any, args ...string) error {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = module
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+plainFlags(os.Getenv("GOFLAGS")))
		b, err := cmd.Output()
		if err == nil && out != nil {
			err = json.Unmarshal(b, out)
		}
		return err
	}
	var fabric struct{ Dir string }
	if err := run(&fabric, "mod", "download", "-json", "github.com/hyperledger/fabric"); err != nil {
		return "", fail(CodeBuild, err, "", "Fabric's source cannot be had")
	}
	source := filepath.Join(dir, "fabric")
	if err := os.CopyFS(source, os.DirFS(fabric.Dir)); err != nil {
		return "", fail(CodeBuild, err, "", "Fabric's source cannot be copied to %s", source)
	}
	for _, m := range mends {
		path := filepath.Join(source, filepath.FromSlash(m.file))
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fail(CodeBuild, err, "", "Fabric's source cannot be read")
		}
		before, rest, found := strings.Cut(string(text), m.after)
		if !found || strings.Contains(rest, m.after) {
			return "", fail(CodeBuild, nil, "Look at network/mend.go again: another version of Fabric is pinned.", "Fabric's %s is not as it was when it was mended", m.file)
		}
		if err := os.WriteFile(path, []byte(before+m.after+m.add+rest), 0o644); err != nil {
			return "", fail(CodeBuild, err, "", "Fabric's source cannot be mended in %s", path)
		}
	}
	// go.mod and go.sum as they are, but for where Fabric lies.
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(module, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
		if err != nil {
			return "", fail(CodeBuild, err, "", "the pinned modules cannot be copied to %s", dir)
		}
	}
	goMod = filepath.Join(dir, "go.mod")
	if err := run(nil, "mod", "edit", "-replace=github.com/hyperledger/fabric="+source, goMod); err != nil {
		return "", fail(CodeBuild, err, "", "%s cannot be changed", goMod)
	}
	return goMod, nil
}
