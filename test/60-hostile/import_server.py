#!/usr/bin/python3
"""import_server.py HOCBA: hostile tables against a school system that runs: the file is refused in Vietnamese by its
key, not one row of it is written, and the server goes on, also when the child that parses is killed or stands still."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from tap import ok  # noqa: E402

HOCBA = str(pathlib.Path(sys.argv[1]).resolve())
XLSX = pathlib.Path(__file__).resolve().parents[1] / "data" / "xlsx"
DATA = pathlib.Path(tempfile.mkdtemp(prefix="hocba-hostile-"))
YEAR, SCHOOL = "2025-2026", "79000123"
WALL_LIMIT_S = 30                       # sandbox_limits_default.wall_s

LIST = "STT;Mã học sinh;Họ và tên;Ngày sinh;Giới tính;Lớp\n"
MARKS = "SỔ ĐIỂM MÔN TOÁN;;;;;;;;;\n{}\nSTT;Mã HS;Họ và tên;ĐĐGtx 1;ĐĐGtx 2;ĐĐGtx 3;ĐĐGtx 4;ĐĐGgk;ĐĐGck;ĐTBmhk\n"
TERM = MARKS.format("Lớp 6A1 - Học kì I - Năm học 2025-2026;;;;;;;;;")


def settings():
    school = {"code": SCHOOL, "name": "Trường THCS Thử", "levels": "THCS", "kind": "1", "commune": "Phường Thử",
              "province": "Thành phố Hồ Chí Minh", "so_code": "79", "tax_code": "0300000001", "address": "", "phone": "",
              "years": [{"year": YEAR, "starts": "2025-09-05", "term2": "2026-01-19", "ends": "2026-05-31"}], "founders": []}
    path = DATA / "settings.json"
    path.write_text(json.dumps({"schools": [school]}, ensure_ascii=False), encoding="utf-8")
    return str(path)


def send(kind, content, name="t.xlsx"):
    """Exit status, the answer, and what the operator reads."""
    path = DATA / f"{threading.get_ident()}-{name}"
    path.write_bytes(content)
    p = subprocess.run([HOCBA, "import", kind, str(path), "--data", str(DATA), "--school", SCHOOL, "--year", YEAR, "--json"],
                       capture_output=True, text=True, timeout=120)
    try:
        answer = json.loads(p.stdout)
    except ValueError:
        answer = {}
    return p.returncode, answer, p.stderr


def stored():
    """Every row of every table but the journals that tell of attempts."""
    with sqlite3.connect(f"file:{DATA}/school/system.db?mode=ro", uri=True) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                  if not name.startswith(("audit_", "sqlite_"))]
        return {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in tables}


def big_list():
    """So many cells that its reader can be met at work."""
    return (LIST + "".join(f"{i};T{i:05d};Học Sinh Số {i};01/03/2014;Nam;6A1;" + "x;" * 12 + "\n" for i in range(19000))).encode()


# --- files that cannot be read -----------------------------------------------------------------------------------

def unreadable():
    good = (XLSX / "openpyxl.xlsx").read_bytes()
    yield "an empty file", b"", "bang.hong"
    yield "an xlsx cut in half", good[:len(good) // 2], "bang.hong"
    yield "an xlsx without its directory", good[:-30], "bang.hong"
    yield "four bytes of an xlsx", good[:4], "bang.hong"
    yield "a zip bomb", (XLSX / "bomb.xlsx").read_bytes(), "bang.quaLon"
    yield "a DOCTYPE with entities", (XLSX / "doctype.xlsx").read_bytes(), "bang.hong"
    yield "a string that does not exist", (XLSX / "nostring.xlsx").read_bytes(), "bang.hong"
    yield "a cell at the end of the world", (XLSX / "far.xlsx").read_bytes(), "bang.quaLon"
    yield "a document that is no workbook", (XLSX / "docx.zip").read_bytes(), "bang.khongPhaiXlsx"
    yield "a zip of nothing", b"PK\5\6" + bytes(18), "csv.khongPhaiUtf8"
    yield "an old .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "bang.khongPhaiXlsx"
    yield "a picture", b"\x89PNG\r\n\x1a\n", "csv.khongPhaiUtf8"
    yield "a quote never closed", (LIST + '1;B1;"Phan Văn Ba;01/02/2014;Nam;6A1\n').encode(), "csv.nhay"
    yield "a CSV cut inside a letter", (LIST + "1;B1;Phan Vă").encode()[:-1], "csv.khongPhaiUtf8"
    yield "no table", b"a;b;c\n1;2;3\n", "bang.khongThayCot"


# --- files that can be read and are wrong ----------------------------------------------------------------------------

WRONG_FILES = (
    ("roster", "a class list of another school year", "Năm học 2024 - 2025;;;;;\n" + LIST + "1;B1;Phan Văn Ba;01/02/2014;Nam;6A1\n", "namHoc.khac"),
    ("marks", "marks of another school year", MARKS.format("Lớp 6A1 - Học kì I - Năm học 2023-2024") + "1;T1;Nguyễn Văn An;6;7;7;8;7;8;\n",
     "namHoc.khac"),
    ("marks", "marks of a class that is not there", MARKS.format("Lớp 6A9 - Học kì I") + "1;T1;Nguyễn Văn An;6;7;7;8;7;8;\n", "lop.khongCo"),
    ("marks", "marks of a subject not learnt", TERM.replace("TOÁN", "VẬT LÍ") + "1;T1;Nguyễn Văn An;6;7;7;8;7;8;\n", "mon.khongCo"),
)
WRONG_CELLS = (
    ("roster", "another school's pupil", LIST.replace("\n", ";Mã trường\n") + "1;B1;Phan Văn Ba;01/02/2014;Nam;6A1;79000999\n", "G2",
     "hocSinh.truongKhac"),
    ("roster", "no such day, after a good row", LIST + "1;B1;Phan Văn Ba;01/02/2014;Nam;6A1\n2;B2;Đỗ Thị Tư;31/02/2014;Nữ;6A1\n", "D3",
     "hocSinh.ngaySinh"),
    ("marks", "85 for 8,5, after a good row", TERM + "1;T1;Nguyễn Văn An;6;7;7;8;7;8;\n2;T2;Trần Thị Bình;85;7;7;8;7;8;\n", "D5",
     "diem.ngoaiThang"),
    ("marks", "eleven", TERM + "1;T1;Nguyễn Văn An;6;7;7;8;7;11;\n", "I4", "diem.ngoaiThang"),
    ("marks", "less than nothing", TERM + "1;T1;Nguyễn Văn An;-1;7;7;8;7;8;\n", "D4", "diem.ngoaiThang"),
    ("marks", "an unknown pupil, after a good row", TERM + "1;T1;Nguyễn Văn An;6;7;7;8;7;8;\n2;Z9;Nguyễn Văn Không;6;7;7;8;7;8;\n", "B5",
     "hocSinh.ngoaiLop"),
)


def refusals(before):
    for kind in ("roster", "marks"):
        for name, content, key in unreadable():
            code, _, words = send(kind, content)
            ok(code == 1 and f"({key}," in words, f"{kind}: {name}: {key}", code, words)
    for kind, name, text, key in WRONG_FILES:
        code, _, words = send(kind, text.encode(), "t.csv")
        ok(code == 1 and f"({key}," in words, f"{name}: {key}", code, words)
    for kind, name, text, cell, key in WRONG_CELLS:
        code, answer, words = send(kind, text.encode(), "t.csv")
        faults = [(f["cell"], f["key"]) for f in answer.get("faults", []) if f["level"] == "error"]
        ok(code == 1 and faults == [(cell, key)] and answer["applied"] is False, f"{name}: {cell} {key}", faults, words)
    ok(stored() == before, "not one row of all these files is written")


# --- the child that parses --------------------------------------------------------------------------------------------

def children(parent):
    """Processes whose parent is this one."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


