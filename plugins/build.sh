#!/usr/bin/env bash
# Builds the plugins that come with kpress, each folder here with a `cdylib`, into dist/NAME.wasm, and writes
# dist/SHA256SUMS. The bytes are the same in every folder and on every machine with the tools of ../tools.versions.
#
#   plugins/build.sh [NAME…]           builds all, or those named
#   plugins/build.sh --check [NAME…]   builds into a folder of its own and compares with dist; differing bytes fail
set -euo pipefail
cd "$(dirname "$0")"
plugins=$PWD

check=
if [ "${1:-}" = --check ]; then check=1; shift; fi

version() { sed -n "s/^$1 //p" ../tools.versions; }
"$plugins/toolchain.sh"

# The linker that makes a component lies in every rustup toolchain; the project's own is pinned by rust-toolchain.toml.
host=$(cd .. && rustc -vV | sed -n 's/^host: //p')
tools=$(cd .. && rustc --print sysroot)/lib/rustlib/$host/bin
target=${KPRESS_GUEST_TARGET_DIR:-$HOME/.cache/kpress-guests}
cargo_home=${CARGO_HOME:-$HOME/.cargo}

flags=(
  -Clink-arg=--wasm-ld-path "-Clink-arg=$(command -v "wasm-ld-$(version lld)")"
  -Clink-arg=--wasi-adapter -Clink-arg=none
  -Ctarget-feature=+simd128
  # No path of this machine may stand in the bytes.
  "--remap-path-prefix=$plugins=/plugins"
  --remap-path-prefix=/usr/lib/rustlib/src/rust=/rust
  "--remap-path-prefix=$target=/target"
  "--remap-path-prefix=$cargo_home=/cargo"
)
guest_cargo() {
  env -u RUSTFLAGS -u CARGO_BUILD_RUSTFLAGS -u RUSTC_WRAPPER -u RUSTUP_TOOLCHAIN \
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 SOURCE_DATE_EPOCH=0 CARGO_TARGET_DIR="$target" CARGO_INCREMENTAL=0 \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$tools/wasm-component-ld" \
    CARGO_ENCODED_RUSTFLAGS="$(IFS=$'\x1f'; echo "${flags[*]}")" \
    /usr/bin/cargo "$@"
}

guests=("$@")
if [ ${#guests[@]} = 0 ]; then
  mapfile -t guests < <(grep -l 'cdylib' ./*/Cargo.toml | sed 's|^\./||; s|/Cargo.toml$||' | sort)
fi
[ ${#guests[@]} -gt 0 ] || { echo "there is no plugin to build"; exit 1; }

# One call for each: what others ask of the SDK would otherwise be in all of them.
for guest in "${guests[@]}"; do
  guest_cargo build --release --locked -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown -p "$guest"
done

built=$target/wasm32-unknown-unknown/release
differ=0
mkdir -p dist
for guest in "${guests[@]}"; do
  # cargo names the file after the library: `-` becomes `_`.
  file=$built/${guest//-/_}.wasm
  if [ -n "$check" ]; then
    if cmp -s "$file" "dist/$guest.wasm"; then
      echo "same: dist/$guest.wasm"
    else
      echo "differs: dist/$guest.wasm ($(sha256sum < "dist/$guest.wasm" | cut -c1-8)) is not what its source gives ($(sha256sum < "$file" | cut -c1-8)): run plugins/build.sh and commit"
      differ=1
    fi
  else
    cp "$file" "dist/$guest.wasm"
    echo "built: dist/$guest.wasm ($(stat -c %s "dist/$guest.wasm") bytes)"
  fi
done
if [ -n "$check" ]; then
  (cd dist && sha256sum --check --quiet SHA256SUMS) || differ=1
  listed=$(sed 's/^[0-9a-f]*  //' dist/SHA256SUMS); present=$(cd dist && ls -- *.wasm)
  [ "$listed" = "$present" ] || { echo "dist/SHA256SUMS lists other files than dist holds"; differ=1; }
else
  (cd dist && sha256sum -- *.wasm > SHA256SUMS)
fi
exit $differ
