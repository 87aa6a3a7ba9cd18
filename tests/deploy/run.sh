#!/usr/bin/env bash
# The suite of deploy targets: one table of scenarios for a folder, rsync, SFTP and FTPS, against real servers of this machine:
# OpenSSH, Apache, nginx, vsftpd, and an FTPS server that misbehaves on demand. Installs what is missing; a tool that cannot be
# installed fails the suite. Everything listens on local ports only and ends with the suite.
# One scenario alone: `tests/deploy/run.sh example`.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
version() { sed -n "s/^$1 //p" "$root/tools.versions"; }

need=()
command -v rsync >/dev/null || need+=(rsync)
command -v unzip >/dev/null || need+=(unzip)
command -v openssl >/dev/null || need+=(openssl)
[ -x /usr/sbin/sshd ] || need+=(openssh-server openssh-client)
[ -x /usr/sbin/apache2 ] || need+=(apache2)
[ -x /usr/sbin/vsftpd ] || need+=(vsftpd)
[ -x /usr/sbin/nginx ] || need+=(nginx-light)
python3 -c 'import ensurepip, venv' 2>/dev/null || need+=(python3 python3-venv)
if [ "${#need[@]}" -gt 0 ]; then
  # The servers of the system stay off: the suite starts its own.
  apt-get update -qq
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

cargo build --quiet
kpress=${CARGO_TARGET_DIR:-$root/target}/debug/kpress
[ -x "$kpress" ] || { echo "deploy: there is no $kpress" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "pyftpdlib==$(version pyftpdlib)" "pyOpenSSL==$(version pyopenssl)"
"$work/venv/bin/python" tests/deploy/suite.py "$kpress" "$work/place" "$@"
