module github.com/rootline/rootline

go 1.26

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/transparency-dev/merkle v0.0.2 // indirect
)
