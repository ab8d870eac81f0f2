package rulebook

// Limits of a rulebook. A peer parses every proposed one, so that they bound what a proposal can cost.
const (
	// MaxBytes is the length of what is adopted. Signed as a proposal, text of ordinary characters is half as long again,
	// and stays below rootline.MaxEventBytes.
	MaxBytes = 128 << 10
	// MaxProblems is how many mistakes Parse reports at most.
	MaxProblems = 100

	maxRoles   = 32
	maxKinds   = 32
	maxStates  = 32
	maxActions = 64
	maxRules   = 32
	maxChoices = 200
	maxTitle   = 400 // characters

	// MaxString and MaxItems bound what a field's maxLength may say; the defaults hold where it says nothing.
	MaxString     = 2000
	MaxItems      = 1000
	defaultString = 200
	defaultItems  = 200

	maxExpression = 1000 // characters
	maxNodes      = 300
	maxNesting    = 32
	// maxCost bounds the cost of one expression in CEL's units, roughly one for each step: about a millisecond.
	maxCost = 20_000
)
