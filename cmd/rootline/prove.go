package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/proof"
)

func newAnchorCmd(env *environment) *cobra.Command {
	var qr bool
	cmd := &cobra.Command{
		Use:     "anchor",
		GroupID: groupLedger,
		Short:   "Print what the gateway's organisation publishes for who verifies proofs",
		Long: `Prints the anchor: the channel with the hash of its first block, the ledger's id, the organisations, and how many of them have to
vouch. Whoever verifies a proof pins it. Take it from an organisation that did not give you the proof, and compare it with
another's: all publish the same. With --qr it is also shown as a QR code, to be put on paper: the text in it is what /verify/ takes.`,
		Example: "  rootline anchor --gateway https://works.owner.example > anchor.json\n  rootline anchor --qr",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := env.gateway("", shortly)
			if err != nil {
				return err
			}
			a, err := g.ProofAnchor(cmd.Context())
			if err != nil {
				return err
			}
			b, err := json.MarshalIndent(a, "", "  ")
			if err != nil {
				return err
			}
			fmt.Fprintln(env.out, string(b))
			if !qr {
				return nil
			}
			if b, err = json.Marshal(a); err != nil {
				return err
			}
			code, err := qrcode.New(string(b), qrcode.Low)
			if err != nil {
				return err
			}
			env.note("%s", code.ToSmallString(false))
			return nil
		},
	}
	cmd.Flags().BoolVar(&qr, "qr", false, "also show it as a QR code")
	return cmd
}

func newProveCmd(env *environment) *cobra.Command {
	var o client.ProofOptions
	var file string
	var absent bool
	cmd := &cobra.Command{
		Use:     "prove CODE",
		GroupID: groupLedger,
		Short:   "Download the proof of an item, or that a code was never recorded",
		Long: `Has the organisations' peers attest what the ledger holds of an item and saves it, with all that was signed, as one file.
It is verified without any gateway: rootline verify FILE, or the page /verify/. With --absent it is the proof that the ledger
never recorded the code.

--nonce takes bytes of your own, so that the answer cannot be an old one; --seal writes a seal on the ledger first, as a device
that is signed in; --deep adds whole blocks; --rulebooks the texts of rulebooks, so that who verifies reads what kinds, states and actions are called.`,
		Example: "  rootline prove 95200017H2K9QF3ABCD0\n  rootline prove 95200017H2K9QF3ABCD0 --nonce $(openssl rand -hex 16) --output tree.rlproof",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			code := args[0]
			g, err := env.gateway("", shortly)
			if err == nil && (o.Seal || o.Deep && env.deviceFlag != "") {
				var d *client.Device
				if d, g, err = env.both(shortly); err == nil {
					_, err = g.SignIn(cmd.Context(), d)
				}
			}
			if err != nil {
				return err
			}
			var b []byte
			if absent {
				b, err = g.Absence(cmd.Context(), code, o.Nonce)
			} else {
				b, err = g.Proof(cmd.Context(), code, o)
			}
			if err != nil {
				return err
			}
			if _, err := proof.Decode(b); err != nil {
				return fmt.Errorf("what the gateway gave is no proof: %w", err)
			}
			path := first(file, code+proof.Extension)
			if err := os.WriteFile(path, b, 0o644); err != nil { // it is for others to read
				return err
			}
			env.say("The proof of %s is in %s, %d bytes. It is verified with: rootline verify %s --anchor anchor.json", code, path, len(b), path)
			return nil
		},
	}
	cmd.Flags().StringVar(&o.Nonce, "nonce", "", "16 to 64 bytes of your own in hexadecimal digits")
	cmd.Flags().BoolVar(&o.Deep, "deep", false, "add whole blocks")
	cmd.Flags().BoolVar(&o.Texts, "rulebooks", false, "add the texts of rulebooks, from which who verifies reads what things are called")
	cmd.Flags().BoolVar(&o.Seal, "seal", false, "write a seal on the ledger first, signed in as a device")
	cmd.Flags().BoolVar(&absent, "absent", false, "prove that the code was never recorded")
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write (default: the code with "+proof.Extension+")")
	return cmd
}
