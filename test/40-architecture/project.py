#!/usr/bin/python3
"""Tests that test the project: layers, error texts, SQL, banned functions, sizes, the table of commands.

Each guard is tried on a small wrong tree first: a guard that cannot fail guards nothing.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from tap import ok  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["lib", "systems", "cmd"]


def files(root, *patterns, areas=SOURCES):
    return sorted(p for area in areas for pattern in patterns for p in (root / area).rglob(pattern))


def code_of(path):
    """The text without comments; strings stay."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def tree(**contents):
    """A throw-away tree with the named files ('lib__a__x_c' is lib/a/x.c)."""
    root = pathlib.Path(tempfile.mkdtemp())
    for name, text in contents.items():
        *folders, stem, ending = name.split("__")
        path = root.joinpath(*folders, f"{stem}.{ending}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


# --- layers -----------------------------------------------------------------------------------------------------

def layers(root, table):
    done = subprocess.run([str(ROOT / "tools/layers"), str(root), str(table)], capture_output=True, text=True)
    return done.returncode, done.stdout


wrong = tree(lib__rules__a__c='#include "db/db.h"\n', lib__new__b__c="\n", layers__txt="base\nrules base\n")
code, out = layers(wrong, wrong / "layers.txt")
ok(code == 1 and "rules may not include db" in out and "new stands in no line" in out, "the layer check refuses a wrong tree", out)
code, out = layers(ROOT, ROOT / "layers.txt")
ok(code == 0, "every include goes the way of layers.txt", out)


# --- error texts ------------------------------------------------------------------------------------------------

KEY_USE = re.compile(r'"([a-z][a-zA-Z0-9]*(?:\.[a-z][a-zA-Z0-9]*)+)"')


def message_texts(root):
    keys = {}
    for path in files(root, "messages.vi.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                keys[line.split("\t")[0]] = path
    return keys


def failing_keys(root):
    """Keys handed to hb_fail, wherever they stand in its argument list."""
    used = {}
    for path in files(root, "*.c", "*.h"):
        for call in re.finditer(r"\bhb_fail\s*\(", code_of(path)):
            rest = code_of(path)[call.end():call.end() + 400]
            if key := re.search(r'HB_E_[A-Z]+\s*,\s*"([^"]+)"', rest.split(";")[0]):
                used[key.group(1)] = path
    return used


def mentioned(root):
    return {key for path in files(root, "*.c", "*.h", "*.sql", "*.yaml", "*.tsv", areas=SOURCES + ["data"])
            for key in re.findall(r"[a-z][a-zA-Z0-9]*(?:\.[a-z][a-zA-Z0-9]*)+", path.read_text(encoding="utf-8"))}


def text_faults(root):
    texts, used = message_texts(root), failing_keys(root)
    names = mentioned(root)
    return ([f"{path}: {key} has no text" for key, path in used.items() if key not in texts]
            + [f"{path}: nobody uses {key}" for key, path in texts.items() if key not in names])


wrong = tree(lib__a__x__c='int f(void) { return hb_fail(err, HB_E_INPUT, "a.missing", "x"); }\n',
             **{"lib__a__messages.vi__txt": "a.unused\tvăn bản\n"})
ok(len(text_faults(wrong)) == 2, "the text check finds a key without text and a text without use", text_faults(wrong))
faults = text_faults(ROOT)
ok(not faults, "every error key has its Vietnamese text, every text its use", "\n".join(faults))

# --- SQL, banned functions, floating point -------------------------------------------------------------------------

SQL = re.compile(r'"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|TRIGGER|INDEX))\b', re.I)
BANNED = re.compile(r"(?<![A-Za-z0-9_])(sprintf|vsprintf|strcpy|strcat|gets|atoi|atol|strtok|system|popen|rand|localtime|gmtime|ctime)\s*\(")
ENGINE = {"sqlite.c", "postgres.c", "migrate.c"}


def sql_in_c(root):
    return [f"{p}: {m.group()}" for p in files(root, "*.c") if p.name not in ENGINE or p.parent.name != "db"
            for m in SQL.finditer(code_of(p))]


def banned(root):
    return [f"{p}: {m.group(1)}" for p in files(root, "*.c", "*.h") for m in BANNED.finditer(code_of(p))]


def floating(root):
    areas = ["lib/rules", "lib/record", "systems/school", "systems/gradebook"]
    return [f"{p}: {m.group()}" for p in files(root, "*.c", "*.h", areas=areas)
            for m in re.finditer(r"\b(double|float)\b", re.sub(r'"(?:[^"\\]|\\.)*"', '""', code_of(p)))]


def parsed_here(root):
    """Strangers' tables read in the process that holds keys and database, past xlsx_read_apart()."""
    return [f"{p}: {m.group(1)}" for p in files(root, "*.c", areas=["systems", "cmd"])
            for m in re.finditer(r"\b(xlsx_read|csv_read)\s*\(", code_of(p))]


wrong = tree(lib__rules__a__c='const char *q = "SELECT a FROM b";\nvoid f(void) { double mark; strcpy(a, b); }\n')
ok(sql_in_c(wrong) and banned(wrong) and floating(wrong), "the checks for SQL in C, banned functions and floats can fail")
ok(not sql_in_c(ROOT), "no SQL text stands in C", "\n".join(sql_in_c(ROOT)))
ok(not banned(ROOT), "no banned function is called", "\n".join(banned(ROOT)))
ok(not floating(ROOT), "no floating point stands near a mark", "\n".join(floating(ROOT)))

wrong = tree(systems__school__a__c="int f(void) { return xlsx_read_apart(b) + xlsx_read(b); }\n")
ok(len(parsed_here(wrong)) == 1, "the check for tables parsed in the server can fail", parsed_here(wrong))
ok(not parsed_here(ROOT), "every uploaded table is parsed apart", "\n".join(parsed_here(ROOT)))

# --- sizes --------------------------------------------------------------------------------------------------------

long_files = [f"{p}: {n} lines" for p in files(ROOT, "*.c", "*.h", areas=SOURCES + ["test", "bench", "demo", "fuzz"])
              if (n := len(p.read_text(encoding="utf-8").splitlines())) > 600]
ok(not long_files, "no C file is longer than 600 lines", "\n".join(long_files))
long_headers = [f"{p}: {n} lines" for p in files(ROOT, "*.h", areas=["lib", "systems"])
                if (n := len(p.read_text(encoding="utf-8").splitlines())) > 200]
ok(not long_headers, "no public header is longer than 200 lines", "\n".join(long_headers))
headless = [str(p) for p in files(ROOT, "*.h", areas=["lib", "systems"]) if not p.read_text(encoding="utf-8").startswith("/*")]
ok(not headless, "every header opens with what it is for", "\n".join(headless))

# --- the table of commands ------------------------------------------------------------------------------------------

main = (ROOT / "cmd/hocba/main.c").read_text(encoding="utf-8")
names = re.findall(r'^\t\{ "([a-z-]+)",', main, flags=re.M)
ok(names == sorted(names) and len(set(names)) == len(names), "the table of commands is sorted", names)

# --- clauses and the tests that exercise them --------------------------------------------------------------------------

def clauses(root):
    lines = (root / "docs/clauses.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith(("#", "clause\t"))]


def clause_faults(root):
    """Rows whose test does not exist or does not name the clause; rows twice; rows of another shape."""
    rows, faults = clauses(root), []
    for row in rows:
        if len(row) != 4 or not all(row[:3]) or (row[2] == "-" and not row[3]):
            faults.append(f"{row[0]}: a row is clause, demand, tests, what is missing")
            continue
        for name in row[2].split() if row[2] != "-" else []:
            path = root / "test" / name
            if not path.is_file():
                faults.append(f"{row[0]}: there is no test/{name}")
            elif not re.search(rf"(?<![\w.]){re.escape(row[0])}(?![\w]|\.\w)", path.read_text(encoding="utf-8")):
                faults.append(f"{row[0]}: test/{name} does not name it")
    names = [row[0] for row in rows]
    return faults + [f"{name} stands twice" for name in sorted(set(names)) if names.count(name) > 1]


wrong = tree(test__x__a__c="/* D2.1 and D3.1a */\n", docs__clauses__tsv="clause\tdemand\ttests\tmissing\nD2.1\tx\tx/a.c\t\n"
             "D2.1\tx\tx/a.c\t\nD3.1\tx\tx/a.c\t\nD9\tx\tx/b.c\t\nD8\tx\t-\t\nD7\tx\t-\tnot built\n")
ok(len(clause_faults(wrong)) == 4, "the clause check finds a missing test, a clause not named, an empty row, a row twice", "\n".join(clause_faults(wrong)))
faults = clause_faults(ROOT)
ok(not faults, "every clause of docs/clauses.tsv is named by its tests", "\n".join(faults))
untested = [row[0] for row in clauses(ROOT) if row[2] == "-"]
print(f"# {len(clauses(ROOT))} clauses, {len(untested)} without a test: {' '.join(untested)}")

# --- the documents point at what is there ---------------------------------------------------------------------------------

def dead_links(root, names):
    """Links and pictures to a file of the tree that does not exist."""
    return [f"{name}: {target}" for name in names
            for target in re.findall(r"\]\(([^)#]+)", (root / name).read_text(encoding="utf-8"))
            if "://" not in target and not (root / name).parent.joinpath(target).exists()]


wrong = tree(docs__a__md="[here](a.md) ![gone](b.png) [out](https://example.org)\n")
ok(dead_links(wrong, ["docs/a.md"]) == ["docs/a.md: b.png"], "the link check finds a dead one")
pages = [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("*.md")) + files(ROOT, "*.md", areas=SOURCES + ["docs", "demo", "contracts", "test"])]
ok(len(pages) > 20 and not dead_links(ROOT, pages), f"every link of {len(pages)} pages leads somewhere", "\n".join(dead_links(ROOT, pages)))

# --- what is committed ----------------------------------------------------------------------------------------------

tracked = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True).stdout.split("\n")
keys = [p for p in tracked if re.search(r"\.(key|p12|pfx)$|softhsm2?\.conf$", p)]
private = [p for p in tracked if p.endswith((".pem", ".crt")) and (ROOT / p).exists() and "PRIVATE KEY" in (ROOT / p).read_text(errors="replace")]
ok(not keys and not private, "no private key is in the repository", keys + private)
