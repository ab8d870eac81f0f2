package main

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
)

// kidsLast moves the ids of devices that look like flags behind a "--". A kid is a thumbprint in base64url, so one in 64
// begins with a dash, and who copies one from a list cannot be asked to notice.
func kidsLast(root *cobra.Command, args []string) []string {
	cmd, _, err := root.Find(args)
	if err != nil || slices.Contains(args, "--") {
		return args
	}
	var rest, kids []string
	for i, arg := range args {
		if dashedKid(arg) && !(i > 0 && takesValue(cmd, args[i-1])) {
			kids = append(kids, arg)
		} else {
			rest = append(rest, arg)
		}
	}
	if kids == nil {
		return args
	}
	return append(append(rest, "--"), kids...)
}

func dashedKid(arg string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(arg)
	return err == nil && len(b) == len(rootline.Hash{}) && arg[0] == '-'
}

// takesValue says whether what follows a flag is its value.
func takesValue(cmd *cobra.Command, arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	flag := cmd.Flag(name)
	return long && flag != nil && flag.NoOptDefVal == ""
}
