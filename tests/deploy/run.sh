#!/usr/bin/env bash
# Deploys to real servers of this machine: OpenSSH (SFTP, and rsync through ssh), Apache and nginx with the generated files.
# Installs what is missing, listens on local ports only, and stops every server at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/kpress-target}"
kpress="$CARGO_TARGET_DIR/debug/kpress"
[ -x "$kpress" ] || cargo build

need=()
command -v rsync >/dev/null || need+=(rsync)
[ -x /usr/sbin/sshd ] || need+=(openssh-server)
[ -x /usr/sbin/apache2 ] || need+=(apache2)
[ -x /usr/sbin/nginx ] || need+=(nginx-light)
if [ "${#need[@]}" -gt 0 ]; then
  # The servers of the system stay off: this suite starts its own.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${need[@]}" >/dev/null
fi

place=$(mktemp -d)
chmod 755 "$place"
pids=()
finish() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$place"; }
trap finish EXIT
say() { printf '== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }
# Runs a command that must end with this code.
ends() { local due=$1 code=0; shift; "$@" >"$place/out" 2>&1 || code=$?; [ "$code" = "$due" ] || { cat "$place/out"; fail "$* ended with $code instead of $due"; }; }

say "ssh server"
ssh-keygen -q -t ed25519 -N '' -f "$place/hostkey"
ssh-keygen -q -t ed25519 -N '' -f "$place/key"
cp "$place/key.pub" "$place/authorized"
mkdir -p /run/sshd
cat >"$place/sshd_config" <<CONF
Port 2299
ListenAddress 127.0.0.1
HostKey $place/hostkey
AuthorizedKeysFile $place/authorized
PidFile $place/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
CONF
/usr/sbin/sshd -D -e -f "$place/sshd_config" 2>"$place/sshd.log" & pids+=($!)
printf '[127.0.0.1]:2299 %s\n' "$(cut -d' ' -f1,2 "$place/hostkey.pub")" >"$place/known"
cat >"$place/ssh_config" <<CONF
Host shop
  HostName 127.0.0.1
  Port 2299
  User $(id -un)
  IdentityFile $place/key
  IdentitiesOnly yes
  UserKnownHostsFile $place/known
  StrictHostKeyChecking yes
CONF
# What a user has in ~/.ssh/config.
mkdir "$place/bin"
for program in ssh sftp; do
  printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v $program)" "$place/ssh_config" >"$place/bin/$program"
  chmod +x "$place/bin/$program"
done
export PATH="$place/bin:$PATH"

say "web servers"
mkdir -p "$place/www/sftp" "$place/www/rsync" "$place/www/folder" "$place/run"
modules=/usr/lib/apache2/modules
cat >"$place/apache.conf" <<CONF
ServerRoot $place/run
ServerName localhost
Listen 127.0.0.1:8299
PidFile $place/run/apache.pid
ErrorLog $place/run/apache.log
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule dir_module $modules/mod_dir.so
LoadModule mime_module $modules/mod_mime.so
LoadModule headers_module $modules/mod_headers.so
LoadModule autoindex_module $modules/mod_autoindex.so
LoadModule expires_module $modules/mod_expires.so
TypesConfig /etc/mime.types
DocumentRoot $place/www
<Directory $place/www>
  AllowOverride \${ALLOW}
  Require all granted
</Directory>
CONF
sed -i "s/\${ALLOW}/All/" "$place/apache.conf"
[ "$(id -u)" = 0 ] && printf 'User www-data\nGroup www-data\n' >>"$place/apache.conf"
/usr/sbin/apache2 -X -f "$place/apache.conf" >"$place/run/apache.out" 2>&1 & pids+=($!)
for _ in $(seq 50); do curl -s -o /dev/null http://127.0.0.1:8299/ && break; sleep 0.1; done

say "a workspace"
mkdir -p "$place/shop/data" "$place/shop/metrics"
cd "$place/shop"
cat >kpress.yaml <<CONF
site: {title: {en: Shop, ja: ショップ, zh: 店铺}, languages: [zh, ja, en], timezone: Asia/Tokyo}
sources:
  sales: {files: "data/*.csv", date: date}
