package rootline

import "testing"

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Pinus": "Pinus", "油松": "油松", "a-b=c": "a-b=c", "3+4": "3+4", " a": " a",
		"=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "＝1": "'＝1", "﹦1": "'﹦1", "−1": "'−1",
		"  =1": "'  =1", "\u00a0=1": "'\u00a0=1", "\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1", "\u3000＝1": "'\u3000＝1",
		"\u2060\u00ad@a": "'\u2060\u00ad@a", "a;=1": "a;'=1", "a; -b": "a;' -b", "a;b": "a;b", "a\n=1": "a\n'=1", "=1;=2": "'=1;'=2",
		"\t=1": "\t'=1", "\ta": "'\ta", "\r=1": "\r'=1",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
