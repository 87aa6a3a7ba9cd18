"""One table of scenarios for all deploy targets. Each scenario has a workspace, a host and a count of its own; the number is the
case of the list of hostile cases. Prints one line per scenario and target; one that fails fails the suite.

Usage: suite.py KPRESS PLACE [SCENARIO…], called by run.sh; without names of scenarios (their functions: `example`) all are run.
"""

import base64
import contextlib
import getpass
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

KPRESS, PLACE = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent.parent / "examples/amazon-jp"
WWW, FAULTS, LOG = PLACE / "www", PLACE / "faults.json", PLACE / "log"
PASSWORD = "right horse"
FOREIGN = {"wp-config.php": "theirs", "all/notes.txt": "theirs", "all/v/mine/index.html": "theirs"}
CONFIG = """site: {title: {en: Shop}, languages: [en], timezone: Asia/Tokyo}
sources:
  sales: {files: "data/*.csv", date: date}
"""
METRICS = "metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n"
FIRST, SECOND = "2026-w46.1", "2026-w47.1"
ALL, REMOTE, SSH = ("folder", "rsync", "sftp", "ftps"), ("rsync", "sftp", "ftps"), ("rsync", "sftp")

servers, table = [], []
ports = {}


class Failed(Exception):
    pass


def demand(true, told):
    if not true:
        raise Failed(told)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise Failed(f"nothing listens on port {port}")


def start(name, *command):
    log = open(PLACE / f"{name}.out", "w")
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    servers.append(server)
    return server


def call(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    demand(done.returncode == 0, f"{command[0]} failed: {done.stdout}")


def fault(**odd):
    FAULTS.write_text(json.dumps(odd))


def noted(word):
    lines = LOG.read_text().splitlines() if LOG.exists() else []
    return [line.split(" ", 1)[1] for line in lines if line.startswith(word + " ")]


# The servers.


def certificate(name):
    key, crt = PLACE / f"{name}.key", PLACE / f"{name}.crt"
    call("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=shop", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", crt)
    both = PLACE / f"{name}.pem"
    both.write_text(key.read_text() + crt.read_text())
    told = subprocess.run(["openssl", "x509", "-in", crt, "-noout", "-fingerprint", "-sha256"], check=True, capture_output=True, text=True)
    return both, "sha256:" + told.stdout.strip().split("=", 1)[1]


def ssh_server():
    for name in ("hostkey", "otherkey", "key"):
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", PLACE / name)
    ports["ssh"] = free_port()
    os.makedirs("/run/sshd", exist_ok=True)
    remote = PLACE / "remote"
    remote.mkdir()
    # What a host does to rsync: ends the line after so many bytes, runs full, damages what came.
    (remote / "rsync").write_text(f"""#!/bin/sh
odd() {{ {sys.executable} -c 'import json, sys; print(json.load(open("{FAULTS}")).get(sys.argv[1], ""))' "$1" 2>/dev/null; }}
bytes=$(odd bytes) full=$(odd quota) cut=$(odd truncate)
[ -z "$full" ] || ulimit -f 8
if [ -n "$bytes" ]; then {sys.executable} {remote}/cut "$bytes" /usr/bin/rsync "$@"; code=$?; else /usr/bin/rsync "$@"; code=$?; fi
[ -z "$cut" ] || find {WWW} -path '*/.part-*' -name "$cut" -exec truncate -s 10 {{}} +
exit $code
""")
    (remote / "rsync").chmod(0o755)
    (remote / "cut").write_text("""import os, subprocess, sys, threading
left, child = int(sys.argv[1]), subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE)
def pump():
    global left
    while left > 0 and (some := os.read(0, min(left, 65536))):
        left -= len(some)
        child.stdin.write(some)
        child.stdin.flush()
    child.stdin.close()
threading.Thread(target=pump, daemon=True).start()
code = child.wait()
os._exit(code)
""")
    # The filter only where something is to go wrong: starting it takes longer than what is asked.
    (remote / "sftp").write_text(f"""#!/bin/sh
[ "$(cat {FAULTS})" = '{{}}' ] && exec /usr/lib/openssh/sftp-server
exec {sys.executable} -I -S {HERE}/sftp_filter.py /usr/lib/openssh/sftp-server {FAULTS} {LOG}
""")
    (remote / "sftp").chmod(0o755)
    (PLACE / "sshd_config").write_text(f"""Port {ports['ssh']}
ListenAddress 127.0.0.1
HostKey {PLACE}/hostkey
AuthorizedKeysFile {PLACE}/key.pub
PidFile {PLACE}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
# SHLVL: the files of whoever runs the suite (~/.bashrc) stay out.
SetEnv PATH={remote}:/usr/local/bin:/usr/bin:/bin SHLVL=5
Subsystem sftp {remote}/sftp
""")
    start("sshd", "/usr/sbin/sshd", "-D", "-e", "-f", str(PLACE / "sshd_config"))
    (PLACE / "ssh_config").write_text(f"""Host shop
  HostName 127.0.0.1
  Port {ports['ssh']}
  User {getpass.getuser()}
  IdentityFile {PLACE}/key
  IdentitiesOnly yes
  UserKnownHostsFile {PLACE}/known
  StrictHostKeyChecking yes
""")
    known("hostkey")
    # What a user has in ~/.ssh/config.
    (PLACE / "bin").mkdir()
    for program in ("ssh", "sftp"):
        wrapper = PLACE / "bin" / program
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which(program)} -F {PLACE}/ssh_config "$@"\n')
        wrapper.chmod(0o755)
    wait_for(ports["ssh"])


def known(key):
    words = (PLACE / f"{key}.pub").read_text().split()
    (PLACE / "known").write_text(f"[127.0.0.1]:{ports['ssh']} {words[0]} {words[1]}\n")


def ftp_server(mode):
    told = PLACE / f"ftp-{mode}.port"
    start(f"ftp-{mode}", sys.executable, str(HERE / "ftp_server.py"), str(WWW), str(ports["pem"]), str(FAULTS), str(LOG), str(told), mode)
    for _ in range(200):
        if told.exists():
            ports[mode] = int(told.read_text())
            return
        time.sleep(0.05)
    raise Failed(f"the FTP server did not start: {(PLACE / f'ftp-{mode}.out').read_text()}")


def apache():
    modules = "/usr/lib/apache2/modules"
    names = ("mpm_event", "authz_core", "authn_core", "authn_file", "authz_groupfile", "authz_user", "auth_basic", "dir", "mime", "headers", "autoindex")
    ports["web"] = free_port()
    (PLACE / "run").mkdir()
    loads = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names)
    who = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
    (PLACE / "apache.conf").write_text(f"""ServerRoot {PLACE}/run
ServerName localhost
Listen 127.0.0.1:{ports['web']}
PidFile {PLACE}/run/apache.pid
ErrorLog {PLACE}/run/apache.log
{loads}
{who}TypesConfig /etc/mime.types
DocumentRoot {WWW}
<Directory {WWW}>
  Options +Indexes
  AllowOverride All
  Require all granted
</Directory>
# A host that allows few directives, and one that looks at no file of its users.
<Directory "{WWW}/strict-*">
  AllowOverride AuthConfig
</Directory>
<Directory "{WWW}/deaf-*">
  AllowOverride None
</Directory>
""")
    start("apache", "/usr/sbin/apache2", "-X", "-f", str(PLACE / "apache.conf"))
    wait_for(ports["web"])


