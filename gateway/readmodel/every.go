package readmodel

// atOnce is how many rows are read at a time where all are wanted.
const atOnce = 1_000

// EveryAsset gives all assets that match to each, some at a time, in the order of their ids; f.Order is not looked at. It
// ends with the first error of each, which should not wait for anybody: the write-ahead log grows as long as the View is open.
func (v *View) EveryAsset(f AssetFilter, each func([]Asset) error) error {
	f.Order, v = ByID, v.long()
	for from := nowhere; ; {
		some, end, err := v.assetsFrom(&f, from)
		if err == nil && len(some) > 0 {
			err = each(some)
		}
		if err != nil || end == nowhere {
			return err
		}
		from = end
	}
}

func (v *View) assetsFrom(f *AssetFilter, from at) (some []Asset, end at, err error) {
	w, err := v.every(f)
	if err != nil {
		return nil, nowhere, err
	}
	ids, end, _, err := w(from, atOnce)
	if err != nil || len(ids) == 0 {
		return nil, end, err
	}
	rows, err := v.assets(ids)
	for i := range rows {
		if f.holds(&rows[i]) {
			some = append(some, rows[i])
		}
	}
	return some, end, err
}

// every chooses the way to all that matches. To merge groups again for each part would cost more than to walk.
func (v *View) every(f *AssetFilter) (walker, error) {
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
func (v *View) EveryEvent(f EventFilter, each func([]Event) error) error {
	for p := (Page{Limit: MaxLimit}); ; {
		list, err := v.Events(f, p)
		if err == nil && len(list.Items) > 0 {
			err = each(list.Items)
		}
		if err != nil || list.Next == "" {
			return err
		}
		p.Cursor = list.Next
	}
}
