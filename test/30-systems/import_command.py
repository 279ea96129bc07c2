#!/usr/bin/python3
"""hocba import as a program: on a stopped system, on a running one, with wrong arguments, files and schools; and a
process killed in the middle of an import leaves nothing half-written."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from tap import ok  # noqa: E402

HOCBA = str(pathlib.Path(sys.argv[1]).resolve())
ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(tempfile.mkdtemp(prefix="hocba-import-"))
HEAD = "STT;Mã học sinh;Họ và tên;Ngày sinh;Giới tính;Lớp\n"


def settings():
    school = {"code": "79000123", "name": "Trường THCS Thử", "levels": "THCS", "kind": "1", "commune": "Phường Thử", "province": "Thành phố Hồ Chí Minh",
              "so_code": "79", "tax_code": "0300000001", "address": "", "phone": "",
              "years": [{"year": "2025-2026", "starts": "2025-09-05", "term2": "2026-01-19", "ends": "2026-05-31"}], "founders": []}
    path = DATA / "settings.json"
    path.write_text(json.dumps({"schools": [school]}, ensure_ascii=False), encoding="utf-8")
    return path


def table(name, rows, head=HEAD):
    path = DATA / name
    path.write_text(head + "".join(rows), encoding="utf-8")
    return str(path)


def run(kind, path, *more, school="79000123", year="2025-2026"):
    p = subprocess.run([HOCBA, "import", kind, path, "--data", str(DATA), "--school", school, "--year", year, "--json", *more],
                       capture_output=True, text=True)
    try:
        answer = json.loads(p.stdout)
    except ValueError:
        answer = {}
    return p.returncode, answer, p.stderr


def pupil(i, code="6A1"):
    return f"{i};T{i:04d};Học Sinh Số {chr(65 + i % 26)}{i};0{1 + i % 9}/03/2014;Nam;{code}\n"


def checks(where):
    code, a, err = run("roster", table("list.csv", [pupil(i) for i in range(1, 4)]), "--dry-run")
    ok(code == 0 and not a.get("applied") and a["counts"]["new"] + a["counts"]["unchanged"] == 3, f"{where}: a dry run", err)
    code, a, err = run("roster", table("list.csv", [pupil(i) for i in range(1, 4)]))
    ok(code == 0 and a.get("applied") is True, f"{where}: a class list is applied, exit 0", err)
    code, a, err = run("roster", table("bad.csv", ["1;X1;Nguyễn Văn Sai;31/02/2014;Nam;6A1\n"]))
    ok(code == 1 and a["faults"][0]["cell"] == "D2" and not a["applied"], f"{where}: a bad cell, exit 1", err)
    marks = table("marks.csv", ["1;T0001;Học Sinh Số B1;8;7,5;9;8;7.5;85\n"],
                  "Môn Toán;Lớp 6A1;Học kì I;Năm học 2025-2026\nSTT;Mã HS;Họ và tên;TX1;TX2;TX3;TX4;GK;CK\n")
    code, a, err = run("marks", marks)
    ok(code == 1 and a["faults"][0]["cell"] == "I3" and a["faults"][0]["suggestion"] == "8,5", f"{where}: 85 for 8,5, exit 1", err)
    code, a, err = run("roster", table("list.csv", [pupil(1)]), year="2026-2027")
    ok(code == 1, f"{where}: a year that is not open, exit 1", err)
    code, a, err = run("roster", table("list.csv", [pupil(1)]), school="1")
    ok(code == 1, f"{where}: a school that is not here, exit 1", err)


def count_pupils():
    code, a, _ = run("roster", table("probe.csv", [pupil(i, "6B1") for i in range(100, 1400)]), "--dry-run")
    return a["counts"]["unchanged"], a["counts"]["new"]


init = subprocess.run([HOCBA, "school", "init", "--data", str(DATA), "--profile", "school", "--settings", str(settings())],
                      capture_output=True, text=True)
ok(init.returncode == 0, "a school system of its own", init.stdout + init.stderr)
ok(run("roster", str(DATA / "none.xlsx"))[0] == 3, "a file that cannot be opened: exit 3")
ok(subprocess.run([HOCBA, "import", "roster"], capture_output=True).returncode == 3, "wrong arguments: exit 3")
checks("stopped")

# Killed at several moments of a long import: all of it, or nothing of it.
big = table("big.csv", [pupil(i, "6B1") for i in range(100, 1400)])
outcomes = set()
for wait in (0.02, 0.05, 0.1, 0.2, 0.4):
    p = subprocess.Popen([HOCBA, "import", "roster", big, "--data", str(DATA), "--school", "79000123", "--year", "2025-2026"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(wait)
    p.send_signal(signal.SIGKILL)
    p.wait()
    there, missing = count_pupils()
    outcomes.add((there, missing))
ok(outcomes <= {(0, 1300), (1300, 0)}, "a killed import leaves all or nothing", str(outcomes))

server = subprocess.Popen([HOCBA, "school", "serve", "--data", str(DATA)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
socket = DATA / "run" / "school.sock"
for _ in range(100):
    if socket.exists():
        break
    time.sleep(0.1)
ok(socket.exists(), "the system runs")
checks("running")
key = DATA / "school" / "auth.key"
right = key.read_bytes()
os.chmod(key, 0o600)
key.write_bytes(bytes([right[0] ^ 1]) + right[1:])
code, a, err = run("roster", table("list.csv", [pupil(1)]))
ok(code == 1 and not a.get("applied"), "without the system's key the running system refuses", err)
key.write_bytes(right)
server.terminate()
ok(server.wait(timeout=30) == 0, "and it stops cleanly")
subprocess.run(["rm", "-r", str(DATA)], check=True)
