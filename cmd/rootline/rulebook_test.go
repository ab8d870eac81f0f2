package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const lampsFile = "../../docs/examples/road-lamps@1.yaml"

// changedLamps is the rulebook of the road lamps with something changed.
func changedLamps(t *testing.T, old, new string) string {
	t.Helper()
	text, err := os.ReadFile(lampsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("there is no %q", old)
	}
	file := filepath.Join(t.TempDir(), "lamps.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRulebookCommands(t *testing.T) {
	s := newStage(t)
	mistaken := changedLamps(t, "by: supplier", "by: suplier")
	wide := changedLamps(t, `says:
              en: This is not on that road. Choose the road where the pole stands.
              zh: 此处不在该道路内。请选择灯杆所在的道路。`, `says: {zh: 此处不在该道路内。, de: Nein}`)
	loose := changedLamps(t, "mean(event.data.light) >= 15", "mean(event.data.light) >= 1")
	unshown := changedLamps(t, "          too-dark: {data: {light: [16, 14, 13, 14]}}\n", "")
	for _, c := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"check", []string{"check", lampsFile}, exitOK, []string{"road-lamps@1: no mistakes. Kinds: 1, actions: 5, rules: 6, histories of examples: 1.", "SHA-256"}},
		{"check in Chinese", []string{"check", "--lang", "zh", lampsFile}, exitOK, []string{"没有错误"}},
		{"check one with a walk", []string{"check", "../../e2e/testdata/benches@1.yaml"}, exitOK, []string{"benches@1: no mistakes", "Done on a walk: bench/accept."}},
		{"check one that reads another", []string{"check", "../../judge/testdata/money@1.yaml", "../../judge/testdata/works@1.yaml"}, exitOK, []string{"money@1: no mistakes"}},
		{"check one without the other", []string{"check", "../../judge/testdata/money@1.yaml"}, exitRefused, []string{`no rulebook "works" was adopted`, "/reads/works/element"}},
		{"check a shipped one", []string{"check", "forestation@1"}, exitOK, []string{"forestation@1: no mistakes", "Done on a walk: tree/accept."}},
		{"a mistake", []string{"check", mistaken}, exitRefused, []string{
			`lamps.yaml:33:13: "suplier" is not among the roles`, "/kinds/lamp/actions/deliver/by",
			"   33 |         by: suplier\n      |             ^\n", "→ Do you mean \"supplier\"?\n          by: supplier\n", "mistakes found: 1"}},
		{"a mistake in Chinese", []string{"check", "--lang", "zh", mistaken}, exitRefused, []string{`"suplier" 不属于角色`, "→ 是否应为 \"supplier\"？", "1 处错误"}},
		{"under wide characters", []string{"check", wide}, exitRefused, []string{
			`"de" is not known here`, "      |                        　　　　　　　　　  ^\n"}},
		{"no file", []string{"check", "nowhere.yaml"}, exitFailure, []string{"no such file"}},
		{"no argument", []string{"check"}, exitUsage, []string{"requires at least 1 arg"}},
		{"odd language", []string{"check", "--lang", "fr", lampsFile}, exitUsage, []string{"--lang is en or zh"}},
		{"test", []string{"test", "--strict", lampsFile}, exitOK, []string{"allowed as they should be: 5, refused as they should be: 9, otherwise: 0. Rules shown both ways: 6 of 6"}},
		{"test fails", []string{"test", loose}, exitRefused, []string{
			"a lamp that fails and is repaired: This should be refused as too-dark, but it is allowed.", "too-dark: {data", "^",
			"the rule lamp/accept/too-dark: mean(event.data.light) >= 1\n", "saw mean(event.data.light) = 14\n", "saw event.data.light = [16,14,13,14]\n", "otherwise: 1. Rules shown both ways: 5 of 6"}},
		{"test in Chinese", []string{"test", "--lang", "zh", loose}, exitRefused, []string{"此步应以 too-dark 拒绝，实际却获准。"}},
		{"not shown", []string{"test", unshown}, exitOK, []string{"no example shows the rule lamp/accept/too-dark refusing"}},
		{"not shown, strictly", []string{"test", "--strict", unshown}, exitRefused, []string{"no example shows the rule lamp/accept/too-dark refusing"}},
		{"test with a mistake", []string{"test", mistaken}, exitRefused, []string{`"suplier" is not among the roles`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := s.run(append([]string{"rulebook"}, c.args...)...)
			if code != c.code {
				t.Errorf("exit %d, want %d", code, c.code)
			}
			for _, want := range c.says {
				if !strings.Contains(out+errs, want) {
					t.Errorf("not said: %q\n%s%s", want, out, errs)
				}
			}
		})
	}
}

func TestAStoryNeedsALedger(t *testing.T) {
	s := newStage(t)
	if code, out, errs := s.run("story"); code != exitFailure || !strings.Contains(errs, "rootline up") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}
