"""An FTP server over TLS that misbehaves on demand: it drops connections, truncates, lies about success, has a quota, refuses
to rename or to write over, and lists in forms of its own. What it does stands in a JSON file that it reads before every command.

Usage: ftp_server.py ROOT CERTIFICATE FAULTS LOG PORTFILE [implicit | plain]
"""

import json
import logging
import os
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

ROOT, CERTIFICATE, FAULTS, LOG, PORTFILE = sys.argv[1:6]
MODE = sys.argv[6] if len(sys.argv) > 6 else "explicit"


def faults():
    try:
        with open(FAULTS) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def note(line):
    with open(LOG, "a") as file:
        file.write(line + "\n")


def of_a_version(path):
    return "/v/" in path


class Odd:
    """What misbehaves; mixed into a handler of the library."""

    arrived = 0

    def pre_process_command(self, line, cmd, arg):
        if cmd in ("MLSD", "MLST") and faults().get("no_mlsd"):
            self.respond("500 I know no such thing.")
            return
        super().pre_process_command(line, cmd, arg)

    def ftp_FEAT(self, line):
        if faults().get("no_mlsd"):
            self.push("211-Features supported:\r\n SIZE\r\n")
            self.respond("211 End FEAT.")
        else:
            super().ftp_FEAT(line)

    def ftp_STOR(self, file, mode="w"):
        odd = faults()
        name = os.path.basename(file)
        if "drop_after" in odd and of_a_version(file) and self.arrived >= odd["drop_after"]:
            note("drop " + file)
            self.close()
            return None
        if odd.get("no_dots") and name.startswith("."):
            return self.respond("553 Such names are not allowed.")
        if odd.get("no_stor_over") and os.path.lexists(file):
            return self.respond("553 It is there.")
        if "quota" in odd and used() > odd["quota"]:
            return self.respond("552 Your disk quota is exceeded.")
        return super().ftp_STOR(file, mode)

    def ftp_MKD(self, path):
        if faults().get("no_dots") and os.path.basename(path).startswith("."):
            return self.respond("553 Such names are not allowed.")
        return super().ftp_MKD(path)

    def ftp_RNTO(self, path):
        odd = faults()
        folder = os.path.isdir(self._rnfr or "")
        if folder and odd.get("no_rename_folder"):
            self._rnfr = None
            return self.respond("550 Folders keep their names.")
        if not folder and odd.get("no_rename_over") and os.path.lexists(path):
            self._rnfr = None
            return self.respond("553 It is there.")
        return super().ftp_RNTO(path)

    def ftp_LIST(self, path):
        if not faults().get("odd_list"):
            return super().ftp_LIST(path)
        if not os.path.isdir(path):
            return self.respond("550 No such directory.")
        lines = [f"{name.upper()};1   2/2   26-NOV-2026 18:49   [KPI,WWW]   (RWED,RWED,RE,)" for name in os.listdir(path)]
        self.push_dtp_data("".join(line + "\r\n" for line in lines).encode(), cmd="LIST")
        return path

    def on_file_received(self, file):
        odd = faults()
        if not of_a_version(file):
            return
        self.arrived += 1
        note("stored " + file)
        if "truncate" in odd and file.endswith(odd["truncate"]):
            os.truncate(file, os.path.getsize(file) // 2)
        if "empty" in odd and file.endswith(odd["empty"]):
            os.truncate(file, 0)
        if "half_then_drop" in odd and self.arrived > odd["half_then_drop"]:
            os.truncate(file, os.path.getsize(file) // 2)
            note("half " + file)
            self.close()


def used():
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(ROOT) for name in names)


class Explicit(Odd, TLS_FTPHandler):
    tls_control_required = True
    tls_data_required = True


class Implicit(Explicit):
    """TLS from the first byte."""

    def handle(self):
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self):
        FTPHandler.handle(self)


class Plain(Odd, FTPHandler):
    pass


logging.basicConfig(level=logging.WARNING)
handler = {"explicit": Explicit, "implicit": Implicit, "plain": Plain}[MODE]
authorizer = DummyAuthorizer()
authorizer.add_user("u123", "right horse", ROOT, perm="elradfmwMT")
handler.authorizer = authorizer
handler.banner = "welcome"
if MODE != "plain":
    handler.certfile = CERTIFICATE
server = FTPServer(("127.0.0.1", 0), handler)
with open(PORTFILE + ".part", "w") as file:
    file.write(str(server.address[1]))
os.rename(PORTFILE + ".part", PORTFILE)
server.serve_forever()
