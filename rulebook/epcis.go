package rulebook

import "slices"

// The business steps and dispositions of GS1's Core Business Vocabulary 2.0, as bare words.
var (
	bizSteps = []string{
		"accepting", "arriving", "assembling", "collecting", "commissioning", "consigning", "creating_class_instance",
		"cycle_counting", "decommissioning", "departing", "destroying", "disassembling", "dispensing", "encoding",
		"entering_exiting", "holding", "inspecting", "installing", "killing", "loading", "other", "packing", "picking",
		"receiving", "removing", "repackaging", "repairing", "replacing", "reserving", "retail_selling", "sampling",
		"sensor_reporting", "shipping", "staging_outbound", "stock_taking", "stocking", "storing", "transporting",
		"unloading", "unpacking", "void_shipping",
	}
	dispositions = []string{
		"active", "available", "completeness_inferred", "completeness_verified", "conformant", "container_closed",
		"container_open", "damaged", "destroyed", "dispensed", "disposed", "encoded", "expired", "in_progress",
		"in_transit", "inactive", "mismatch_class", "mismatch_instance", "mismatch_quantity", "needs_replacement",
		"no_pedigree_match", "non_conformant", "non_sellable_other", "partially_dispensed", "recalled", "reserved",
		"retail_sold", "returned", "sellable_accessible", "sellable_not_accessible", "stolen", "unavailable", "unknown",
	}
)

func (r *reader) epcis(a *Action, e entry) {
	got := r.members(e.value, e.path, "bizStep", "disposition")
	word := func(name string, vocabulary []string) string {
		m, ok := got[name]
		if !ok {
			return ""
		}
		s, ok := r.scalar(m)
		if ok && !slices.Contains(vocabulary, s) {
			r.fail(m.value, m.path, both("the Core Business Vocabulary has no %s %q", "核心业务词汇中没有 %s %q"), name, s)
		}
		return s
	}
	a.EPCIS = EPCIS{word("bizStep", bizSteps), word("disposition", dispositions)}
}

// What pages and lists take from the words of the vocabulary, in one place.

// Accepts reports whether somebody takes over or accepts.
func (e EPCIS) Accepts() bool { return e.BizStep == "accepting" }

// Inspects reports whether something is looked at, measured or tested.
func (e EPCIS) Inspects() bool { return e.BizStep == "inspecting" }

// Installs reports whether something is put where it stays.
func (e EPCIS) Installs() bool { return e.BizStep == "installing" }

// Moves reports whether something is on its way afterwards.
func (e EPCIS) Moves() bool { return e.Disposition == "in_transit" }

// Conforms reports whether something was found right.
func (e EPCIS) Conforms() bool { return e.Disposition == "conformant" }

// TurnsDown reports whether something was found wrong.
func (e EPCIS) TurnsDown() bool {
	return e.Disposition == "non_conformant" || e.Disposition == "non_sellable_other"
}

// Ends reports whether nothing comes after it.
func (e EPCIS) Ends() bool {
	return slices.Contains([]string{"destroyed", "inactive", "disposed"}, e.Disposition)
}
