#!/usr/bin/env bash
# Installs the compiler for plugins, where it is missing: Debian's rustc-web with the standard library from source, in the
# version of ../tools.versions, since other versions give other bytes. It lives in /usr/bin beside rustup's.
set -euo pipefail
cd "$(dirname "$0")"
version() { sed -n "s/^$1 //p" ../tools.versions; }
rust=$(version rustc-web)
lld=$(version lld)

installed() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true; }
if [ "$(installed rustc-web)" = "$rust" ] && [ "$(installed rust-web-src)" = "$rust" ] \
  && [ "$(installed cargo-web)" = "$rust" ] && command -v "wasm-ld-$lld" >/dev/null; then
  exit 0
fi
echo "installing rustc-web $rust and lld-$lld"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --allow-downgrades \
  "rustc-web=$rust" "cargo-web=$rust" "rust-web-src=$rust" "libstd-rust-web-dev=$rust" "lld-$lld" >/dev/null