def meet_child(helper, do_signal):
    """Sends a big file and a signal to the process that reads it: its number, and what the operator was told."""
    told, met = [], None
    sender = threading.Thread(target=lambda: told.append(send("roster", big_list(), "big.csv")))
    sender.start()
    deadline = time.time() + 60
    while met is None and sender.is_alive() and time.time() < deadline:
        for child in children(helper):
            try:
                os.kill(child, do_signal)
                met = child
            except ProcessLookupError:
                pass
    return met, sender, told


def gone(pid):
    for _ in range(200):
        if not pathlib.Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def one_more():
    code, answer, words = send("roster", (LIST + "1;T1;Nguyễn Văn An;12/03/2014;Nam;6A1\n").encode(), "one.csv")
    return code == 0 and answer["counts"]["unchanged"] == 1, words


def dangerous(server, before):
    helpers = children(server.pid)
    if not ok(len(helpers) == 1, "the server has one helper", helpers):
        return
    for name, do_signal in (("dies of a bad address", signal.SIGSEGV), ("is killed", signal.SIGKILL)):
        child, sender, told = meet_child(helpers[0], do_signal)
        sender.join()
        code, _, words = told[0]
        ok(child is not None and code == 1 and "(tep.nguyHiem," in words, f"a reader that {name}: tep.nguyHiem", child, code, words)
        good, words = one_more()
        ok(good, "the next file is read", words)
    started = time.time()
    child, sender, told = meet_child(helpers[0], signal.SIGSTOP)
    good, words = one_more()
    ok(child is not None and sender.is_alive() and good, "while a reader stands still another file is read", words)
    sender.join()
    code, _, words = told[0]
    ok(code == 1 and "(tep.nguyHiem," in words and time.time() - started < WALL_LIMIT_S + 30, "a reader that stands still: tep.nguyHiem", code, words)
    if child is not None:
        os.kill(child, signal.SIGCONT)
        ok(gone(child), "it ends by its own alarm")
    ok(children(server.pid) == helpers and server.poll() is None, "the server and its helper are the same processes")
    ok(stored() == before, "not one row of the big file is written")


init = subprocess.run([HOCBA, "school", "init", "--data", str(DATA), "--profile", "school", "--settings", settings()], capture_output=True, text=True)
ok(init.returncode == 0, "a school system of its own", init.stdout + init.stderr)
server = subprocess.Popen([HOCBA, "school", "serve", "--data", str(DATA)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(200):
    if (DATA / "run" / "school.sock").exists():
        break
    time.sleep(0.1)
code, answer, words = send("roster", (LIST + "1;T1;Nguyễn Văn An;12/03/2014;Nam;6A1\n2;T2;Trần Thị Bình;05/09/2014;Nữ;6A1\n").encode(), "good.csv")
ok(code == 0 and answer.get("applied") is True, "a good class list goes in", words)
rows = stored()
ok(len(rows["pupil"]) == 2, "its two pupils are there", len(rows["pupil"]))
refusals(rows)
dangerous(server, rows)
server.terminate()
ok(server.wait(timeout=30) == 0, "the server stops cleanly")
subprocess.run(["rm", "-r", str(DATA)], check=True)
