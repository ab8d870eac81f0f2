package main

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/limits"
)

// maxLink bounds what is read of an invitation's link.
const maxLink = limits.InvitationLink

func newEnrolCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "enrol LINK",
		Short: "Take an invitation: make this device's key and have it registered",
		Long: `Takes an invitation. It makes a key of its own for this device, keeps it in a file that only you can read, and has it
registered on the ledger in the role that the invitation offers.

The file is named by --device; without it, it is named like the pseudonym in the invitation, in the data folder's keys.
Repeat the command if it is interrupted: it goes on with the same key.

A dash instead of the link reads it from the input, so that it does not show among the machine's processes.`,
		Example: `  rootline enrol 'https://works.example/enrol#eyJrIjoi…'
  rootline enrol - --device crew-7 < invitation.txt`,
		GroupID: groupDevice,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			link, err := readLink(env.in, args[0])
			if err != nil {
				return err
			}
			at, token, err := client.ParseLink(link)
			if err != nil {
				return err
			}
			path := filepath.Join(env.keys(), fileName(token.Name)+".json")
			if name := first(env.deviceFlag, env.getenv(envDevice)); name != "" {
				path = env.keyPath(name)
			}
			g, err := env.gateway(at, shortly)
			if err != nil {
				return err
			}
			d, err := g.EnrolTo(cmd.Context(), link, path)
			if err != nil {
				return err
			}
			env.say("Enrolled as %s of %s, in the role %s.", d.Name, d.Organisation, d.Role)
			env.say("The key is in %s. Keep the file: there is no other copy.", path)
			return nil
		},
	}
}

func readLink(in io.Reader, arg string) (string, error) {
	if arg != "-" {
		return strings.TrimSpace(arg), nil
	}
	line, err := bufio.NewReader(io.LimitReader(in, maxLink)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("the link cannot be read: %w", err)
	}
	return strings.TrimSpace(line), nil
}

var notInFileNames = regexp.MustCompile(`[^\p{L}\p{N}._-]+`)

// fileName makes a pseudonym fit for the name of a file.
func fileName(name string) string {
	name = strings.Trim(notInFileNames.ReplaceAllString(name, "-"), ".-")
	return first(strings.ToLower(name), "device")
}
