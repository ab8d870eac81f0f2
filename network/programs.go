package network

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
)

// checkPrograms fails early when a chaincode's program is missing or its source is.
func (n *Network) checkPrograms() error {
	for _, cc := range n.config.Chaincodes {
		for _, o := range Orgs() {
			program := n.chaincodeBinary(cc, o)
			if program == n.files.chaincode(cc.Name) {
				continue // built here
			}
			if !exists(program) {
				return fail(CodeConfig, nil, "", "the program %s of chaincode %s at %s does not exist", program, cc.Name, o.Name)
			}
		}
	}
	return nil
}

// buildChaincode builds the service from its Go package. Go's own cache makes this quick when nothing changed.
func (n *Network) buildChaincode(ctx context.Context, r *reporter, cc Chaincode) error {
	if cc.Package == "" {
		return nil
	}
	done := r.begin(StageChaincode, cc.Name)
	if err := n.build(ctx, cc.Package, n.files.chaincode(cc.Name)); err != nil {
		return err
	}
	done()
	return nil
}

// buildBuilder builds the external builder: one program under the three names that peers call.
func (n *Network) buildBuilder(ctx context.Context) error {
	folder := filepath.Join(n.files.builder(), "bin")
	if err := n.build(ctx, "./network/ccaas", filepath.Join(n.files.builder(), "ccaas")); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be made", folder)
	}
	for _, name := range []string{"detect", "build", "release"} {
		err := os.Symlink(filepath.Join("..", "ccaas"), filepath.Join(folder, name))
		if err != nil && !os.IsExist(err) {
			return fail(CodeFolder, err, "", "%s cannot be written", folder)
		}
	}
	return nil
}

// build puts a program of the repository at path. It builds aside and renames, since a running program cannot be
// overwritten. The same program stays, so that services that run it need not be replaced.
func (n *Network) build(ctx context.Context, pkg, path string) error {
	source, err := findSource(n.config.Source)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be made", filepath.Dir(path))
	}
	aside := path + ".new"
	if err := goBuild(ctx, source, "-ldflags", "-s -w", "-o", aside, pkg); err != nil {
		return err
	}
	if same, err := sameBytes(aside, path); err == nil && same {
		return os.Remove(aside)
	}
	if err := os.Rename(aside, path); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be put in place", path)
	}
	return nil
}

func sameBytes(a, b string) (bool, error) {
	x, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	y, err := os.ReadFile(b)
	return err == nil && bytes.Equal(x, y), err
}
