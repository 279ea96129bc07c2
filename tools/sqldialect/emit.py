"""NAME_sql.h and NAME_sql.c: what the C side of lib/db reads (struct db_module of db/db.h)."""


def quoted(text):
    lines = text.replace("\\", "\\\\").replace('"', '\\"').split("\n")
    return "\n\t    ".join(f'"{line}{chr(92) + "n" if i < len(lines) - 1 else ""}"' for i, line in enumerate(lines))


def fields(items):
    return "(const struct db_field[]){ " + ", ".join(f'{{ "{n}", DB_T_{t.upper()} }}' for n, t in items) + " }" \
        if items else "NULL"


def strings(items):
    return "(const char *const[]){ " + "".join(f'"{s}", ' for s in items) + "NULL }"


def header(module, statements):
    guard = f"{module.upper()}_SQL_H"
    out = [f"/* Made by tools/sqlgen from schema.sql and queries of module {module}. */",
           f"#ifndef {guard}", f"#define {guard}", '#include "db/db.h"', "",
           f"extern const struct db_module {module}_sql;"]
    for s in statements:
        out.append("")
        params = ", ".join(f"{n} {t}" for n, t in s.params)
        out.append(f"/* ({params})" + ("".join("\n * " + line for line in s.doc)) + " */")
        out.append(f"extern const struct db_stmt {module}_{s.name};")
        if s.columns:
            names = ", ".join(f"{module}_{s.name}_{n}".upper() for n, _ in s.columns)
            out.append(f"enum {{ {names} }};")
    return "\n".join(out + ["#endif", ""])


def source(module, schema, statements, migrations):
    out = [f'#include "{module}_sql.h"', ""]
    for i, s in enumerate(statements):
        out += [f"const struct db_stmt {module}_{s.name} = {{",
                f'\t.name = "{s.name}", .module = &{module}_sql, .index = {i}, .writes = {"true" if s.writes else "false"},',
                f"\t.params = {fields(s.params)}, .n_params = {len(s.params)},",
                f"\t.cols = {fields(s.columns)}, .n_cols = {len(s.columns)},",
                f"\t.sqlite = {quoted(s.sqlite())},",
                f"\t.postgres = {quoted(s.postgres())},", "};"]
    if statements:
        out.append("static const struct db_stmt *const statements[] = {")
        out += [f"\t&{module}_{s.name}," for s in statements] + ["};"]
    if migrations:
        out.append("static const struct db_migration migrations[] = {")
        out += [f'\t{{ {n}, {quoted(chr(10).join(m.sqlite))},\n\t    {quoted(chr(10).join(m.postgres))} }},'
                for n, m in migrations] + ["};"]
    insert_only = [t.name for t in schema.tables.values() if t.insert_only]
    out += [f"const struct db_module {module}_sql = {{",
            f'\t.name = "{module}", .version = {schema.version},',
            f"\t.sqlite = {quoted(chr(10).join(schema.sqlite))},",
            f"\t.postgres = {quoted(chr(10).join(schema.postgres))},",
            f"\t.tables = {strings(schema.tables)},",
            f"\t.insert_only = {strings(insert_only)},",
            f"\t.refusals = {strings(schema.refusals)},",
            f"\t.stmts = {'statements' if statements else 'NULL'}, .n_stmts = {len(statements)},",
            f"\t.migrations = {'migrations' if migrations else 'NULL'}, .n_migrations = {len(migrations)},", "};", ""]
    return "\n".join(out)


def registry(modules):
    """Every module of the build in one table, for tests that load them all."""
    out = ['#include "db/db.h"', "", "extern const struct db_module *const db_every_module[];"]
    out += [f"extern const struct db_module {m}_sql;" for m in modules]
    out += ["const struct db_module *const db_every_module[] = {"] + [f"\t&{m}_sql," for m in modules]
    return "\n".join(out + ["\tNULL,", "};", ""])
