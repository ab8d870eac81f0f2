package client

import (
	"context"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
)

// NotMoved is an asset that stays under the version that it has, and why.
type NotMoved struct {
	Asset  string
	Reason *rootline.Error
}

// MoveAssets takes assets over to a version of their rulebook, as many in one event as the ledger takes. An asset that the
// ledger refuses is left out and listed, and the others go without it. An error says that the rest was not tried; moved is how
// many had gone before.
func (g *Gateway) MoveAssets(ctx context.Context, d *Device, rulebook, reason string, codes []string) (moved int, stayed []NotMoved, err error) {
	for len(codes) > 0 {
		batch := codes[:min(len(codes), rootline.MaxDependants)]
		data, err := encodeData(rootline.MoveData{Rulebook: rulebook, Assets: batch, Reason: reason})
		if err != nil {
			return moved, stayed, err
		}
		_, err = g.act(ctx, d, rootline.ActMove, data)
		at, refused := refusedOf(err, len(batch))
		switch {
		case err == nil:
			moved += len(batch)
			codes = codes[len(batch):]
		case refused == nil:
			return moved, stayed, err
		default:
			stayed = append(stayed, NotMoved{batch[at], refused})
			// What is left of the batch is tried again at once, without the one.
			codes = append(append([]string{}, codes[:at]...), codes[at+1:]...)
		}
	}
	return moved, stayed, nil
}

// refusedOf tells which of the assets of a move was refused; nil when the refusal is about the move itself.
func refusedOf(err error, n int) (at int, refused *rootline.Error) {
	refusal := rootline.AsError(err)
	if refusal == nil {
		return 0, nil
	}
	number, found := strings.CutPrefix(refusal.Field, "/data/assets/")
	at, bad := strconv.Atoi(number)
	if !found || bad != nil || at < 0 || at >= n {
		return 0, nil
	}
	return at, refusal
}