publish:
  by-sftp: {to: {sftp: "shop$place/www/sftp"}, url: "http://127.0.0.1:8299/sftp"}
  by-rsync: {to: {rsync: "shop:$place/www/rsync"}, url: "http://127.0.0.1:8299/rsync"}
  by-folder: {to: {folder: "$place/www/folder"}, url: "http://127.0.0.1:8299/folder"}
  by-mail: {to: {zip: kpi.zip}}
CONF
# The path of a place with a user's host is written with a colon where it is absolute.
sed -i "s#sftp: \"shop/#sftp: \"shop:/#" kpress.yaml
printf 'metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n' >metrics/sales.yaml
{ echo date,amount; for day in $(seq 1 15); do printf '2026-11-%02d,%d\n' "$day" $((day * 10)); done; } >data/nov.csv

say "first version to all"
for kind in sftp rsync folder; do
  mkdir -p "$place/www/$kind/all"
  echo theirs >"$place/www/$kind/index.php"; echo theirs >"$place/www/$kind/all/notes.txt"
done
ends 0 "$kpress" publish
for kind in sftp rsync folder; do
  ends 0 "$kpress" verify --remote "by-$kind"
  cmp -s .kpress/web/all/current.json "$place/www/$kind/all/current.json" || fail "$kind: another current.json"
  (cd "$place/www/$kind/all/v/2026-w46.1" && sha256sum -c --quiet SHA256SUMS) || fail "$kind: sums"
done
first_sent=$("$kpress" publish --json by-rsync 2>/dev/null | python3 -c 'import json,sys; print(json.load(sys.stdin)["deployed"][0]["missing"])')
[ "$first_sent" = '[0, 0]' ] || fail "an unchanged site sends $first_sent"

say "headers, listing, lost pages"
head=$(curl -sI "http://127.0.0.1:8299/sftp/all/v/2026-w46.1/zh/index.html")
for name in Content-Security-Policy X-Content-Type-Options Referrer-Policy X-Robots-Tag Permissions-Policy Cross-Origin-Opener-Policy; do
  grep -qi "^$name:" <<<"$head" || fail "no $name"
done
grep -qi '^Cache-Control: private, no-cache' <<<"$head" || fail "pages are cached: $head"
asset=$(basename "$(ls "$place"/www/sftp/all/a/kpress.*.js)")
curl -sI "http://127.0.0.1:8299/sftp/all/a/$asset" | grep -qi 'immutable' || fail "shared files are not cached"
curl -sI "http://127.0.0.1:8299/sftp/all/a/kpress.0000000000000000.js" | grep -qi 'immutable' && fail "a 404 is cached for a year"
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8299/sftp/all/v/)" = 403 ] || fail "folders are listed"
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8299/sftp/all/.htaccess)" = 403 ] || fail ".htaccess is shown"
curl -s http://127.0.0.1:8299/sftp/all/zh/nothing/ | grep -q 'data-base="/sftp/all/"' || fail "the page for lost addresses"

say "second version: only what changed is sent"
printf 'date,amount\n2026-11-16,500\n' >data/more.csv
"$kpress" publish --json by-rsync 2>/dev/null >"$place/rsync.json"
"$kpress" publish --json by-sftp 2>/dev/null >"$place/sftp.json"
"$kpress" publish --json by-folder 2>/dev/null >"$place/folder.json"
python3 - "$place" <<'PY'
import json, sys
place = sys.argv[1]
for kind in ("rsync", "sftp"):
    told = json.load(open(f"{place}/{kind}.json"))["deployed"][0]
    files, size = told["missing"]
    print(f"   {kind}: {files} files of {size} bytes were missing, {told['sent']} bytes sent")
    assert told["sent"] < size, "equal files are copied on the host"
PY

