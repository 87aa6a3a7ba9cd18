"""Stands between sshd and its SFTP server and misbehaves on demand: it ends the session after so many files, truncates, runs
full, and refuses to rename. What it does stands in a JSON file that it reads when a session begins.

Usage, in sshd_config: Subsystem sftp PYTHON sftp_filter.py SERVER FAULTS LOG
"""

import json
import os
import struct
import subprocess
import sys
import threading

SERVER, FAULTS, LOG = sys.argv[1:4]
INIT, VERSION, OPEN, CLOSE, WRITE, RENAME, STATUS, HANDLE, EXTENDED = 1, 2, 3, 4, 6, 18, 101, 102, 200
FAILURE = 4
try:
    with open(FAULTS) as file:
        ODD = json.load(file)
except (OSError, ValueError):
    ODD = {}


def note(line):
    with open(LOG, "a") as file:
        file.write(line + "\n")


def packet(source):
    head = source.read(4)
    if len(head) < 4:
        return None
    return source.read(struct.unpack(">I", head)[0])


def text(body, at):
    size = struct.unpack(">I", body[at : at + 4])[0]
    return body[at + 4 : at + 4 + size], at + 4 + size


def of_a_version(path):
    return b"/v/" in path


child = subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
lock = threading.Lock()
opening, writing, arrived = {}, {}, 0


def answer(body):
    with lock:
        sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
        sys.stdout.buffer.flush()


def refuse(number, code=FAILURE):
    said = b"no"
    answer(struct.pack(">BII", STATUS, number, code) + struct.pack(">I", len(said)) + said + struct.pack(">I", 0))


def forward(body):
    child.stdin.write(struct.pack(">I", len(body)) + body)
    child.stdin.flush()


def outwards():
    while (body := packet(child.stdout)) is not None:
        if body[0] == VERSION and ODD.get("no_rename_over"):
            at, kept = 5, body[:5]
            while at < len(body):
                name, after = text(body, at)
                _, after = text(body, after)
                if name != b"posix-rename@openssh.com":
                    kept += body[at:after]
                at = after
            body = kept
        if body[0] == HANDLE:
            path = opening.pop(struct.unpack(">I", body[1:5])[0], None)
            if path is not None:
                writing[text(body, 5)[0]] = path
        answer(body)
    os._exit(0)


threading.Thread(target=outwards, daemon=True).start()
total = 0
while (body := packet(sys.stdin.buffer)) is not None:
    kind = body[0]
    number = struct.unpack(">I", body[1:5])[0] if kind != INIT else 0
    if kind == OPEN:
        path, at = text(body, 5)
        if struct.unpack(">I", body[at : at + 4])[0] & 2:
            if "drop_after" in ODD and of_a_version(path) and arrived >= ODD["drop_after"]:
                note("drop " + path.decode())
                os._exit(1)
            opening[number] = path
    elif kind == WRITE:
        handle, at = text(body, 5)
        path = writing.get(handle, b"")
        data, _ = text(body, at + 8)
        total += len(data)
        if "quota" in ODD and total > ODD["quota"]:
            refuse(number)
            continue
        if "truncate" in ODD and of_a_version(path) and path.endswith(ODD["truncate"].encode()):
            data = data[: len(data) // 2]
            body = body[: at + 8] + struct.pack(">I", len(data)) + data
    elif kind == CLOSE:
        path = writing.pop(text(body, 5)[0], None)
        if path is not None and of_a_version(path):
            arrived += 1
            note("stored " + path.decode())
    elif kind == RENAME and ODD.get("no_rename_folder"):
        if os.path.isdir(text(body, 5)[0]):
            refuse(number)
            continue
    elif kind == EXTENDED and ODD.get("no_rename_folder"):
        name, at = text(body, 5)
        if name == b"posix-rename@openssh.com" and os.path.isdir(text(body, at)[0]):
            refuse(number)
            continue
    forward(body)
child.stdin.close()
child.wait()