# A workspace and a host.


class Scene:
    count = 0

    def __init__(self, kind, prefix=None, url=True):
        Scene.count += 1
        self.kind, self.name = kind, f"{prefix or kind}-{Scene.count}"
        self.host, self.shop = WWW / self.name, PLACE / f"shop-{Scene.count}"
        self.host.mkdir()
        shutil.copytree(PLACE / "base", self.shop)
        self.url = f"http://127.0.0.1:{ports['web']}/{self.name}" if url else None
        self.environment = dict(os.environ, PATH=f"{PLACE}/bin:{os.environ['PATH']}", HOME=str(PLACE), KPRESS_PASSWORD_HOST=PASSWORD)
        self.environment.pop("CI", None)
        self.said = ""
        self.configure()

    def place(self):
        return {
            "folder": f'folder: "{self.host}"',
            "rsync": f'rsync: "shop:{self.host}"',
            "sftp": f'sftp: "shop:{self.host}"',
            "ftps": f'ftps: "u123@127.0.0.1:{ports["explicit"]}/{self.name}", certificate: "{ports["pin"]}"',
        }[self.kind]

    def configure(self, place=None, more=""):
        address = f', url: "{self.url}"' if self.url else ""
        (self.shop / "kpress.yaml").write_text(CONFIG + f"publish:\n  host: {{to: {{{place or self.place()}}}{address}{more}}}\n")

    def run(self, due, *arguments):
        done = subprocess.run([KPRESS, *arguments], cwd=self.shop, env=self.environment, capture_output=True, text=True, timeout=600)
        self.said = done.stderr + done.stdout
        demand(done.returncode == due, f"kpress {' '.join(arguments)} ended with {done.returncode} instead of {due}:\n{self.said}")
        return done.stdout

    def deploy(self, due=0):
        told = self.run(due, "publish", "--deploy-only", "--json")
        return json.loads(told)["deployed"][0] if due == 0 else None

    def second(self):
        (self.shop / "data/more.csv").write_text("date,amount\n2026-11-16,500\n")
        self.run(0, "publish", "--no-deploy")

    def strangers(self):
        for path, text in FOREIGN.items():
            (self.host / path).parent.mkdir(parents=True, exist_ok=True)
            (self.host / path).write_text(text)

    def shown(self):
        try:
            return json.loads((self.host / "all/current.json").read_text())["version"]
        except FileNotFoundError:
            return None

    def files(self):
        return {str(path.relative_to(self.host)): path.read_bytes() for path in self.host.rglob("*") if path.is_file()}

    def whole(self, version, clean=True):
        """The host shows this version, all of it, and nothing half-made."""
        demand(self.shown() == version, f"the host shows {self.shown()} instead of {version}")
        demand(f"v/{version}/" in (self.host / "all/index.html").read_text(), "index.html leads elsewhere")
        sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=self.host / "all/v" / version, capture_output=True, text=True)
        demand(sums.returncode == 0, f"sums of {version}: {sums.stdout}")
        if clean:
            left = [path for path in self.files() if ".part-" in path or ".kpress-" in path]
            demand(not left, f"left behind: {left}")

    def memory(self):
        return self.shop / ".kpress/store/deploy/host.json"