say "rollback takes no page"
ends 0 "$kpress" rollback
begun=$(date +%s%N)
ends 0 "$kpress" publish --deploy-only by-rsync
printf '   rsync: %s ms\n' $((($(date +%s%N) - begun) / 1000000))
grep -q 2026-w46.1 "$place/www/rsync/all/index.html" || fail "readers see the newer one"
ends 0 "$kpress" rollback 2026-w47.1
ends 0 "$kpress" publish --deploy-only

say "a version that a host damages is named, and something planted"
echo '<?php' >"$place/www/sftp/all/x.php"
echo 'pay here' >"$place/www/sftp/all/v/2026-w47.1/zh/index.html"
ends 1 "$kpress" verify --remote by-sftp --extra
grep -q 'x.php' "$place/out" && grep -q 'changed on the host' "$place/out" || { cat "$place/out"; fail "not named"; }

say "a server that bears no .htaccess: nothing is switched"
kill "${pids[1]}"; wait "${pids[1]}" 2>/dev/null || true
sed -i 's/AllowOverride All/AllowOverride AuthConfig/' "$place/apache.conf"
/usr/sbin/apache2 -X -f "$place/apache.conf" >"$place/run/apache.out" 2>&1 & pids[1]=$!
for _ in $(seq 50); do curl -s -o /dev/null http://127.0.0.1:8299/ && break; sleep 0.1; done
mkdir "$place/www/bare"
sed -i "s#^publish:#publish:\n  bare: {to: {folder: \"$place/www/bare\"}, url: \"http://127.0.0.1:8299/bare\"}#" kpress.yaml
ends 24 "$kpress" publish --deploy-only bare
[ ! -e "$place/www/bare/all/index.html" ] || fail "it was switched"

say "an unknown host key ends it"
ssh-keygen -q -t ed25519 -N '' -f "$place/other"
printf '[127.0.0.1]:2299 %s\n' "$(cut -d' ' -f1,2 "$place/other.pub")" >"$place/known"
ends 25 "$kpress" publish --deploy-only by-sftp
ends 25 "$kpress" publish --deploy-only by-rsync

say "the generated nginx file"
mkdir -p "$place/nginx"
sed "s#root /srv/www;#root $place/www;#; s#/kpi/#/folder/all/#g" "$place/www/folder/all/nginx.conf.sample" >"$place/nginx/kpress.conf"
cat >"$place/nginx/nginx.conf" <<CONF
daemon off; pid $place/nginx/pid; error_log $place/nginx/log;
events {}
http { access_log off; include /etc/nginx/mime.types; client_body_temp_path $place/nginx/b; proxy_temp_path $place/nginx/p; fastcgi_temp_path $place/nginx/f; uwsgi_temp_path $place/nginx/u; scgi_temp_path $place/nginx/s;
server { listen 127.0.0.1:8298; include $place/nginx/kpress.conf; } }
CONF
/usr/sbin/nginx -c "$place/nginx/nginx.conf" >"$place/nginx/out" 2>&1 & pids+=($!)
for _ in $(seq 50); do curl -s -o /dev/null http://127.0.0.1:8298/ && break; sleep 0.1; done
head=$(curl -sI http://127.0.0.1:8298/folder/all/index.html)
grep -qi '^Content-Security-Policy:' <<<"$head" || { cat "$place/nginx/out" "$place/nginx/log"; fail "nginx: $head"; }
curl -sI "http://127.0.0.1:8298/folder/all/a/$asset" | grep -qi 'immutable' || fail "nginx: shared files are not cached"

say "a zip"
ends 0 "$kpress" publish --deploy-only by-mail
sum=$(sha256sum <kpi.zip)
ends 0 "$kpress" publish --deploy-only by-mail
[ "$sum" = "$(sha256sum <kpi.zip)" ] || fail "the same tree gives another zip"
mkdir "$place/unpacked" && (cd "$place/unpacked" && unzip -q "$place/shop/kpi.zip" && cmp all/current.json "$place/shop/.kpress/web/all/current.json")
say "done"
