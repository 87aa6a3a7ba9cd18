#!/usr/bin/env bash
# The browser suite: installs Chromium and its driver library, builds the example and opens every page of it.
# A tool that cannot be installed fails the suite; for contact sheets see sheets.sh.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v chromium >/dev/null; then
  apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk
fi
fc-list 2>/dev/null | grep -qi 'noto.*cjk' || apt-get install -y -qq fonts-noto-cjk
npm ci --no-audit --no-fund --silent
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
(cd ../.. && cargo run --quiet -- build examples/amazon-jp --out "$site/public")
node pages.mjs "$site/public"
for deck in weekly monthly quarterly; do
  for lang in zh ja en; do
    (cd ../.. && cargo run --quiet -- export "$deck" -C examples/amazon-jp --lang "$lang" --out "$site/$deck-$lang.html" 2>/dev/null)
  done
done
node export.mjs "$site"/*.html
node sealed.mjs "${CARGO_TARGET_DIR:-../../target}/debug/kpress" ../../examples/single-store
