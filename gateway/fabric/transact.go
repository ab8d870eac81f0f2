package fabric

import (
	"context"
	"errors"
	"time"
)

// retryPause is the wait between two tries of Transact.
const retryPause = 300 * time.Millisecond

// Transact calls a function of the contract with one argument and waits until it took effect. It is for founding and
// confirming, which an organisation's Fabric admin does by hand, and tries again while ctx lasts where that is safe.
// Errors: *Refused, *Conflict, *Mismatch and *Unavailable when ctx ended, *Unknown.
func (c *Client) Transact(ctx context.Context, fn, arg string) error {
	for {
		err := c.transactOnce(ctx, fn, arg)
		if err == nil || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(retryPause):
		}
	}
}

// passing reports whether trying again is safe and may help.
func passing(err error) bool {
	var conflict *Conflict
	var mismatch *Mismatch
	var unavailable *Unavailable
	return errors.As(err, &conflict) || errors.As(err, &mismatch) || errors.As(err, &unavailable)
}

func (c *Client) transactOnce(ctx context.Context, fn, arg string) error {
	a, err := c.propose(ctx, fn, arg)
	if err != nil {
		return err
	}
	if err := a.Submit(ctx); err != nil {
		var unknown *Unknown
		if errors.As(err, &unknown) {
			return c.await(ctx, a.TxID(), unknown)
		}
		return err
	}
	_, err = a.Wait(ctx)
	var unknown *Unknown
	if errors.As(err, &unknown) {
		return c.await(ctx, a.TxID(), unknown)
	}
	return err
}

// await looks for a transaction of unknown fate while ctx lasts.
func (c *Client) await(ctx context.Context, txID string, unknown *Unknown) error {
	for {
		if fate, err := c.Resolve(ctx, txID); err == nil && fate.Found {
			return fate.Err(txID)
		}
		select {
		case <-ctx.Done():
			return unknown
		case <-time.After(retryPause):
		}
	}
}
