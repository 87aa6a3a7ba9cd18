#!/usr/bin/env bash
# The suite of the live preview: a real browser looks at a small workspace while files of it are edited.
# A tool that cannot be installed fails the suite.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; }
(cd tests/browser && npm ci --no-audit --no-fund --silent)
cargo build --quiet
# Where cargo put it: the folder of targets may be elsewhere.
program=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/kpress
for suite in tests/browser/preview*.mjs; do
  node "$suite" "$program" examples/single-store
done
