package rootline_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/strictjson"
)

// fillers are the calls whose arguments are put into sentences of both languages.
var fillers = map[string]bool{"Refuse": true, "Fill": true, "fail": true, "failAt": true, "refuse": true, "fault": true}

// An English reason in a Chinese sentence is what Reason is for: so nothing fills a sentence of both languages with an error's
// English words, nor with a phrase that has no Chinese.
func TestNoEnglishIsFilledIntoChinese(t *testing.T) {
	files := token.NewFileSet()
	seen := 0
	for _, path := range goFiles(t) {
		// What proof, channel and network fill are details for whoever runs a ledger: in English alone, and shown apart from sentences.
		if room, _, _ := strings.Cut(path, "/"); strings.HasSuffix(path, "_test.go") || slices.Contains([]string{"tools", "proof", "channel", "network"}, room) {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if !fillers[called(n)] {
					return true
				}
				for _, arg := range n.Args {
					seen++
					if call, ok := arg.(*ast.CallExpr); ok && called(call) == "Error" && len(call.Args) == 0 {
						t.Errorf("%s: an error's English words are filled in; give the error itself", files.Position(arg.Pos()))
					}
					if text, ok := arg.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(text.Value, " ") && len(n.Args) > 1 {
						t.Errorf("%s: %s has no Chinese", files.Position(arg.Pos()), text.Value)
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); !ok || key.Name != "Zh" {
					return true
				}
				ast.Inspect(n.Value, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok && called(call) == "Error" {
						t.Errorf("%s: an error's English words stand in Chinese", files.Position(call.Pos()))
					}
					return true
				})
			}
			return true
		})
	}
	if seen < 300 {
		t.Errorf("the arguments of %d fillings were looked at", seen)
	}
}

// called is the name of what is called, without its package or receiver.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func TestReasonsAreInBothLanguages(t *testing.T) {
	_, badEvent := rootline.ParseEvent([]byte(`{"id":1}`))
	_, badHash := rootline.ParseHash("ab")
	_, badBook := rulebook.Parse([]byte("a: [b\n"))
	_, badRule := rulebook.Parse([]byte("rulebook: 1\nversion: x\n"))
	for _, c := range []struct {
		err  error
		want string
	}{
		{strictjson.Decode([]byte(`{"a":1,"a":2}`), &struct{}{}), "名称重复（位于 /a）"},
		{strictjson.Check([]byte(`1.5`)), "数字不是 ±(2^53−1) 以内的整数"},
		{strictjson.Decode([]byte(`{"h":"ab"}`), &struct{ H rootline.Hash }{}), "未知的名称（位于 /h）"},
		{strictjson.Decode([]byte(`{"h":"ab"}`), &struct {
			H rootline.Hash `json:"h"`
		}{}), "SHA-256 应为 64 位十六进制数字，此处有 2 个字符（位于 /h）"},
		{jws.ErrForm, "不是紧凑格式的 JWS"},
		{badHash, "SHA-256 应为 64 位十六进制数字，此处有 2 个字符"},
		{badEvent, "事件格式不正确：值的类型不符（位于 /id）。请修正后重新签名。"},
		{rootline.Refuse(rootline.CodeBusy, 5), "账本繁忙，排队已满。未接收任何内容；请在 5 秒后重试。"},
		{errors.New("disk on fire"), "【技术信息，英文】disk on fire"},
		{badBook, "不是 YAML：【技术信息，英文】"},
		{badRule, "应"},
	} {
		got := rootline.Reason(c.err)
		if got.En == "" || !strings.Contains(got.Zh, c.want) {
			t.Errorf("the reason %q is %q in Chinese, not %q", c.err, got.Zh, c.want)
		}
	}
	if got := (rootline.Text{En: "No: %v.", Zh: "否：%v。"}).Fill(jws.ErrLong); got.Zh != "否：超过签名消息的最大长度。" || got.En != "No: it is longer than any message that is signed." {
		t.Errorf("filled with an error it says %+v", got)
	}
}
