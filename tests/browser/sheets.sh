#!/usr/bin/env bash
# Contact sheets of the example for looking at, one per kind of page and size: tests/browser/sheets.sh OUT [KIND…]
# Columns are languages, rows are light and dark; single shots and A4 files stand beside the sheets.
set -euo pipefail
out=$(realpath -m "${1:?where to}")
shift
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --silent
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
(cd ../.. && cargo run --quiet -- build examples/amazon-jp --out "$site/public")
node sheets.mjs "$site/public" "$out" "$@"
