package codeindex

import (
	"errors"
	"sync"
	"testing"

	"github.com/rootline/rootline"
)

// Who wants a tree that is being built waits for it, and nobody else: one slow list holds up no other. What was begun before all
// was forgotten is not kept.
func TestASlowTreeHoldsUpNoOther(t *testing.T) {
	var kept trees
	codes := rootline.NewCodes([]string{"95200020000000001", "95200020000000002"})
	begun, proceed := make(chan struct{}), make(chan struct{})
	reads := 0
	slow := func() (rootline.Codes, error) {
		reads++
		close(begun)
		<-proceed
		return codes, nil
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := kept.get(1, slow); err != nil {
			t.Error(err)
		}
	})
	<-begun
	if _, err := kept.get(2, func() (rootline.Codes, error) { return codes, nil }); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		wait.Go(func() {
			if tree, err := kept.get(1, func() (rootline.Codes, error) { return codes, nil }); err != nil || len(tree.Leaves()) != 2 {
				t.Errorf("%v, %v", tree, err)
			}
		})
	}
	kept.reset()
	close(proceed)
	wait.Wait()
	if reads != 1 {
		t.Errorf("the list was read %d times", reads)
	}
	kept.reset()
	failing := errors.New("the asker went away")
	if _, err := kept.get(3, func() (rootline.Codes, error) { return nil, failing }); !errors.Is(err, failing) {
		t.Error(err)
	}
	if tree, err := kept.get(3, func() (rootline.Codes, error) { return codes, nil }); err != nil || len(tree.Leaves()) != 2 {
		t.Error("a failure is kept:", err)
	}
}

func TestATreeBegunBeforeAllWasForgottenIsNotKept(t *testing.T) {
	var kept trees
	old, fresh := rootline.NewCodes([]string{"95200020000000001"}), rootline.NewCodes([]string{"95200020000000001", "95200020000000002"})
	if _, err := kept.get(1, func() (rootline.Codes, error) { kept.reset(); return old, nil }); err != nil {
		t.Fatal(err)
	}
	if tree, err := kept.get(1, func() (rootline.Codes, error) { return fresh, nil }); err != nil || len(tree.Leaves()) != 2 {
		t.Errorf("%d leaves, %v", len(tree.Leaves()), err)
	}
}
