"""Independent software judges what the demo made: xmlsec1, XML-Security-C, pdfsig, qpdf, mutool, openssl.

Each judge takes the folder OUT of `hocba demo` and yields (file, what it said) for every file it refuses.
Nothing here includes or calls our own verifier.
"""
import pathlib
import re
import subprocess
import tempfile

SLOTS = ("SO_THEO_DOI", "HOC_BA")
DS = "http://www.w3.org/2000/09/xmldsig#"


def run(*words, **how):
    done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, **how)
    return done.returncode, done.stdout.decode(errors="replace")


class Out:
    """What `hocba demo` leaves: transcripts/*.xml *.pdf, gradebooks/*.xml, pki/root.pem and the issuing CAs."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "pki/root.pem"
        self.issuing = sorted(p for p in (self.folder / "pki").glob("*.pem") if p != self.root)
        self.transcripts = sorted((self.folder / "transcripts").glob("*.xml"))
        self.gradebooks = sorted((self.folder / "gradebooks").glob("*.xml"))
        self.pdfs = sorted((self.folder / "transcripts").glob("*.pdf"))


def signature_ids(path):
    return re.findall(r'<Signature\b[^>]*\bId="([^"]+)"', path.read_text(encoding="utf-8"))


def id_elements(path):
    """namespace:element of every element that carries an Id, as xmlsec1 wants them declared."""
    import xml.etree.ElementTree as tree
    names = set()
    for element in tree.parse(path).iter():
        if "Id" in element.attrib:
            space, _, name = element.tag.rpartition("}")
            names.add(f"{space.lstrip('{')}:{name}" if space else name)
    return sorted(names)


def xmlsec1(out, path, signature):
    """The command line tool on one signature; (good, what it said)."""
    words = ["xmlsec1", "--verify", "--enabled-key-data", "x509", "--trusted-pem", out.root]
    for ca in out.issuing:
        words += ["--untrusted-pem", ca]
    for name in id_elements(path):
        words += ["--id-attr:Id", name]
    code, said = run(*words, "--node-xpath", f"//*[local-name()='Signature' and @Id='{signature}']", path)
    return code == 0 and said.startswith("OK"), said


def libxmlsec1(tool, out, paths):
    """Every signature of every file; yields the refused ones, and counts the good ones in `libxmlsec1.good`."""
    libxmlsec1.good = 0
    for start in range(0, len(paths), 100):
        _, said = run(tool, out.root, *out.issuing, "--", *paths[start:start + 100])
        lines = [line for line in said.splitlines() if line.endswith((" ok", " FAILED"))]
        libxmlsec1.good += sum(line.endswith(" ok") for line in lines)
        yield from ((line.split()[0], line) for line in lines if line.endswith(" FAILED"))
        if not lines:
            yield str(paths[start]), said[:300]


def xml_security_c(paths):
    for path in paths:
        code, said = run("xsec-checksig", "--id", "Id", path)
        if "Signature verified OK" not in said:
            yield str(path), f"{code}: {said[:300]}"


def nss_database(out, folder):
    run("certutil", "-d", f"sql:{folder}", "-N", "--empty-password")
    run("certutil", "-d", f"sql:{folder}", "-A", "-n", "root", "-t", "CT,CT,CT", "-i", out.root)
    for number, ca in enumerate(out.issuing):
        run("certutil", "-d", f"sql:{folder}", "-A", "-n", f"ca{number}", "-t", ",,", "-i", ca)


def pdfsig(out, paths, signatures=3):
    """Each signature valid, and the whole document covered by the last revision."""
    with tempfile.TemporaryDirectory() as folder:
        nss_database(out, folder)
        for path in paths:
            _, said = run("pdfsig", "-nocert", "-nssdir", folder, path)
            valid = said.count("Signature is Valid.")
            if valid < signatures or "Signature is Invalid" in said or "not cover" in said.split("Signature #")[-1]:
                yield str(path), said[:600]


def qpdf(paths):
    for path in paths:
        code, said = run("qpdf", "--check", path)
        if code != 0 or "No syntax or stream encoding errors found" not in said:
            yield str(path), said[:300]


def pdf_signatures(path):
    """(covered bytes, CMS or token DER, SubFilter) of every signature dictionary, by ByteRange arithmetic alone."""
    data = path.read_bytes()
    for match in re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", data):
        a, b, c, d = map(int, match.groups())
        contents = bytes.fromhex(data[a + b + 1:c - 1].decode())
        start = data.rfind(b" obj", 0, match.start())
        dictionary = data[start:data.find(b"endobj", c)]
        length = contents[1]
        size = 2 + length if length < 128 else 2 + (length & 127) + int.from_bytes(contents[2:2 + (length & 127)], "big")
        kind = re.search(rb"/SubFilter\s*/([A-Za-z0-9.]+)", dictionary).group(1).decode()
        yield data[a:a + b] + data[c:c + d], contents[:size], kind


def openssl(out, paths):
    """openssl cms on each signature, openssl ts on each document timestamp."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        chain = folder / "chain.pem"
        chain.write_text("".join(ca.read_text() for ca in out.issuing))
        for path in paths:
            seen = 0
            for covered, der, kind in pdf_signatures(path):
                (folder / "covered").write_bytes(covered)
                (folder / "der").write_bytes(der)
                if kind == "ETSI.RFC3161":
                    _, said = run("openssl", "ts", "-verify", "-in", folder / "der", "-token_in", "-data", folder / "covered",
                                  "-CAfile", out.root, "-untrusted", chain)
                    good = "Verification: OK" in said
                else:
                    code, said = run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "der",
                                     "-content", folder / "covered", "-CAfile", out.root, "-certfile", chain, "-purpose", "any",
                                     "-out", "/dev/null")
                    good = code == 0
                    seen += 1
                if not good:
                    yield str(path), f"{kind}: {said[:300]}"
            if seen == 0:
                yield str(path), "không có chữ kí"


def mutool(paths):
    """Earlier signatures have later revisions after them ("edits since signing"); none may be broken."""
    for path in paths:
        _, said = run("mutool", "sign", "-v", path)
        intact = said.count("The signature is valid") + said.count("The document is unchanged since signing")
        if intact < 3 or "Digest Mismatch" in said or "Invalid signature" in said:
            yield str(path), said[:300]
