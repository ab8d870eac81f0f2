package rulebook

import "github.com/rootline/rootline/limits"

// Limits of a rulebook. A peer parses every proposed one, so that they bound what a proposal can cost.
const (
	// MaxBytes is the length of what is adopted. Signed as a proposal, text of ordinary characters is half as long again,
	// and stays below rootline.MaxEventBytes.
	MaxBytes = limits.RulebookBytes
	// MaxProblems is how many mistakes Parse reports at most.
	MaxProblems = 100

	maxRoles   = limits.Roles
	maxKinds   = limits.Kinds
	maxStates  = limits.States
	maxActions = limits.Actions
	maxRules   = limits.Rules
	maxChoices = limits.Choices
	maxTitle   = limits.Title // characters

	// MaxString and MaxItems bound what a field's maxLength may say; the defaults hold where it says nothing.
	MaxString     = limits.TextLength
	MaxItems      = limits.ListItems
	defaultString = limits.FieldText
	defaultItems  = limits.FieldItems

	// defaultLinks is how many inputs or refs an action takes that does not say.
	defaultLinks = 64
	// maxMarks is how many marks a rulebook has.
	maxMarks = limits.Marks

	// maxNotice is the longest notice, in seconds: a year.
	maxNotice = 366 * 24 * 60 * 60

	maxExpression = limits.Expression // characters
	maxNodes      = limits.ExpressionNodes
	maxNesting    = limits.ExpressionNesting
	// maxCost bounds the cost of one expression in CEL's units, roughly one for each step: about a millisecond.
	maxCost = limits.ExpressionCost
)
