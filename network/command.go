package network

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// command is one run of a program to its end.
type command struct {
	Path string
	Args []string
	// Env is the whole environment apart from PATH and HOME: settings in the user's shell (CORE_…, ORDERER_…) must not leak in.
	Env []string
	Dir string
}

// run gives what the program wrote to its standard output. The error carries the end of what it wrote to the other.
func (c command) run(ctx context.Context) ([]byte, error) {
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir = c.Dir
	cmd.Env = append(baseEnv(), c.Env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fail(CodeCommand, err, "", "%s %s failed: %s", filepath.Base(c.Path), firstWords(c.Args), lastLines(errs.String()+out.String(), 6))
	}
	return out.Bytes(), nil
}

// baseEnv is what every program gets from the user's environment.
func baseEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// firstWords names a command by its verbs: the arguments before the first flag.
func firstWords(args []string) string {
	var words []string
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			break
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}
