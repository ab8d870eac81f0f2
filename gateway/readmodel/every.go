package readmodel

import "context"

// atOnce is how many rows are read at a time where all are wanted.
const atOnce = 1_000

// EveryAsset gives all assets that match to each, some at a time, in the order of their ids; f.Order is not looked at. Each
// part is as of the block that was the last one then, so that a long reading holds nothing up: what changes meanwhile is
// given as it was or as it is, and nothing twice. It ends with the first error of each.
func (s *Store) EveryAsset(ctx context.Context, f AssetFilter, each func([]Asset) error) error {
	f.Order = ByID
	for from := nowhere; ; {
		some, end, err := s.assetsFrom(ctx, &f, from)
		if err == nil && len(some) > 0 {
			err = each(some)
		}
		if err != nil || end == nowhere {
			return err
		}
		from = end
	}
}

func (s *Store) assetsFrom(ctx context.Context, f *AssetFilter, from at) (some []Asset, end at, err error) {
	_, err = look(ctx, s, func(v *view) (struct{}, error) {
		v.long = true
		w, err := v.every(f)
		if err != nil {
			return struct{}{}, err
		}
		ids, to, _, err := w(from, atOnce)
		if err != nil || len(ids) == 0 {
			end = to
			return struct{}{}, err
		}
		end = to
		rows, err := v.assets(ids)
		for i := range rows {
			if f.holds(&rows[i]) {
				some = append(some, rows[i])
			}
		}
		return struct{}{}, err
	})
	return some, end, err
}

// every chooses the way to all that matches. To merge groups again for each part would cost more than to walk.
func (v *view) every(f *AssetFilter) (walker, error) {
	if f.narrow() {
		return v.chosen(f, ByID), nil
	}
	grouped, _ := f.groupPart()
	few, ok, err := v.few(f, &grouped)
	if err != nil {
		return nil, err
	}
	if ok {
		return v.sifted(f, ByID, few), nil
	}
	return v.through(f, ByID), nil
}

// EveryEvent gives all events that match to each, some at a time, the last recorded first. It ends with the first error
// of each.
func (s *Store) EveryEvent(ctx context.Context, f EventFilter, each func([]Event) error) error {
	for p := (Page{Limit: MaxLimit}); ; {
		list, err := s.Events(ctx, f, p)
		if err == nil && len(list.Items) > 0 {
			err = each(list.Items)
		}
		if err != nil || list.Next == "" {
			return err
		}
		p.Cursor = list.Next
	}
}
