package money

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
)

// Account is a contract with all that belongs to it.
type Account struct {
	Contract   *Contract
	Lines      []Line
	Variations []Variation
	Claims     []Claim
	Orders     []Order
}

// maxParts is how many lines, variations, claims or orders an Account holds at most: it is held in memory.
const maxParts = 10_000

// Read reads a contract with all that belongs to it, each in the order of numbers, payment orders in the order of payment. The error
// is a refusal where there is no such contract, or where too much belongs to it.
func Read(v *presentation.Reply, code string) (*Account, error) {
	c, err := ContractOf(v, code)
	if err != nil {
		return nil, err
	}
	a := &Account{Contract: c}
	if a.Lines, err = every(v, c.ID, Lines); err != nil {
		return nil, err
	}
	if a.Variations, err = every(v, c.ID, Variations); err != nil {
		return nil, err
	}
	if a.Claims, err = every(v, c.ID, Claims); err != nil {
		return nil, err
	}
	if a.Orders, err = every(v, c.ID, Orders); err != nil {
		return nil, err
	}
	slices.SortStableFunc(a.Lines, func(x, y Line) int { return byNumber(x.Number, y.Number) })
	slices.SortStableFunc(a.Variations, func(x, y Variation) int {
		return cmp.Or(cmp.Compare(x.Agreed, y.Agreed), byNumber(x.Number, y.Number))
	})
	slices.SortStableFunc(a.Claims, func(x, y Claim) int { return byNumber(x.Number, y.Number) })
	slices.SortStableFunc(a.Orders, func(x, y Order) int { return cmp.Compare(x.At, y.At) })
	return a, nil
}

func every[T any](v *presentation.Reply, contract string, list func(*presentation.Reply, string, readmodel.Page) (List[T], error)) ([]T, error) {
	all := []T{}
	for p := (readmodel.Page{Limit: readmodel.MaxLimit}); ; {
		some, err := list(v, contract, p)
		if err != nil {
			return nil, err
		}
		if all = append(all, some.Items...); len(all) > maxParts {
			return nil, problem.BadRequest(rootline.Text{
				En: "More than 10,000 records of one sort belong to this contract, which is too much for a file. Take lists, filtered, in their place.",
				Zh: "该合同的同类记录超过 10,000 条，无法导出为一个文件。请改用列表筛选导出。",
			})
		}
		if p.Cursor = some.Next; p.Cursor == "" {
			return all, nil
		}
	}
}

// byNumber compares numbers as people count: "2" before "10". Digits count as numbers, the rest as letters.
func byNumber(a, b string) int {
	for a != "" && b != "" {
		x, y := digits(a), digits(b)
		if x == 0 || y == 0 {
			if c := cmp.Compare(a[0], b[0]); c != 0 {
				return c
			}
			a, b = a[1:], b[1:]
			continue
		}
		one, other := strings.TrimLeft(a[:x], "0"), strings.TrimLeft(b[:y], "0")
		if c := cmp.Or(cmp.Compare(len(one), len(other)), cmp.Compare(one, other)); c != 0 {
			return c
		}
		a, b = a[x:], b[y:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
