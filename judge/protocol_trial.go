//go:build protocoltrial

package judge

// A TEST BUILD knows protocol 2, which differs from 1 in one small rule: pseudonyms may be longer. The end-to-end tests
// upgrade a running network to it; nothing that is shipped is built with this tag.
func init() { protocols[2] = &protocol{maxName: 60} }
