"""Words of the portable SQL dialect (lib/db/README.md): anything not listed here is refused with file and line."""
import re

TYPES = ("id", "int", "text", "bytes", "time")
FUNCTIONS = set("count sum min max coalesce nullif length abs row_number".split())
KEYWORDS = set("""
ADD ALL ALTER AND AS ASC BETWEEN BY CASE CASCADE CHECK COLUMN CONFLICT CONSTRAINT CREATE CROSS DEFAULT DELETE DESC
DISTINCT DO ELSE END EXCEPT EXISTS FIRST FOREIGN FROM GROUP HAVING IN INDEX INNER INSERT INTERSECT INTO IS JOIN KEY
LAST LEFT LIMIT NOT NOTHING NULL NULLS OFFSET ON OR ORDER OVER PARTITION PRIMARY RECURSIVE REFERENCES REFUSE ROW
SELECT SET TABLE THEN UNION UNIQUE UPDATE USING VALUES WHEN WHERE WITH""".split())
# Lower-case words that one of the engines keeps for itself.
RESERVED = set("""
add all alter analyse analyze and any array as asc authorization between binary both case cast check collate column
commit concurrently constraint create cross current_date current_time current_timestamp current_user deferrable
deferred delete desc distinct do drop else end escape except exists fetch for foreign freeze from full grant group
having ilike in index indexed initially inner insert intersect into is isnull join lateral leading left like limit
localtime localtimestamp natural not nothing notnull null offset on only or order outer overlaps primary references
returning right rollback savepoint select session_user set similar some symmetric table tablesample then to
trailing transaction true false union unique update user using values variadic when where window with""".split())
OPERATORS = ("<=", ">=", "<>", "||", "<", ">", "=", "+", "-", "*", "(", ")", ",", ".", ";")

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PARAM = re.compile(r":([a-z_][a-z0-9_]*):([a-z]+)")
ANNOTATION = re.compile(r":([a-z]+)")
STRING = re.compile(r"'(?:[^']|'')*'")
NUMBER = re.compile(r"[0-9]+")


class Refused(Exception):
    """A message that begins with file:line."""


class Token:
    """kind: name, key (keyword), string, number, op, param, comment.  type: of a param, or of `name:type`."""
    __slots__ = ("kind", "text", "line", "type")

    def __init__(self, kind, text, line, type=None):
        self.kind, self.text, self.line, self.type = kind, text, line, type

    def is_(self, *texts):
        return self.kind in ("key", "op") and self.text in texts


class Source:
    """One .sql file and where we are in it, for messages."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.text = file.read()

    def refuse(self, line, why):
        raise Refused(f"{self.path}:{line}: {why}")

    def tokens(self):
        at, line, text = 0, 1, self.text
        while at < len(text):
            c = text[at]
            if c == "\n":
                line += 1
                at += 1
            elif c in " \t":
                at += 1
            elif text.startswith("--", at):
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                yield Token("comment", text[at + 2:end].strip(), line)
                at = end
            else:
                token, at = self.token(at, line)
                yield token
                line += token.text.count("\n")

    def token(self, at, line):
        text = self.text
        if m := PARAM.match(text, at):
            if m.group(2) not in TYPES:
                self.refuse(line, f"parameter type {m.group(2)}: want one of {' '.join(TYPES)}")
            return Token("param", m.group(1), line, m.group(2)), m.end()
        if m := STRING.match(text, at):
            return Token("string", m.group(0), line), m.end()
        if m := WORD.match(text, at):
            return self.word(m, line)
        if m := NUMBER.match(text, at):
            if text[m.end():m.end() + 1] in (".", "e", "x"):
                self.refuse(line, "only whole numbers are portable")
            return Token("number", m.group(0), line), m.end()
        for op in OPERATORS:
            if text.startswith(op, at):
                return Token("op", op, line), at + len(op)
        if text[at] == ":":
            self.refuse(line, "a parameter needs its type, like :tenths:int")
        self.refuse(line, f"{text[at]!r} is not in the portable dialect")

    def word(self, m, line):
        word, end = m.group(0), m.end()
        if word.isupper():
            if word.lower() in FUNCTIONS:
                return Token("name", word.lower(), line), end
            if word not in KEYWORDS:
                self.refuse(line, f"{word} is not in the portable dialect")
            return Token("key", word, line), end
        if not word.islower():
            self.refuse(line, f"{word}: keywords are upper case, names lower case")
        if word in RESERVED:
            self.refuse(line, f"{word} is a reserved word of SQLite or PostgreSQL")
        if a := ANNOTATION.match(self.text, end):
            if a.group(1) not in TYPES:
                self.refuse(line, f"type {a.group(1)}: want one of {' '.join(TYPES)}")
            return Token("name", word, line, a.group(1)), a.end()
        return Token("name", word, line), end


def check_words(source, tokens):
    """Rules that hold in every statement and every expression."""
    for i, t in enumerate(tokens):
        after = tokens[i + 1] if i + 1 < len(tokens) else Token("op", ";", t.line)
        before = tokens[i - 1] if i > 0 else Token("op", ";", t.line)
        if t.is_("IS"):
            rest = [x.text for x in tokens[i + 1:i + 4]]
            if rest and rest[0] == "NOT":
                rest = rest[1:]
            if not rest or not (rest[0] == "NULL" or rest[:2] == ["DISTINCT", "FROM"]):
                source.refuse(t.line, "IS is portable only as IS [NOT] NULL and IS [NOT] DISTINCT FROM")
        if t.kind == "name" and t.text in FUNCTIONS and after.is_("(") is False and before.is_("SELECT"):
            source.refuse(t.line, f"{t.text} is a function")
        if t.kind == "name" and after.is_("(") and t.text not in FUNCTIONS \
                and not before.is_("INTO", "TABLE", "REFERENCES", "ON", "WITH", "RECURSIVE", ","):
            source.refuse(t.line, f"{t.text}() is not a portable function")
        if t.kind == "string" and "\x00" in t.text:
            source.refuse(t.line, "NUL in a string")


def split(tokens, separator=","):
    """Lists of tokens between separators outside parentheses."""
    parts, depth, part = [], 0, []
    for t in tokens:
        depth += t.is_("(") - t.is_(")")
        if depth == 0 and t.is_(separator):
            parts.append(part)
            part = []
        else:
            part.append(t)
    parts.append(part)
    return parts


def closing(source, tokens, start):
    """Index of the parenthesis that closes tokens[start]."""
    depth = 0
    for i in range(start, len(tokens)):
        depth += tokens[i].is_("(") - tokens[i].is_(")")
        if depth == 0:
            return i
    source.refuse(tokens[start].line, "this parenthesis is never closed")


def render(tokens, word=lambda t: t.text):
    """One line of SQL again."""
    out = ""
    for i, t in enumerate(tokens):
        tight = i == 0 or t.is_(",", ")", ".", ";") or tokens[i - 1].is_("(", ".")
        if t.is_("(") and i > 0 and tokens[i - 1].kind == "name" and tokens[i - 1].text in FUNCTIONS:
            tight = True
        out += ("" if tight else " ") + word(t)
    return out
