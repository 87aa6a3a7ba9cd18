#!/usr/bin/env bash
# The plugin suite: rebuilds every plugin that comes with kpress and compares the bytes; starts a plugin of each kind and
# language as a newcomer would, with the documented commands, and takes one of each language through build, approve, run and
# a site. A tool that cannot be installed fails the suite. Needs no network but the package registries.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
version() { sed -n "s/^$1 //p" "$root/tools.versions"; }
step() { printf -- '-- %s (%ss)\n' "$*" "$SECONDS"; }
fail() { echo "plugins: $*" >&2; exit 1; }
SECONDS=0

step "the compiler for plugins"
plugins/toolchain.sh
command -v node >/dev/null || { apt-get update -qq && apt-get install -y -qq nodejs npm >/dev/null; }
[ "$(node --version | sed 's/^v//; s/\..*//')" -ge "$(version node-min)" ] || fail "node is older than $(version node-min)"
python3 -m venv --help >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; }

step "every plugin of the repository, rebuilt"
plugins/build.sh --check

step "the program"
cargo build --quiet
kpress=${CARGO_TARGET_DIR:-$root/target}/debug/kpress
[ -x "$kpress" ] || fail "there is no $kpress"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CI
export XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state
cd "$work"

# What each language needs, installed as the README of a new plugin says.
prepare() {
  case $1 in
    rust) if [ -d ../rust-target ]; then mv ../rust-target target; fi ;;   # the same crates, compiled once
    js)
      if [ -d ../node_modules ]; then ln -sfn ../node_modules node_modules
      else npm install --no-audit --no-fund --silent; mv node_modules ../node_modules; ln -sfn ../node_modules node_modules; fi ;;
    python)
      if [ ! -d ../venv ]; then python3 -m venv ../venv; ../venv/bin/pip install --quiet -r requirements.txt; fi ;;
  esac
}

test_of() {
  case $1-$2 in
    rust-*) cargo test --quiet 2>&1 | grep -E '^test result' ;;
    js-source) node --test 2>&1 | grep -E '^# (pass|fail)' ;;
    python-source) python3 -m unittest 2>&1 | tail -1 ;;
  esac
}

for lang in rust js python; do
  for kind in metric source widget rule; do
    step "a new $kind in $lang"
    name=$lang-$kind
    "$kpress" plugin new "$name" --kind "$kind" --lang "$lang" >/dev/null 2>&1
    (
      cd "$name"
      prepare "$lang"
      export PATH=$work/venv/bin:$PATH
      "$kpress" plugin build > ../build.log 2>&1 || { cat ../build.log; fail "$name is not built"; }
      test_of "$lang" "$kind"
      if [ "$lang" = rust ]; then mv target ../rust-target; fi
    )
    [ -s "$name/$name.wasm" ] || fail "$name/$name.wasm was not made"
    # Python brings an interpreter of 18 MB, which takes half a minute to compile: once is enough.
    if [ "$lang-$kind" != python-source ] && [ "$lang-$kind" != python-widget ] && [ "$lang-$kind" != python-rule ]; then
      "$kpress" plugin check "$name/$name.wasm" > check.txt || { cat check.txt; fail "$name does not load"; }
      grep -q "^$kind " check.txt || fail "$name describes no $kind"
    fi
  done
done
step "a second build of the same folder"
PATH=$work/venv/bin:$PATH "$kpress" plugin build python-metric > build.log 2>&1 || { cat build.log; fail "python is built only once"; }

step "approve, run, build"
"$kpress" init shop >/dev/null 2>&1
mkdir -p shop/plugins
{ echo "plugins:"; for lang in rust js python; do echo "  $lang-metric: {file: plugins/$lang-metric.wasm}"; done; } >> shop/kpress.yaml
for lang in rust js python; do cp "$lang-metric/$lang-metric.wasm" shop/plugins/; done
{
  echo "metrics:"
  for lang in rust js python; do
    echo "  top_$lang: {plugin: $lang-metric/largest, source: sales, inputs: {value: sales}, config: {top: 3}, unit: JPY}"
    echo "  index_$lang: {plugin: $lang-metric/index, source: sales, inputs: {value: sales}}"
  done
} > shop/metrics/plugins.yaml
cd shop
if "$kpress" check > ../check.log 2>&1; then fail "a plugin that nobody approved runs"; fi
grep -q "is not in \`kpress.lock\`" ../check.log || { cat ../check.log; fail "nothing says that the plugins are not approved"; }
"$kpress" plugin lock 2> ../lock.log || { cat ../lock.log; fail "the plugins cannot be approved"; }
"$kpress" check > ../check.log 2>&1 || { cat ../check.log; fail "the site with plugins has errors"; }
"$kpress" build --locked > ../build.log 2>&1 || { cat ../build.log; fail "the site with plugins is not built"; }
"$kpress" plugin audit --format md > ../audit.md

printf 'group,value\n' > rows.csv
for n in $(seq 1 400); do echo "g$((n % 7)),$(( (n * 7919) % 10007 )).$(( (n * 31) % 90 + 10 ))" >> rows.csv; done
for metric in largest index; do
  for lang in rust js python; do
    "$kpress" plugin run "$lang-metric/$metric" --input rows.csv --by group --format json > "../$metric-$lang.json" \
      || fail "$lang-metric/$metric does not run"
  done
  # Decimals are equal to the digit, floats to 15 digits.
  python3 - "$metric" <<'PY'
import json, sys
metric = sys.argv[1]
rust, js, python = (json.load(open(f"../{metric}-{lang}.json"))["values"] for lang in ("rust", "js", "python"))
assert len(rust) == 7 and rust.keys() == js.keys() == python.keys(), (rust.keys(), js.keys(), python.keys())
for group, value in rust.items():
    assert value is not None, group
    for other in (js[group], python[group]):
        same = value == other if metric == "largest" else abs(float(value) - float(other)) <= 1e-15 * abs(float(value))
        assert same, (metric, group, value, other)
print(f"{metric}: rust, javascript and python agree in {len(rust)} groups")
PY
done
step "done"
