package network

import (
	"context"
	"sync"
)

// together runs tasks side by side. The first failure cancels the others; it is the one that is returned.
func together(ctx context.Context, tasks ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(func() {
			if err := task(ctx); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// eachOrg runs a task for every organisation side by side.
func eachOrg(ctx context.Context, task func(context.Context, Org) error) error {
	var tasks []func(context.Context) error
	for _, o := range Orgs() {
		tasks = append(tasks, func(ctx context.Context) error { return task(ctx, o) })
	}
	return together(ctx, tasks...)
}
