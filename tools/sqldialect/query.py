"""queries/*.sql: named statements, their parameters and result columns, as text for both engines."""
import re

from .schema import Column
from .tokens import Source, Token, check_words, closing, render, split

POSTGRES_CAST = {"id": "uuid", "int": "bigint", "text": "text", "bytes": "bytea", "time": "bigint"}
NAME = re.compile(r"name:\s*([a-z][a-z0-9_]*)$")


class Statement:
    def __init__(self, source, name, line, schema):
        self.source, self.name, self.line, self.schema = source, name, line, schema
        self.doc, self.tokens = [], []
        self.params, self.columns = [], []

    def refuse(self, line, why):
        self.source.refuse(line, f"{self.name}: {why}")

    def finish(self):
        if not self.tokens:
            self.refuse(self.line, "no statement follows")
        for t in self.tokens:
            if t.is_("CREATE", "ALTER", "REFUSE", "ROW", "ADD", "CASCADE"):
                self.refuse(t.line, f"{t.text} belongs to schema.sql")
        check_words(self.source, self.tokens)
        first = self.tokens[0]
        if not first.is_("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
            self.refuse(first.line, f"{first.text} cannot begin a statement")
        self.writes = first.is_("INSERT", "UPDATE", "DELETE")
        self.find_tables()
        self.find_params()
        if self.writes:
            self.check_write()
        else:
            self.find_columns()
        self.check_order()
        self.check_comparisons()

    # -- names -------------------------------------------------------------------------------------------

    def find_tables(self):
        """self.scope: alias -> (table, joined by LEFT); self.virtual: names of WITH parts."""
        self.scope, self.virtual = {}, set()
        tokens = self.tokens + [Token("op", ";", self.tokens[-1].line)]
        for i, t in enumerate(tokens):
            if t.is_("WITH", "RECURSIVE") and tokens[i + 1].kind == "name":
                self.virtual.add(tokens[i + 1].text)
            if t.is_(",") and tokens[0].is_("WITH") and tokens[i + 1].kind == "name" and \
                    tokens[i + 2].is_("AS") and tokens[i + 3].is_("("):
                self.virtual.add(tokens[i + 1].text)
        for i, t in enumerate(tokens):
            distinct_from = t.is_("FROM") and tokens[i - 1].is_("DISTINCT")
            update = t.is_("UPDATE") and i == 0
            if not (t.is_("FROM", "JOIN", "INTO") or update) or distinct_from or tokens[i + 1].is_("("):
                continue
            name = tokens[i + 1]
            if name.kind != "name" or (name.text not in self.schema.tables and name.text not in self.virtual):
                self.refuse(name.line, f"no table {name.text} in this module")
            j = i + 2
            alias = name.text
            if tokens[j].is_("AS"):
                j += 1
            if tokens[j].kind == "name" and not t.is_("INTO"):
                alias = tokens[j].text
                j += 1
            if tokens[j].is_(",") and t.is_("FROM", "JOIN"):
                self.refuse(tokens[j].line, "join with JOIN … ON, not with a comma")
            left = t.is_("JOIN") and tokens[i - 1].is_("LEFT")
            self.scope.setdefault(alias, []).append((self.schema.tables.get(name.text), left))

    def column(self, tokens):
        """The Column that `name` or `alias.name` is, or None when it cannot be told."""
        if len(tokens) == 3 and tokens[1].is_(".") and tokens[0].kind == tokens[2].kind == "name":
            places, name = self.scope.get(tokens[0].text, []), tokens[2].text
        elif len(tokens) == 1 and tokens[0].kind == "name":
            places, name = [p for where in self.scope.values() for p in where], tokens[0].text
        else:
            return None
        found = [(t.columns[name], left) for t, left in places if t is not None and name in t.columns]
        if not found or len({c.type for c, _ in found}) > 1:
            return None
        column = found[0][0]
        return Column(name, column.type, any(c.nullable or left for c, left in found))

    # -- parameters and result columns -------------------------------------------------------------------

    def find_params(self):
        types = {}
        for t in self.tokens:
            if t.kind != "param":
                continue
            if types.setdefault(t.text, t.type) != t.type:
                self.refuse(t.line, f":{t.text} is {types[t.text]} elsewhere and {t.type} here")
        self.params = list(types.items())

    def select_list(self):
        depth, start = 0, None
        for i, t in enumerate(self.tokens):
            depth += t.is_("(") - t.is_(")")
            if depth == 0 and t.is_("SELECT") and start is None:
                start = i + 1
            if depth == 0 and start is not None and (t.is_("FROM") and not self.tokens[i - 1].is_("DISTINCT")):
                return self.tokens[start:i]
        if start is None:
            self.refuse(self.line, "WITH … is followed by a SELECT")
        return self.tokens[start:]

    def find_columns(self):
        items = self.select_list()
        if items and items[0].is_("DISTINCT"):
            items = items[1:]
        for item in split(items):
            if not item:
                self.refuse(self.line, "an empty item in the select list")
            if item[-1].is_("*") and len(item) in (1, 3):
                self.refuse(item[0].line, "* as a select list: name the columns")
            self.columns.append(self.result(item))
        names = [name for name, _ in self.columns]
        for name in names:
            if names.count(name) > 1:
                self.refuse(self.line, f"two result columns are called {name}")

    def result(self, item):
        alias = item[-1] if len(item) > 2 and item[-2].is_("AS") and item[-1].kind == "name" else None
        what = item[:-2] if alias else item
        if alias is not None and alias.type:
            return alias.text, alias.type
        column = self.column(what)
        if column is None:
            self.refuse(item[0].line, f"say the type of {render(what)}: … AS name:type")
        return (alias.text if alias else column.name), column.type

    # -- rules -------------------------------------------------------------------------------------------

    def check_write(self):
        words = [t.text for t in self.tokens]
        first = self.tokens[0]
        at = 1 if first.is_("UPDATE") else 2
        if first.is_("INSERT", "DELETE") and words[1] not in ("INTO", "FROM"):
            self.refuse(first.line, f"want {first.text} {'INTO' if first.is_('INSERT') else 'FROM'} table")
        table = self.schema.tables[words[at]]
        if first.is_("UPDATE", "DELETE") and "WHERE" not in words:
            self.refuse(first.line, f"{first.text} without WHERE")
        changes = first.is_("UPDATE", "DELETE") or any(words[i:i + 2] == ["DO", "UPDATE"] for i in range(len(words)))
        if table.insert_only and changes:
            self.refuse(first.line, f"{table.name} is insert-only")
        if first.is_("INSERT"):
            self.check_insert(table)

    def check_insert(self, table):
        tokens = self.tokens
        if len(tokens) < 4 or not tokens[3].is_("("):
            self.refuse(tokens[0].line, "INSERT names its columns")
        end = closing(self.source, tokens, 3)
        names = [part[0] for part in split(tokens[4:end])]
        for t in names:
            if t.text not in table.columns:
                self.refuse(t.line, f"table {table.name} has no column {t.text}")
        if tokens[end + 1].is_("VALUES"):
            close = closing(self.source, tokens, end + 2)
            values = split(tokens[end + 3:close])
            if len(values) != len(names):
                self.refuse(tokens[0].line, f"{len(names)} columns and {len(values)} values")
            for name, value in zip(names, values):
                if len(value) == 1 and value[0].kind == "param":
                    self.same_type(value[0], table.columns[name.text])

    def check_comparisons(self):
        tokens = self.tokens
        for i, t in enumerate(tokens[:-1]):
            if t.is_("=", "<", ">", "<=", ">=", "<>") and tokens[i + 1].kind == "param" and tokens[i - 1].kind == "name":
                qualified = i >= 3 and tokens[i - 2].is_(".")
                column = self.column(tokens[i - 3:i] if qualified else tokens[i - 1:i])
                follows = tokens[i + 2] if i + 2 < len(tokens) else Token("op", ";", t.line)
                if column is not None and not follows.is_("+", "-", "||"):
                    self.same_type(tokens[i + 1], column)

    def same_type(self, param, column):
        numbers = ("int", "time")
        if param.type != column.type and not (param.type in numbers and column.type in numbers):
            self.refuse(param.line, f":{param.text} is {param.type}, column {column.name} is {column.type}")

    def check_order(self):
        tokens, limited, ordered = self.tokens, None, False
        depth = 0
        for i, t in enumerate(tokens):
            depth += t.is_("(") - t.is_(")")
            if t.is_("LIMIT") and depth == 0:
                limited = t
            if t.is_("ORDER"):
                ordered = ordered or depth == 0
                self.check_terms(i + 2)
        if limited is not None and not ordered:
            self.refuse(limited.line, "LIMIT without ORDER BY")

    def check_terms(self, start):
        depth, end = 0, start
        while end < len(self.tokens):
            t = self.tokens[end]
            depth += t.is_("(") - t.is_(")")
            if depth < 0 or (depth == 0 and t.is_("LIMIT", "OFFSET")):
                break
            end += 1
        for term in split(self.tokens[start:end]):
            explicit = any(t.is_("NULLS") for t in term)
            bare = [t for t in term if not t.is_("ASC", "DESC", "NULLS", "FIRST", "LAST")]
            column = self.column(bare)
            aliased = len(bare) == 1 and any(a == bare[0].text for a, _ in self.columns)
            if not explicit and not (column is not None and not column.nullable):
                why = "say the type and" if column is None and not aliased else "this may be NULL:"
                self.refuse(term[0].line if term else self.line, f"ORDER BY {render(bare)}: {why} NULLS FIRST or LAST")

    # -- text --------------------------------------------------------------------------------------------

    def text(self, param):
        place = {name: i for i, (name, _) in enumerate(self.params, 1)}
        return render(self.tokens, lambda t: param(place[t.text], t.type) if t.kind == "param" else t.text)

    def sqlite(self):
        return self.text(lambda n, type: f"?{n}")

    def postgres(self):
        return self.text(lambda n, type: f"${n}::{POSTGRES_CAST[type]}")


def read_queries(path, schema):
    source, statements, current, ended = Source(path), [], None, True
    for t in source.tokens():
        if t.kind == "comment":
            if m := NAME.match(t.text):
                current = Statement(source, m.group(1), t.line, schema)
                statements.append(current)
                ended = False
            elif t.text.startswith("name:"):
                source.refuse(t.line, "want -- name: lower_case_name")
            elif current is not None and not current.tokens:
                current.doc.append(t.text)
        elif current is None or ended:
            source.refuse(t.line, "a statement needs its line -- name: above it")
        elif t.is_(";"):
            ended = True
        else:
            current.tokens.append(t)
    if current is not None and not ended:
        source.refuse(current.line, f"{current.name}: does not end with ;")
    for statement in statements:
        statement.finish()
    return statements
