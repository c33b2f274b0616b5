.DEFAULT_GOAL := help
.PHONY: help demo demo-check serve test check bench lock

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

demo: ## the main job on this machine: gateway, two schools, three suppliers
	@scripts/setup run demo
	@.venv/bin/ketenpoort demo

demo-check: ## the same chain driven once without a browser
	@scripts/setup run demo
	@.venv/bin/ketenpoort demo --check

serve: ## the gateway under its production server
	@scripts/setup run
	@.venv/bin/ketenpoort serve

test: ## everything, real counterparts included
	@scripts/setup run demo dev
	@scripts/test

check: ## lint, types, import rules
	@scripts/setup run demo dev
	@scripts/check

bench: ## real logins over HTTP, measured (QUICK=1: under a minute)
	@scripts/setup run demo dev
	@scripts/bench

lock: ## renew the locked requirements
	@scripts/setup run
	@scripts/lock
