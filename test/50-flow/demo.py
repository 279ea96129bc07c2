#!/usr/bin/python3
"""demo.py HOCBA XMLSEC_VERIFY: the whole main job plays, and independent software agrees with every file it made.

Covers: KH14-III seed004-1 seed004-4 D3.2 D4.1a D4.1b D9.1a D9.1b D9.2 D10.1 D18.2.1a D18.2.2 D18.2.3 D18.2.4 D18.2.5
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parent)]
import independent as judge  # noqa: E402
from tap import ok  # noqa: E402

hocba, xmlsec_verify = sys.argv[1:3]
work = pathlib.Path(tempfile.mkdtemp(prefix="hocba-demo-"))
data, folder = work / "data", work / "out"


def none_refused(name, refused):
    refused = list(refused)
    ok(not refused, name, "\n".join(f"{path}: {said}" for path, said in refused[:5]), f"{len(refused)} refused")


def sample(paths, n):
    """n files spread over the list: first, last and between."""
    return paths if len(paths) <= n else [paths[i * (len(paths) - 1) // (n - 1)] for i in range(n)]


# --- it plays -------------------------------------------------------------------------------------------------------

code, said = judge.run(hocba, "demo", "--data", data, "--out", folder)
ok(code == 0, "the demo plays to its end", said[-3000:])
out = judge.Out(folder)
ok(len(out.transcripts) >= 150, f"{len(out.transcripts)} records issued as XML, at least 150")
ok([p.stem for p in out.transcripts] == [p.stem for p in out.pdfs], "each record is an XML and a PDF (D3.2)")
ok(len(out.gradebooks) >= 5, f"{len(out.gradebooks)} sealed class files, at least five")
ok(out.root.exists() and len(out.issuing) >= 2, "the root and each issuing CA are there")
secrets = [p for p in folder.rglob("*") if p.is_file() and (p.suffix in (".key", ".p12") or b"PRIVATE KEY" in p.read_bytes())]
ok(not secrets, "no private key is among them", secrets)

# --- what the offices hold -----------------------------------------------------------------------------------------------

for office in ("city", "ministry"):
    said = subprocess.run([hocba, office, "fsck", "--json", "--data", str(data)], stdout=subprocess.PIPE).stdout
    held = json.loads(said or "{}")
    ok(held.get("good") and held.get("records") >= len(out.transcripts), f"{office} holds every issued record, and fsck agrees", held)

# --- our verifier, with the root alone --------------------------------------------------------------------------------

everything = out.transcripts + out.gradebooks + out.pdfs
code, said = judge.run(hocba, "verify", "--trust", out.root, *everything)
ok(code == 0, f"hocba verify --trust root.pem agrees with all {len(everything)} files", said[-2000:])
shown = subprocess.run([hocba, "verify", "--json", "--trust", str(out.root), *map(str, sample(everything, 12))],
                       stdout=subprocess.PIPE).stdout
report = json.loads(shown)
ok(all(f["verdict"] == "VALID" and f["signatures"] for f in report["files"]), "the JSON view says VALID with signatures")
ok(all(s["time_protected"] for f in report["files"] for s in f["signatures"]), "every signing time is protected")
last = [f["signatures"][-1]["level"] for f in report["files"] if f["kind"] in ("transcript", "gradebook")]
ok(last and set(last) <= {"LT", "LTA"}, "the last signature of every finished XML is LT", last)
code, said = judge.run(hocba, "verify", *sample(out.transcripts, 2))
ok(code == 2, "without --trust nothing is trusted", said[-500:])

# --- software that is not ours ---------------------------------------------------------------------------------------------

xml = out.transcripts + out.gradebooks
none_refused(f"libxmlsec1 verifies every signature of {len(xml)} XML files", judge.libxmlsec1(xmlsec_verify, out, xml))
ok(judge.libxmlsec1.good >= 3 * len(xml), f"that was {judge.libxmlsec1.good} signatures")
refused = []
for path in sample(out.transcripts, 4) + sample(out.gradebooks, 3):
    for signature in judge.signature_ids(path):
        good, words = judge.xmlsec1(out, path, signature)
        if not good:
            refused.append((f"{path} {signature}", words[:300]))
none_refused("the xmlsec1 command verifies each signature of a sample, one by one", refused)
none_refused("XML-Security-C verifies every XML", judge.xml_security_c(xml))
none_refused("pdfsig calls every signature of every PDF valid", judge.pdfsig(out, out.pdfs))
none_refused("qpdf finds every PDF sound", judge.qpdf(out.pdfs))
none_refused("mutool finds the signatures of a sample of PDFs intact", judge.mutool(sample(out.pdfs, 20)))
none_refused("openssl cms and openssl ts verify a sample of PDFs", judge.openssl(out, sample(out.pdfs, 30)))

# --- what a person reads -----------------------------------------------------------------------------------------------------

wrong = []
for path in sample(out.pdfs, 12):
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], stdout=subprocess.PIPE).stdout.decode()
    name = re.search(r"<HO_VA_TEN>([^<]+)</HO_VA_TEN>", path.with_suffix(".xml").read_text(encoding="utf-8"))
    if name is None or (name.group(1) not in text and name.group(1).upper() not in text) or "HỌC BẠ" not in text:
        wrong.append(f"{path}: {name and name.group(1)}")
ok(not wrong, "pdftotext reads the pupil's name and the title in right Vietnamese", "\n".join(wrong))

# --- a second call continues ------------------------------------------------------------------------------------------------

before = {p.name: p.read_bytes() for p in everything}
code, said = judge.run(hocba, "demo", "--data", data, "--out", folder)
ok(code == 0, "a second call continues the same demo", said[-1500:])
ok(before == {p.name: p.read_bytes() for p in everything}, "and changes no issued file")
subprocess.run(["rm", "-rf", str(work)])
