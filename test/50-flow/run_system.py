"""run_system.py HOCBA HTTP_SCRIPT: a system as its operator meets it: init, serve, fsck, backup, restore; TAP."""
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

HOCBA, SCRIPT = sys.argv[1], sys.argv[2]
HERE = os.path.dirname(os.path.realpath(__file__))
ORIGIN = "https://truong.example"
count = failures = 0


def ok(good, name, note=""):
    global count, failures
    count += 1
    failures += not good
    print(f"{'' if good else 'not '}ok {count} - {name}", flush=True)
    if not good and note:
        print("# " + str(note).strip().replace("\n", "\n# "))


def hocba(*args):
    done = subprocess.run([HOCBA, *args], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


FOUNDERS = [
    {"code": "GV001", "name": "Trần Thị Hiệu Trưởng", "position": "HT", "personal_id": "001070000001", "login": "hieutruong",
     "password": "Mat-khau-hieu-truong-1", "role": "head", "decision_no": "12/QĐ", "decision_date": "2026-08-01",
     "from": "2026-08-01", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
    {"code": "GV002", "name": "Nguyễn Văn Quản Trị", "position": "QTV", "personal_id": "001080000002", "login": "quantri",
     "password": "Mat-khau-quan-tri-1", "role": "admin", "decision_no": "13/QĐ", "decision_date": "2026-08-01",
     "from": "2026-08-01", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
]
SETTINGS = {"schools": [{"code": "79000001", "name": "THCS Thử", "levels": "THCS", "kind": "1", "commune": "Phường Thử",
                         "province": "TP. Thử", "so_code": "79", "tax_code": "0300000001", "address": "1 Đường Thử",
                         "phone": "02800000000", "years": [{"year": "2026-2027", "starts": "2026-09-05",
                                                            "term2": "2027-01-18", "ends": "2027-05-31"}],
                         "founders": FOUNDERS}]}


class Server:
    """hocba school serve, until the block ends."""

    def __init__(self, data):
        self.data, self.socket = data, os.path.join(data, "run", "school.sock")

    def __enter__(self):
        self.process = subprocess.Popen([HOCBA, "school", "serve", "--data", self.data], stderr=subprocess.PIPE, text=True)
        deadline = time.time() + 30
        while time.time() < deadline and not os.path.exists(self.socket) and self.process.poll() is None:
            time.sleep(0.02)
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.log = self.process.communicate(timeout=30)[1]
        return self.process.returncode

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def metrics(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.sendall(b"GET /metrics HTTP/1.1\r\nHost: hocba\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := s.recv(65536):
            got += piece
        return got.decode()


def founding(data):
    settings = os.path.join(data, "settings.json")
    with open(settings, "w", encoding="utf-8") as out:
        json.dump(SETTINGS, out)
    init = ["school", "init", "--data", data, "--profile", "demo", "--origin", ORIGIN, "--settings", settings]
    code, _, why = hocba("school", "serve", "--data", data)
    ok(code == 3, "serve creates nothing", why)
    code, _, why = hocba(*init)
    ok(code == 0, "init makes configuration, keys, database and the first people (seed002-10.4, D24.3)", why)
    code, _, why = hocba(*init)
    ok(code == 1, "init never makes them twice", why)
    for name in ("auth.key",):
        mode = stat.S_IMODE(os.stat(os.path.join(data, "school", name)).st_mode)
        ok(mode == 0o600, f"{name} is its owner's alone", oct(mode))


def serving(data):
    with Server(data) as server:
        run = subprocess.run([SCRIPT, server.socket, ORIGIN, os.path.join(HERE, "accounts.http")], capture_output=True, text=True,
                             timeout=120)
        bad = [line for line in run.stdout.splitlines() if line.startswith(("not ok", "#"))]
        points = sum(line.startswith("ok ") for line in run.stdout.splitlines())
        ok(run.returncode == 0 and points > 60, f"accounts.http over the socket: {points} checks", "\n".join(bad) or run.stderr)
        ok("hocba_replies_off_contract 0\n" in metrics(server.socket), "every reply kept its schema", metrics(server.socket))
        code, _, why = hocba("school", "serve", "--data", data)
        ok(code == 1, "a second server on the same data is refused", why)
        code, out, why = hocba("school", "fsck", "--data", data, "--json")
        answer = json.loads(out) if out else {}
        ok(code == 0 and answer.get("good") and answer.get("audit_batches", 0) > 0, "fsck agrees while it runs", out + why)
        backup = os.path.join(data, "b1")
        code, _, why = hocba("school", "backup", "--data", data, "--to", backup)
        ok(code == 0 and os.path.getsize(backup) > 10000, "a backup while it runs (D13.4)", why)
        ok(server.stop() == 0, "SIGTERM ends it cleanly", server.log)
        ok(not os.path.exists(server.socket), "and takes the socket away")
        named = [w for w in ("hieutruong", "Hiệu Trưởng", "001070000001", "Mat-khau", "gv.toan") if w in server.log]
        ok('"http.request"' in server.log and not named, "the log has requests and no people", named)


def restoring(data):
    secret, backup = os.path.join(data, "school-backup.secret"), os.path.join(data, "b1")
    with open(backup, "rb") as f:
        sealed = f.read()
    ok(b"hieutruong" not in sealed and b"SQLite format" not in sealed, "the backup is sealed")
    new = os.path.join(data, "new")
    code, _, why = hocba("school", "restore", "--data", new, "--from", backup, "--key", os.path.join(data, "school", "auth.key"))
    ok(code == 1 and not os.path.exists(os.path.join(new, "school", "system.db")), "another key opens nothing", why)
    for name, change in (("cut", sealed[:-100]), ("changed", sealed[:5000] + bytes([sealed[5000] ^ 1]) + sealed[5001:])):
        bad = os.path.join(data, name)
        with open(bad, "wb") as f:
            f.write(change)
        code, _, why = hocba("school", "restore", "--data", new, "--from", bad, "--key", secret)
        ok(code == 1 and not os.path.exists(os.path.join(new, "school", "system.db")), f"a {name} backup leaves nothing behind", why)
    code, out, why = hocba("school", "restore", "--data", new, "--from", backup, "--key", secret)
    ok(code == 0, "the right key restores it, and fsck agrees (D13.4)", out + why)
    code, _, why = hocba("school", "restore", "--data", new, "--from", backup, "--key", secret)
    ok(code == 1, "never over data that is there", why)
    with Server(new) as server:
        ok(os.path.exists(server.socket) and server.stop() == 0, "what was restored serves")


def refusing(data):
    path = os.path.join(data, "school", "config.json")
    with open(path, encoding="utf-8") as f:
        config = json.load(f)
    for name, change, says in (("an unknown member", {"colour": "red"}, "colour"), ("no such profile", {"profile": "big"}, "profile"),
                               ("two databases", {"database": {"path": "a", "conninfo": "b"}}, "database"),
                               ("another system's file", {"system": "city"}, "city")):
        with open(path, "w", encoding="utf-8") as f:
            json.dump(dict(config, **change), f)
        code, _, why = hocba("school", "serve", "--data", data)
        ok(code != 0 and says in why, f"a configuration with {name} is refused", why)
    real = dict(config, profile="school")
    del real["clock"]
    with open(path, "w", encoding="utf-8") as f:
        json.dump(real, f)
    code, _, why = hocba("school", "serve", "--data", data)
    ok(code == 1 and "demo" in why, "the demo's data and its log-ins are not served for real", why)


with tempfile.TemporaryDirectory(prefix="hocba-run-") as top:
    founding(top)
    serving(top)
    restoring(top)
    refusing(top)
print(f"1..{count}")
sys.exit(failures > 0)
