# Thin wrappers. Everything that thinks is in Go or in the page's own build.

.DEFAULT_GOAL := help
GO ?= go

.PHONY: help up down status build web test lint unit fuzz oracle web-test e2e bench bench-full fmt stories clean

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: build ## a whole network with the site on http://localhost:8080 and a synthetic story
	bin/rootline up

down: ## stop it; the ledger stays
	bin/rootline down

status: ## what runs
	bin/rootline status

build: web ## the programs, in bin/
	$(GO) build -o bin/ ./cmd/rootline

web: web/dist/index.html ## the pages

web/dist/index.html: web/package-lock.json $(shell find web/src web/public web/index.html web/verify web/*.config.* proof/codes.json -type f 2>/dev/null)
	cd web && npm ci --no-audit --no-fund && npm run build

lint: ## vet and staticcheck
	$(GO) vet ./...
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run: make fmt"; exit 1; }
	cd tools/lint && $(GO) build -o ../../bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	bin/staticcheck ./...

fmt: ## format the Go code
	gofmt -w $$(git ls-files '*.go')

unit: ## tests that need no network of processes
	$(GO) test -short ./...

fuzz: ## every fuzz target for 20 seconds: a quarter of an hour
	$(GO) run ./tools/fuzz

oracle: ## what package channel says of blocks, and proof of endorsements, against Fabric's own packages; building them takes two minutes the first time
	$(GO) test -count=1 ./channel
	$(GO) test -count=1 ./proof -run Fabric

web-test: web ## tests of the pages
	cd web && npm run check && npm test

e2e: web ## tests against real peers, orderers and chaincode services, and in a real browser
	scripts/browser
	$(GO) test -p 2 -count=1 -timeout 40m ./e2e ./e2e/upgrade ./network/... ./gateway/fabric/... ./gateway/app/...

bench: ## measure against plain Fabric on a network of its own, five minutes at most
	$(GO) run ./bench

bench-full: ## the same with larger slices and many more assets; it takes most of an hour
	$(GO) run ./bench -full

test: lint web-test unit e2e ## everything; does its own set-up. The pages come first: Go tests look at what was built

stories: web ## the blocks of package story/recorded anew: only with a commit that says which decision changed and why
	$(GO) run ./story/recorded/make
	$(GO) test -count=1 ./story/recorded -update

clean: ## remove what was built (never a ledger)
	rm -rf bin web/dist/assets web/dist/index.html
