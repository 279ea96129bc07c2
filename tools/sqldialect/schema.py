"""schema.sql and migrations/N.sql: tables, indexes and rules, as DDL for both engines."""
import re

from .tokens import TYPES, Refused, Source, Token, check_words, closing, render, split

SQLITE = {"id": "TEXT", "int": "INTEGER", "text": "TEXT", "bytes": "BLOB", "time": "INTEGER"}
# Text sorts by bytes on both engines.
POSTGRES = {"id": "uuid", "int": "bigint", "text": 'text COLLATE "C"', "bytes": "bytea", "time": "bigint"}
KEY = re.compile(r"^'[a-zA-Z][a-zA-Z0-9]*\.[a-zA-Z0-9]+'$")


class Column:
    def __init__(self, name, type, nullable):
        self.name, self.type, self.nullable = name, type, nullable


class Table:
    def __init__(self, name, insert_only):
        self.name, self.insert_only = name, insert_only
        self.columns, self.primary = {}, []


class Schema:
    """All statements of one module's schema, or of one migration on top of it."""

    def __init__(self, module):
        self.module, self.version = module, 1
        self.tables, self.refusals = {}, []
        self.sqlite, self.postgres = [], []

    def read(self, path):
        self.source = source = Source(path)
        pending, insert_only = [], False
        for t in source.tokens():
            if t.kind == "comment":
                if t.text == "insert-only":
                    insert_only = True
                elif m := re.match(r"version:\s*([0-9]+)$", t.text):
                    self.version = int(m.group(1))
            elif t.is_(";"):
                self.statement(pending, insert_only)
                pending, insert_only = [], False
            else:
                pending.append(t)
        if pending:
            source.refuse(pending[0].line, "this statement does not end with ;")
        if insert_only:
            source.refuse(1, "an insert-only mark without a table after it")

    def statement(self, tokens, insert_only):
        source, head = self.source, [t.text for t in tokens[:3]]
        check_words(source, tokens)
        for t in tokens:
            if t.kind == "param":
                source.refuse(t.line, "a schema has no parameters")
        if insert_only and head[:2] != ["CREATE", "TABLE"]:
            source.refuse(tokens[0].line, "insert-only belongs to a table")
        if head[:2] == ["CREATE", "TABLE"]:
            self.create_table(tokens, insert_only)
        elif head[:2] == ["CREATE", "INDEX"] or head == ["CREATE", "UNIQUE", "INDEX"]:
            self.create_index(tokens)
        elif head[:1] == ["REFUSE"]:
            self.refuse_rule(tokens)
        elif head[:2] == ["ALTER", "TABLE"]:
            self.add_column(tokens)
        else:
            source.refuse(tokens[0].line, "want CREATE TABLE, CREATE INDEX, REFUSE or ALTER TABLE … ADD COLUMN")

    def known(self, token):
        if token.text not in self.tables:
            self.source.refuse(token.line, f"no table {token.text} in this module")
        return self.tables[token.text]

    # -- tables ------------------------------------------------------------------------------------------

    def create_table(self, tokens, insert_only):
        source = self.source
        if len(tokens) < 5 or tokens[2].kind != "name" or not tokens[3].is_("("):
            source.refuse(tokens[0].line, "want CREATE TABLE name (")
        end = closing(source, tokens, 3)
        if end != len(tokens) - 1:
            source.refuse(tokens[end].line, "nothing may follow the table's closing parenthesis")
        name = tokens[2].text
        if name in self.tables:
            source.refuse(tokens[2].line, f"table {name} stands twice")
        table = self.tables[name] = Table(name, insert_only)
        items = split(tokens[4:end])
        for item in items:
            self.find_primary(table, item)
        if not table.primary:
            source.refuse(tokens[2].line, f"table {name} needs a primary key")
        lite, post = [], []
        for item in items:
            a, b = self.item(table, item)
            lite.append(a)
            post.append(b)
        for column in table.primary:
            if column not in table.columns:
                source.refuse(tokens[2].line, f"primary key names {column}, which the table does not have")
        large = any(c.type == "bytes" for c in table.columns.values())
        tail = "STRICT" if large else "STRICT, WITHOUT ROWID"
        self.sqlite.append(f"CREATE TABLE {name} (\n  " + ",\n  ".join(lite) + f"\n) {tail};")
        self.postgres.append(f"CREATE TABLE {name} (\n  " + ",\n  ".join(post) + "\n);")
        if insert_only:
            self.insert_only(name)

    def find_primary(self, table, item):
        words = [t.text for t in item]
        if words[:2] == ["PRIMARY", "KEY"]:
            table.primary = [t.text for t in item[2:] if t.kind == "name"]
        elif item and item[0].kind == "name" and "PRIMARY" in words:
            table.primary = [item[0].text]

    def item(self, table, item):
        source = self.source
        if not item:
            source.refuse(1, f"an empty item in table {table.name}")
        if item[0].kind != "name":
            if not item[0].is_("PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"):
                source.refuse(item[0].line, f"{item[0].text} cannot begin a column or constraint")
            self.references(item)
            return render(item), render(item)
        return self.column(table, item)

    def column(self, table, item):
        source, name = self.source, item[0]
        if len(item) < 2 or item[1].text not in TYPES:
            source.refuse(name.line, f"column {name.text}: want a type of {' '.join(TYPES)}")
        if name.text in table.columns:
            source.refuse(name.line, f"column {name.text} stands twice")
        type, rest = item[1].text, item[2:]
        words = [t.text for t in rest]
        required = any(words[i:i + 2] == ["NOT", "NULL"] for i in range(len(words)))
        key = name.text in table.primary
        table.columns[name.text] = Column(name.text, type, not (required or key))
        self.references(rest)
        more = "" if required or not key else " NOT NULL"
        tail = (" " + render(rest) if rest else "") + more
        lite = f"{name.text} {SQLITE[type]}{tail}"
        if type == "id":
            lite += f" CHECK (length({name.text}) = 36)"
        return lite, f"{name.text} {POSTGRES[type]}{tail}"

    def references(self, tokens):
        for i, t in enumerate(tokens):
            if t.is_("REFERENCES"):
                if i + 1 >= len(tokens) or tokens[i + 1].text not in self.tables:
                    self.source.refuse(t.line, "references go to a table above, in the same module")
            if t.is_("DEFAULT") and (i + 1 >= len(tokens) or tokens[i + 1].kind not in ("string", "number")):
                self.source.refuse(t.line, "a default is a whole number or a string")

    def add_column(self, tokens):
        source = self.source
        if len(tokens) < 7 or [t.text for t in tokens[3:5]] != ["ADD", "COLUMN"]:
            source.refuse(tokens[0].line, "want ALTER TABLE t ADD COLUMN c type …")
        table = self.known(tokens[2])
        lite, post = self.column(table, tokens[5:])
        self.sqlite.append(f"ALTER TABLE {table.name} ADD COLUMN {lite};")
        self.postgres.append(f"ALTER TABLE {table.name} ADD COLUMN {post};")

    def create_index(self, tokens):
        at = next((i for i, t in enumerate(tokens) if t.is_("ON")), None)
        if at is None or at + 2 >= len(tokens) or not tokens[at + 2].is_("("):
            self.source.refuse(tokens[0].line, "want CREATE INDEX i ON t (")
        table = self.known(tokens[at + 1])
        for t in tokens[at + 3:closing(self.source, tokens, at + 2)]:
            if t.kind == "name" and t.text not in table.columns:
                self.source.refuse(t.line, f"table {table.name} has no column {t.text}")
        self.sqlite.append(render(tokens) + ";")
        self.postgres.append(render(tokens) + ";")

    # -- rules kept by the database ----------------------------------------------------------------------

    def insert_only(self, table):
        for event in ("UPDATE", "DELETE"):
            self.sqlite.append(f"CREATE TRIGGER {table}_keep_{event.lower()} BEFORE {event} ON {table}\n"
                               f"BEGIN SELECT RAISE(ABORT, 'insert-only {table}'); END;")
        function = f"{table}_keep"
        self.postgres.append(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"BEGIN RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = 'insert-only {table}'; END $$;\n"
            f"CREATE TRIGGER {function} BEFORE UPDATE OR DELETE ON {table}\n"
            f"  FOR EACH ROW EXECUTE FUNCTION {function}();\n"
            f"CREATE TRIGGER {function}_all BEFORE TRUNCATE ON {table}\n"
            f"  FOR EACH STATEMENT EXECUTE FUNCTION {function}();")

    def refuse_rule(self, tokens):
        """REFUSE INSERT, UPDATE, DELETE ON t AS 'key' WHEN condition over ROW.column"""
        source = self.source
        at = {word: next((i for i, t in enumerate(tokens) if t.is_(word)), None) for word in ("ON", "AS", "WHEN")}
        if None in at.values() or not at["ON"] < at["AS"] < at["WHEN"]:
            source.refuse(tokens[0].line, "want REFUSE events ON table AS 'key' WHEN condition")
        events = [t.text for t in tokens[1:at["ON"]] if not t.is_(",")]
        if not events or not set(events) <= {"INSERT", "UPDATE", "DELETE"}:
            source.refuse(tokens[0].line, "events are INSERT, UPDATE, DELETE")
        table = self.known(tokens[at["ON"] + 1])
        key = tokens[at["AS"] + 1]
        if key.kind != "string" or not KEY.match(key.text):
            source.refuse(key.line, "a rule has a key like 'diem.daKhoa'")
        condition = tokens[at["WHEN"] + 1:]
        for i, t in enumerate(condition):
            if t.is_("ROW") and (i + 2 >= len(condition) or condition[i + 2].text not in table.columns):
                source.refuse(t.line, f"ROW. is followed by a column of {table.name}")
        if key.text.strip("'") not in self.refusals:
            self.refusals.append(key.text.strip("'"))
        self.rule_text(table.name, events, key.text, condition)

    def rule_text(self, table, events, key, condition):
        def over(row):
            return render(condition, lambda t: row if t.is_("ROW") else t.text)
        rows = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}
        serial = len(self.sqlite)
        for event in events:
            when = " OR ".join(f"({over(row)})" for row in rows[event])
            self.sqlite.append(f"CREATE TRIGGER {table}_rule{serial}_{event.lower()} BEFORE {event} ON {table}\n"
                               f"WHEN {when}\nBEGIN SELECT RAISE(ABORT, {key}); END;")
        name = f"{table}_rule{serial}"
        body = "".join(
            f"IF TG_OP = '{event}' THEN IF {' OR '.join('(' + over(r) + ')' for r in rows[event])} THEN "
            f"RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = {key}; END IF; END IF;\n" for event in events)
        self.postgres.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}"
            f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;\n"
            f"CREATE TRIGGER {name} BEFORE {' OR '.join(events)} ON {table}\n"
            f"  FOR EACH ROW EXECUTE FUNCTION {name}();")