def case(number, told, kinds=ALL):
    def add(scenario):
        table.append((number, told, kinds, scenario))
        return scenario

    return add


def get(address):
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


# The scenarios.


@case(61, "first version; files of others stay")
def first(kind):
    scene = Scene(kind)
    scene.strangers()
    begun = time.time()
    told = scene.deploy()
    took = time.time() - begun
    scene.whole(FIRST)
    demand(all((scene.host / path).read_text() == text for path, text in FOREIGN.items()), "a file of others was touched")
    scene.run(0, "verify", "--remote", "host")
    again = scene.deploy()
    demand(again["missing"] == [0, 0] and again["pointers"] == 0, f"an unchanged site sends {again}")
    scene.strangers()
    return f"{told['missing'][0]} files, {told['sent']} bytes sent, {took:.1f} s; again: 0 bytes of pages, 0 pointers"


@case(61, "second version: what is new only")
def second(kind):
    scene = Scene(kind)
    full = scene.deploy()
    scene.second()
    told = scene.deploy()
    scene.whole(SECOND)
    if kind in SSH:
        demand(told["sent"] < told["missing"][1], f"equal files are copied on the host: {told}")
    demand(told["missing"][1] < full["missing"][1], f"shared files came again: {told}")
    return f"{told['missing'][1]} bytes of files are new in it, {told['sent']} sent; the first took {full['sent']}"


@case(None, "roll back: no page sent, within 5 s")
def rollback(kind):
    scene = Scene(kind)
    scene.second()
    scene.deploy()
    begun = time.time()
    scene.run(0, "rollback", "--no-deploy")
    local = time.time() - begun
    begun = time.time()
    told = scene.deploy()
    took = time.time() - begun
    scene.whole(FIRST)
    demand(told["missing"] == [0, 0] and 0 < told["pointers"] <= 4, f"{told}")
    demand(local < 1 and took < 5, f"{local:.2f} s here, {took:.2f} s there")
    return f"{local * 1000:.0f} ms here, {took * 1000:.0f} ms there"


