#!/usr/bin/env bash
# Fetches the chart library again and records what was fetched. usage: refresh.sh [VERSION]
# Afterwards: build the example, press "Interactive chart" on a page of each kind, read the library's release notes.
set -euo pipefail
version=${1:-6.1.0}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "echarts@$version" >/dev/null
tar xzf "echarts-$version.tgz"
cp package/dist/echarts.common.min.js "$here/"
cp package/LICENSE "$here/LICENSE-echarts"
cp package/NOTICE "$here/NOTICE-echarts"
{
  echo "# written by refresh.sh"
  echo "file: echarts.common.min.js"
  echo "package: echarts $version (npm), dist/echarts.common.min.js, unchanged"
  echo "licence: Apache-2.0; see LICENSE-echarts and NOTICE-echarts"
  echo "sha256: $(sha256sum "$here/echarts.common.min.js" | cut -d' ' -f1)"
} >"$here/versions.txt"
