package symbol

import "math/bits"

// The weights of ISO/IEC 18004, table 11.
const (
	weightRun     = 3
	weightBlock   = 3
	weightFinder  = 40
	weightBalance = 10
)

// penalty scores a symbol as section 7.8.3 does. The symbol is given by rows and by columns, each with what a mask changes.
func penalty(rows *[64]uint64, across []uint64, columns *[64]uint64, down []uint64) int {
	n := len(across)
	score, dark := 0, 0
	var above uint64
	for y, change := range across {
		row := (rows[y] ^ change) >> (64 - n)
		score += line(row, n)
		dark += bits.OnesCount64(row)
		if y > 0 {
			same := ^(row ^ above)
			score += weightBlock * bits.OnesCount64(alike(row, n)&same&(same>>1))
		}
		above = row
	}
	for x, change := range down {
		score += line((columns[x]^change)>>(64-n), n)
	}
	// Each full step of 5 % away from half dark counts.
	off := 20*dark - 10*n*n
	return score + weightBalance*(max(off, -off)/(n*n))
}

// alike has a 1 where a module is like its neighbour.
func alike(line uint64, n int) uint64 { return ^(line ^ line>>1) & (1<<(n-1) - 1) }

// line scores one row or column: runs of five or more, and what looks like a finder pattern with a light area beside it.
func line(l uint64, n int) int {
	fours := alike(l, n)
	fours &= fours >> 1
	fours &= fours >> 2 // a run of five is alike four times over
	score := 0
	if fours != 0 {
		// A run of 5 scores 3 and each module more scores 1; it has its length less 4 bits here.
		score = bits.OnesCount64(fours) + (weightRun-1)*bits.OnesCount64(fours&^(fours<<1))
	}
	light := ^l & (1<<n - 1)
	finder := l & (l >> 2) & (l >> 3) & (l >> 4) & (l >> 6) & (light >> 1) & (light >> 5)
	if finder == 0 {
		return score
	}
	lights := light & (light >> 1)
	lights &= lights >> 2
	return score + weightFinder*(bits.OnesCount64(finder&(lights>>7))+bits.OnesCount64(finder&(lights<<4)))
}

// transpose turns a 64 × 64 matrix of bits about its diagonal, in place, by swapping ever smaller blocks.
func transpose(m *[64]uint64) {
	mask := uint64(0x00000000FFFFFFFF)
	for j := 32; j != 0; j, mask = j>>1, mask^mask<<(j>>1) {
		for k := 0; k < 64; k = (k + j + 1) &^ j {
			t := (m[k] ^ m[k+j]>>j) & mask
			m[k] ^= t
			m[k+j] ^= t << j
		}
	}
}