@case(56, "connection lost at every file", ("sftp", "ftps"))
def lost(kind):
    scene = Scene(kind)
    scene.deploy()
    scene.second()
    (LOG).write_text("")
    fault(drop_after=1)
    runs = 0
    while True:
        runs += 1
        done = subprocess.run([KPRESS, "publish", "--deploy-only"], cwd=scene.shop, env=scene.environment, capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            break
        demand(done.returncode == 25, f"ended with {done.returncode}: {done.stderr}")
        demand(scene.shown() == FIRST, "readers were shown half of a version")
        demand(json.loads(scene.memory().read_text())["seq"] == 1, "what was not done is remembered as done")
        demand(runs < 100, "it does not come to an end")
    scene.whole(SECOND)
    stored = noted("stored")
    demand(len(noted("drop")) == runs - 1 and runs > 20, f"{runs} runs, {len(noted('drop'))} breaks")
    demand(len(stored) == len(set(stored)), "a file was sent twice")
    return f"{runs - 1} breaks; {len(stored)} files, each sent once"


@case(56, "half a file stays, connection lost", ("ftps",))
def half(kind):
    scene = Scene(kind)
    (LOG).write_text("")
    fault(half_then_drop=5)
    scene.deploy(25)
    demand(scene.shown() is None, "it was switched")
    fault()
    scene.deploy()
    scene.whole(FIRST)
    return f"{len(noted('half'))} half file was sent anew, {len(noted('stored'))} in all"


@case(56, "connection lost after every 25 kB", ("rsync",))
def lost_rsync(kind):
    scene = Scene(kind)
    scene.deploy()
    scene.second()
    fault(bytes=25_000)
    runs, left = 0, []
    while True:
        runs += 1
        done = subprocess.run([KPRESS, "publish", "--deploy-only"], cwd=scene.shop, env=scene.environment, capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            break
        demand(done.returncode == 25, f"ended with {done.returncode}: {done.stderr}")
        demand(scene.shown() == FIRST, "readers were shown half of a version")
        left.append(len(list((scene.host / "all/v").glob(f".part-{SECOND}*/**/*.*"))))
        demand(runs < 40, f"it does not come to an end: {left}")
    scene.whole(SECOND)
    demand(runs > 2 and left == sorted(left), f"{left}")
    return f"{runs - 1} breaks; files there after each: {left}"


@case(57, "a server that truncates and says all is well", REMOTE)
def truncates(kind):
    scene = Scene(kind)
    scene.deploy()
    scene.second()
    # A page that changed: what did not is copied on the host.
    name = "index.html" if kind == "rsync" else "en/index.html"
    for odd in ({"truncate": name}, {"empty": name})[: 2 if kind == "ftps" else 1]:
        fault(**odd)
        scene.deploy(24)
        demand("index.html" in scene.said, scene.said)
        demand(scene.shown() == FIRST, "it was switched")
    fault()
    told = scene.deploy()
    scene.whole(SECOND)
    return f"found by its size; then {told['missing'][0]} files were sent"


@case(57, "the disk of the host is full", REMOTE)
def full(kind):
    scene = Scene(kind)
    scene.deploy()
    scene.second()
    fault(quota=20_000 if kind == "sftp" else 1)
    scene.deploy(25)
    demand(scene.shown() == FIRST, "it was switched")
    fault()
    scene.deploy()
    scene.whole(SECOND)
    return "exit 25, nothing switched; then all came"


@case(58, "a host that renames no folder and over no file", ("sftp", "ftps"))
def renames(kind):
    scene = Scene(kind)
    fault(no_rename_over=True, no_rename_folder=True)
    scene.deploy()
    scene.whole(FIRST)
    scene.second()
    scene.deploy()
    scene.whole(SECOND)
    scene.run(0, "verify", "--remote", "host")
    return "uploaded in place, the manifest last"


@case(58, "nor writes over one", ("ftps",))
def writes_over(kind):
    scene = Scene(kind)
    fault(no_rename_over=True, no_stor_over=True)
    scene.deploy()
    scene.second()
    scene.deploy()
    scene.whole(SECOND)
    return "removed, then renamed"


@case(58, "a host without MLSD; one with a LIST of its own", ("ftps",))
def lists(kind):
    for odd in ({"no_mlsd": True}, {"no_mlsd": True, "odd_list": True}):
        scene = Scene(kind)
        scene.strangers()
        fault(**odd)
        scene.deploy()
        scene.second()
        scene.deploy()
        scene.whole(SECOND)
        demand(all((scene.host / path).read_text() == text for path, text in FOREIGN.items()), "a file of others was touched")
    return "LIST; NLST and SIZE"


@case(58, "a host that refuses names with a dot", ("ftps",))
def dots(kind):
    scene = Scene(kind)
    fault(no_dots=True)
    scene.deploy(25)
    demand("not allowed" in scene.said, scene.said)
    demand(not scene.files(), f"left behind: {list(scene.files())}")
    return "refused, nothing written"


@case(59, "somebody else published there")
def moved(kind):
    theirs, scene = Scene(kind), Scene(kind)
    (theirs.shop / "data/other.csv").write_text("date,amount\n2026-11-09,7\n")
    theirs.run(0, "publish", "--no-deploy")
    theirs.deploy()
    scene.host, scene.name = theirs.host, theirs.name
    scene.url = theirs.url
    scene.configure()
    before = scene.files()
    scene.deploy(23)
    demand(scene.files() == before, "something was changed")
    return "exit 23, nothing changed"


@case(60, "what was remembered is lost, or garbage")
def forgotten(kind):
    scene = Scene(kind)
    scene.second()
    scene.deploy()
    for text in (None, "{garbage", '{"seq": "x"}'):
        scene.memory().unlink() if text is None else scene.memory().write_text(text)
        told = scene.deploy()
        demand(told["missing"] == [0, 0], f"{text}: {told}")
    return "nothing is sent again"


@case(None, "left-overs of runs that broke go after a day")
def leftovers(kind):
    scene = Scene(kind)
    scene.deploy()
    (scene.host / "all/index.html.kpress-part").write_text("half")
    (scene.host / "all/theirs.kpress-part").write_text("theirs")
    part = scene.host / f"all/v/.part-{FIRST}"
    part.mkdir()
    (part / "manifest.json").write_text("half")
    (part / "photo.jpg").write_text("theirs")
    told = json.loads(scene.memory().read_text())
    scene.memory().write_text(json.dumps({**told, "tidied": 0}))
    scene.deploy()
    demand((part / "manifest.json").exists(), "it may be in use by another")
    told = json.loads(scene.memory().read_text())
    demand(len(told["parts"]) == 2, f"{told}")
    for one in told["parts"].values():
        one["since"] -= 25 * 60 * 60
    told["tidied"] = 0
    scene.memory().write_text(json.dumps(told))
    scene.deploy()
    left = sorted(path for path in scene.files() if "part" in path)
    demand(left == [f"all/theirs.kpress-part", f"all/v/.part-{FIRST}/photo.jpg"], f"{left}")
    return "ours only"


@case(64, "another key, another certificate, none that is believed", REMOTE)
def impostor(kind):
    scene = Scene(kind)
    scene.deploy()
    before = scene.files()
    scene.second()
    if kind in SSH:
        known("otherkey")
        scene.deploy(25)
        known("hostkey")
        demand("key" in scene.said.lower(), scene.said)
    else:
        good = scene.place()
        for place in (good.replace(ports["pin"], ports["other"]), good.split(", certificate")[0]):
            scene.configure(place)
            scene.deploy(25)
            demand("certificate" in scene.said and "nothing was sent" in scene.said, scene.said)
        scene.configure(good)
    demand(scene.files() == before, "something was changed")
    scene.deploy()
    scene.whole(SECOND)
    return "exit 25, nothing sent"


@case(None, "a wrong password, none, one in a file", ("ftps",))
def passwords(kind):
    scene = Scene(kind)
    scene.environment["KPRESS_PASSWORD_HOST"] = "wrong"
    scene.deploy(25)
    demand("wrong" not in scene.said.replace("wrong password", ""), f"the password is told: {scene.said}")
    del scene.environment["KPRESS_PASSWORD_HOST"]
    scene.deploy(25)
    demand("KPRESS_PASSWORD_HOST" in scene.said, scene.said)
    (scene.shop / ".env").write_text(f"MINE='{PASSWORD}'\n")
    scene.configure(scene.place() + ", password: {env: MINE}")
    scene.deploy()
    scene.whole(FIRST)
    for place in (scene.place().replace("u123@", "u123:horse@"), scene.place() + ', password: "right horse"'):
        scene.configure(place)
        scene.run(10, "check")
    return "25, 25; from `.env`; 10"


@case(None, "TLS from the first byte; without TLS only if asked for", ("ftps",))
def ways(kind):
    scene = Scene(kind)
    there = f"u123@127.0.0.1:{ports['implicit']}/{scene.name}"
    scene.configure(f'ftps: "{there}", tls: implicit, certificate: "{ports["pin"]}"')
    scene.deploy()
    scene.second()
    plain = f"u123@127.0.0.1:{ports['plain']}/{scene.name}"
    scene.configure(f'ftps: "{plain}"')
    scene.deploy(25)
    scene.configure(f'ftp: "{plain}"')
    scene.run(10, "check")
    scene.configure(f'ftp: "{plain}", insecure_plaintext: true')
    scene.deploy()
    scene.whole(SECOND)
    return "implicit 0; plain 25, 10, then 0"


def vsftpd():
    """A host that takes files only over TLS sessions that it knows: what vsftpd and ProFTPD do unless they are told otherwise."""
    port, empty = free_port(), PLACE / "empty"
    empty.mkdir()
    (PLACE / "vsftpd.conf").write_text(f"""listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
seccomp_sandbox=NO
anonymous_enable=YES
local_enable=NO
write_enable=YES
anon_root={WWW}
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
secure_chroot_dir={empty}
ssl_enable=YES
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
require_ssl_reuse=YES
ssl_ciphers=HIGH
rsa_cert_file={ports['pem']}
rsa_private_key_file={ports['pem']}
""")
    start("vsftpd", "/usr/sbin/vsftpd", str(PLACE / "vsftpd.conf"))
    wait_for(port)
    return port


@case(None, "a host that takes files only over a session that it knows", ("ftps",))
def continues(kind):
    scene = Scene(kind)
    shutil.chown(scene.host, "ftp")
    scene.configure(f'ftps: "anonymous@127.0.0.1:{vsftpd()}/{scene.name}", certificate: "{ports["pin"]}"')
    told = scene.deploy()
    scene.whole(FIRST)
    scene.second()
    scene.deploy()
    scene.whole(SECOND)
    return f"{told['missing'][0]} files over one session"


@case(65, "what a host, an intruder or a proxy changed")
def damage(kind):
    scene = Scene(kind)
    scene.deploy()
    (scene.host / "all/x.php").write_text("<?php")
    (scene.host / f"all/v/{FIRST}/en/index.html").write_text("pay here")
    (scene.host / f"all/v/{FIRST}/version.js").unlink()
    scene.run(1, "verify", "--remote", "host", "--extra")
    for told in ("x.php is in no manifest", "en/index.html was changed on the host", "version.js is missing"):
        demand(told in scene.said.replace(":", ""), f"{told}: {scene.said}")
    return "each named"


@case(None, "Apache with the generated file", ("folder",))
def by_apache(kind):
    scene = Scene(kind)
    scene.deploy()
    page = get(f"{scene.url}/all/v/{FIRST}/en/index.html")
    due = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Robots-Tag", "Permissions-Policy", "Cross-Origin-Opener-Policy")
    demand(all(name in page[1] for name in due), f"headers: {page[1]}")
    demand(page[1]["Cache-Control"] == "private, no-cache", f"pages are cached: {page[1]}")
    asset = next((scene.host / "all/a").glob("kpress.*.js")).name
    demand("immutable" in get(f"{scene.url}/all/a/{asset}")[1]["Cache-Control"], "shared files are not cached")
    lost = get(f"{scene.url}/all/a/kpress.0000000000000000.js")
    demand(lost[0] == 404 and "immutable" not in lost[1].get("Cache-Control", ""), "a 404 is cached for a year")
    demand(get(f"{scene.url}/all/v/")[0] == 403, "folders are listed")
    demand(get(f"{scene.url}/all/.htaccess")[0] == 403, ".htaccess is shown")
    demand(f'data-base="/{scene.name}/all/"'.encode() in get(f"{scene.url}/all/en/nothing/")[2], "the page for lost addresses")
    return "headers, caching, no listing, lost addresses"


@case(62, "a server that bears fewer directives")
def directives(kind):
    scene = Scene(kind, prefix="strict")
    scene.strangers()
    scene.deploy(24)
    demand(scene.shown() is None and not (scene.host / "all/.htaccess").exists(), "it was switched")
    demand("probe.txt" in scene.said and "500" in scene.said, scene.said)
    demand(not [path for path in scene.files() if "probe" in path], "the probe stays")
    return "found beside the site; exit 24"


@case(63, "a password that the server asks for, and one that it does not ask for")
def guarded(kind):
    secret = PLACE / "private"
    secret.mkdir(exist_ok=True)
    secret.chmod(0o755)
    (secret / "groups").write_text("all: li\n")
    hashed = subprocess.run(["openssl", "passwd", "-apr1", "open sesame"], check=True, capture_output=True, text=True).stdout.strip()
    (secret / "users").write_text(f"li:{hashed}\n")
    more = f", protect: {{htaccess: {{users: {secret}/users, groups: {secret}/groups}}}}"
    # Ignores the file: nothing that could be seen is brought.
    deaf = Scene(kind, prefix="deaf")
    deaf.configure(more=more)
    deaf.deploy(24)
    demand("probe.txt" in deaf.said and not [path for path in deaf.files() if "/v/" in path], f"{deaf.said} {list(deaf.files())}")
    scene = Scene(kind)
    scene.configure(more=more)
    scene.deploy()
    for path in ("index.html", "current.json", f"v/{FIRST}/en/index.html", f"v/{FIRST}/en/report.json", f"v/{FIRST}/manifest.json", "v/"):
        demand(get(f"{scene.url}/all/{path}")[0] == 401, f"a stranger gets {path}")
    asked = urllib.request.Request(f"{scene.url}/all/v/{FIRST}/en/index.html", headers={"Authorization": "Basic " + base64.b64encode(b"li:open sesame").decode()})
    demand(urllib.request.urlopen(asked).status == 200, "who has the password does not get in")
    scene.run(0, "verify", "--remote", "host")
    # Somebody opens the folder on the host, or shows the file of passwords.
    (WWW / "users").write_text((secret / "users").read_text())
    scene.deploy(24)
    demand(f"http://127.0.0.1:{ports['web']}/users" in scene.said, scene.said)
    (WWW / "users").unlink()
    scene.second()
    (scene.host / "all/v/.htaccess").write_text("Require all granted\n")
    scene.deploy(24)
    demand(f"all/v/{SECOND}/index.html" in scene.said and scene.shown() == FIRST, scene.said)
    demand(get(f"{scene.url}/all/index.html")[0] == 401, "what keeps strangers out was put back")
    (scene.host / "all/v/.htaccess").unlink()
    scene.deploy()
    scene.whole(SECOND)
    return "ignored: 24, nothing brought; opened, or passwords shown: 24, the address named"


def restate(shop):
    """What advertising sold on one day in November, after everybody has seen it: 100 yen more."""
    path, row = shop / "data/ads/jp2/SponsoredProducts-2025-Q4.csv", "2025/11/18,\u30d0\u30c3\u30b0,JPY,SP_JP2-BAG-L_"
    lines = path.read_text("utf-8-sig").split("\n")
    place = next(place for place, line in enumerate(lines) if line.startswith(row))
    demand('"\uffe57,360"' in lines[place], f"another figure than expected: {lines[place]}")
    lines[place] = lines[place].replace('"\uffe57,360"', '"\uffe57,460"')
    path.write_text("\n".join(lines), "utf-8-sig")


class Example(Scene):
    """The example of the README with three audiences, on two hosts that ask for passwords."""

    AUDIENCES = {"company": "sato", "team-ads": "li.na", "tanaka": "tanaka"}
    HOSTS = ("rsync", "sftp")

    def __init__(self):
        super().__init__("folder", prefix="example", url=False)
        shutil.rmtree(self.shop)
        shutil.copytree(EXAMPLE, self.shop, ignore=shutil.ignore_patterns("public", ".kpress"))
        deploys, self.secret, self.passphrases = [], PLACE / "example-private", {}
        for kind in self.HOSTS:
            (self.host / kind).mkdir()
            (self.secret / kind).mkdir(parents=True)
            guard = f"protect: {{htaccess: {{users: {self.secret}/{kind}/users, groups: {self.secret}/{kind}/groups}}}}"
            address = f"http://127.0.0.1:{ports['web']}/{self.name}/{kind}"
            deploys.append(f'  {kind}: {{to: {{{kind}: "shop:{self.host}/{kind}"}}, url: "{address}", {guard}}}\n')
        with open(self.shop / "kpress.yaml", "a") as config:
            config.write("publish:\n" + "".join(deploys))
        for audience, person in self.AUDIENCES.items():
            for line in self.run(0, "passwords", "add", person, "--group", audience).splitlines():
                name, kind, passphrase = line.split("\t")
                self.passphrases[name, kind] = passphrase
        for kind in self.HOSTS:
            for name in ("users", "groups"):
                shutil.copy(self.shop / ".kpress/private" / kind / name, self.secret / kind)
            call("chmod", "-R", "a+rX", self.secret)

    def publish(self):
        told = json.loads(self.run(0, "publish", "--as-of", "2025-12-31", "--no-deploy", "--json"))
        demand(told["audiences"] == sorted(self.AUDIENCES), f"{told}")
        return told["version"]

    def copy(self):
        told = json.loads(self.run(0, "publish", "--deploy-only", "--json"))["deployed"]
        return dict(zip(self.HOSTS, told))

    def status(self, kind, path, person=None):
        headers = {}
        if person:
            pair = f"{person}:{self.passphrases[person, kind]}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        try:
            asked = urllib.request.Request(f"http://127.0.0.1:{ports['web']}/{self.name}/{kind}/{path}", headers=headers)
            return urllib.request.urlopen(asked, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code

    def stands(self, version):
        """Every host shows a version whole, each audience to its own readers alone, and nothing of others in it."""
        for kind in self.HOSTS:
            for audience, person in self.AUDIENCES.items():
                place = self.host / kind / audience
                demand(json.loads((place / "current.json").read_text())["version"] == version, f"{kind}: {audience} is not {version}")
                sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=place / "v" / version, capture_output=True, text=True)
                demand(sums.returncode == 0, f"{kind}: {audience}: {sums.stdout}")
                for path in ("index.html", "versions.json", f"v/{version}/zh/index.html", f"v/{version}/zh/report.json", f"v/{version}/manifest.json"):
                    demand(self.status(kind, f"{audience}/{path}") == 401, f"{kind}: a stranger gets {audience}/{path}")
                    for other in self.AUDIENCES.values():
                        told = self.status(kind, f"{audience}/{path}", other)
                        due = (200,) if other == person else (401, 403)
                        demand(told in due, f"{kind}: {other} gets {told} for {audience}/{path}")
        for audience, others in (("team-ads", (b"chen.jie", "\u9648\u6770".encode(), b"tanaka")), ("tanaka", (b"chen.jie", b"li.na", "\u674e\u5a1c".encode()))):
            for path in (self.host / "rsync" / audience).rglob("*"):
                if path.is_file() and path.name not in (".htaccess", "web.config", "nginx.conf.sample"):
                    held = [name for name in others if name in path.read_bytes()]
                    demand(not held, f"{path} holds {held}")

    def changed(self, first, second):
        """Bytes of what the second version has and the first has not."""
        size = 0
        for audience in self.AUDIENCES:
            of = lambda version: json.loads((self.host / "rsync" / audience / "v" / version / "manifest.json").read_text())["files"]
            known = {file["h"] for file in of(first)}
            size += sum(file["n"] for file in of(second) if file["h"] not in known)
            # Beside the files of a manifest: itself, the sums and the pointers.
            place = self.host / "rsync" / audience
            named = [place / "v" / second / name for name in ("manifest.json", "SHA256SUMS")] + [place / name for name in ("index.html", "current.json", "versions.json", "404.html")]
            size += sum(path.stat().st_size for path in named)
        return size


@case(None, "the example for company, team and person, one figure restated", ("ssh",))
def example(kind):
    scene = Example()
    first = scene.publish()
    full = scene.copy()
    scene.stands(first)
    restate(scene.shop)
    second = scene.publish()
    again = scene.copy()
    scene.stands(second)
    changed = scene.changed(first, second)
    for kind in scene.HOSTS:
        demand(again[kind]["sent"] <= 1.2 * changed, f"{kind}: {again[kind]} for {changed} bytes that changed")
    begun = time.time()
    scene.run(0, "rollback", "--no-deploy")
    local = time.time() - begun
    demand(local < 1, f"rolling back took {local:.2f} s")
    begun = time.time()
    scene.copy()
    there = time.time() - begun
    scene.stands(first)
    sent = "; ".join(f"{kind}: {again[kind]['sent']} bytes sent after {full[kind]['sent']}" for kind in scene.HOSTS)
    return f"{sent}; {changed} bytes of files changed; rolled back in {local * 1000:.0f} ms here, {there:.1f} s on both hosts"


@case(None, "nginx with the generated sample", ("folder",))
def by_nginx(kind):
    scene = Scene(kind)
    scene.deploy()
    port, place = free_port(), PLACE / "nginx"
    place.mkdir()
    sample = (scene.host / "all/nginx.conf.sample").read_text().replace("root /srv/www;", f"root {WWW};")
    (place / "kpress.conf").write_text(sample)
    paths = " ".join(f"{name}_temp_path {place}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    who = "user www-data; " if os.getuid() == 0 else ""
    (place / "nginx.conf").write_text(
        f"{who}daemon off; pid {place}/pid; error_log {place}/log;\nevents {{}}\nhttp {{ access_log off; include /etc/nginx/mime.types; {paths}\n"
        f"server {{ listen 127.0.0.1:{port}; include {place}/kpress.conf; }} }}\n"
    )
    start("nginx", "/usr/sbin/nginx", "-c", str(place / "nginx.conf"))
    wait_for(port)
    there = f"http://127.0.0.1:{port}/{scene.name}/all"
    page = get(f"{there}/v/{FIRST}/en/index.html")
    demand(page[0] == 200 and "Content-Security-Policy" in page[1], f"{page[:2]} {(PLACE / 'nginx.out').read_text()}")
    asset = next((scene.host / "all/a").glob("kpress.*.js")).name
    demand("immutable" in get(f"{there}/a/{asset}")[1].get("Cache-Control", ""), "shared files are not cached")
    demand(get(f"{there}/.htaccess")[0] == 403, ".htaccess is shown")
    return "headers, caching, hidden files"


@case(None, "a file to be unpacked by hand", ("folder",))
def packed(kind):
    scene = Scene(kind)
    scene.configure("zip: kpi.zip")
    scene.run(0, "publish", "--deploy-only")
    once = hashlib.sha256((scene.shop / "kpi.zip").read_bytes()).hexdigest()
    scene.run(0, "publish", "--deploy-only")
    demand(once == hashlib.sha256((scene.shop / "kpi.zip").read_bytes()).hexdigest(), "the same tree gives another file")
    call("unzip", "-q", scene.shop / "kpi.zip", "-d", scene.host)
    scene.whole(FIRST)
    return "twice the same bytes"


def prepare():
    base = PLACE / "base"
    (base / "data").mkdir(parents=True)
    (base / "metrics").mkdir()
    (base / "kpress.yaml").write_text(CONFIG)
    (base / "metrics/sales.yaml").write_text(METRICS)
    rows = "".join(f"2026-11-{day:02},{day * 10}\n" for day in range(1, 16))
    (base / "data/nov.csv").write_text("date,amount\n" + rows)
    subprocess.run([KPRESS, "publish"], cwd=base, check=True, capture_output=True)


def main():
    PLACE.mkdir()
    # Apache and nginx look into it as somebody else.
    for folder in (PLACE.parent, PLACE):
        folder.chmod(0o755)
    WWW.mkdir()
    fault()
    ports["pem"], ports["pin"] = certificate("server")
    ports["other"] = certificate("other")[1]
    ssh_server()
    for mode in ("explicit", "implicit", "plain"):
        ftp_server(mode)
    apache()
    prepare()
    only = set(sys.argv[3:])
    unknown = only - {scenario.__name__ for *_, scenario in table}
    demand(not unknown, f"there is no scenario {unknown}")
    passed = broken = 0
    for number, told, kinds, scenario in table:
        for kind in kinds:
            if only and scenario.__name__ not in only:
                continue
            fault()
            begun = time.time()
            try:
                result = scenario(kind)
            except (Failed, subprocess.SubprocessError) as failed:
                print(f"FAILED {number or '':>3} {kind:<7} {told} ({scenario.__name__})\n{failed}", flush=True)
                broken += 1
                continue
            passed += 1
            print(f"ok {number or '':>3} {kind:<7} {told}: {result} ({time.time() - begun:.1f} s)", flush=True)
    print(f"{passed} passed, {broken} failed")
    return 1 if broken or not passed else 0


try:
    code = main()
finally:
    for server in servers:
        server.send_signal(signal.SIGTERM)
    for server in servers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(5)
sys.exit(code)
