"""Writes checked routes as C, TypeScript and JSON."""
import json

NOTE = "Generated from openapi.yaml by tools/apigen; do not edit."


def quoted(text):
    return json.dumps(text, ensure_ascii=False) if text is not None else "NULL"


def upper(name):
    return name.upper().replace("-", "_")


def header(api):
    s = api["system"]
    lines = [f"/* {NOTE} */", f"#ifndef {s.upper()}_API_H", f"#define {s.upper()}_API_H", '#include "http/api.h"', "",
             f"extern const struct api_table {s}_api;", ""]
    for r in api["routes"]:
        lines += [f"/* {r['method']} {r['path']} ({', '.join(r['roles'])}; {r['clause']}) */",
                  f"enum hb_code {s}_{r['operation']}(struct api_req *r, struct hb_err *err);"]
    return "\n".join(lines + ["#endif", ""])


class Tables:
    """Constant schema tables, each written once."""

    def __init__(self):
        self.lines = []
        self.names = {}

    def name(self, schema):
        if schema is None:
            return "NULL"
        if id(schema) not in self.names:
            self.write(schema)
        return "&" + self.names[id(schema)]

    def write(self, schema):
        parts = [f".type = SCHEMA_{upper(schema['type'])}"]
        if schema["nullable"]:
            parts.append(".nullable = true")
        n = None
        if schema["type"] == "object":
            fields = [(name, self.name(p), name in schema["required"])
                      for name, p in sorted(schema["properties"].items(), key=lambda kv: kv[0].encode())]
            n = len(self.names)
            if fields:
                self.lines.append(f"static const struct schema_field f{n}[] = {{")
                self.lines += [f"\t{{ {quoted(name)}, {s}, {str(need).lower()} }}," for name, s, need in fields]
                self.lines.append("};")
                parts.append(f".fields = f{n}, .n_fields = {len(fields)}")
        elif schema["type"] == "array":
            parts.append(f".items = {self.name(schema['items'])}, .max_items = {schema['maxItems']}")
        elif schema["type"] == "string":
            parts.append(f".max_length = {schema['maxLength']}")
            if schema["format"]:
                parts.append(f".format = FORMAT_{upper(schema['format'])}")
            if schema["enum"]:
                n = len(self.names)
                values = ", ".join(quoted(v) for v in schema["enum"])
                self.lines.append(f"static const char *const e{n}[] = {{ {values}, NULL }};")
                parts.append(f".one_of = e{n}")
        elif schema["type"] == "integer":
            parts.append(f".minimum = {schema['minimum']}LL, .maximum = {schema['maximum']}LL")
        number = len(self.names) if n is None else n
        self.names[id(schema)] = f"s{number}"
        self.lines.append(f"static const struct api_schema s{number} = {{ {', '.join(parts)} }};")


def param_list(tables, name, params):
    if not params:
        return "NULL", []
    rows = [f"\t{{ {quoted(p['name'])}, {tables.name(p['schema'])}, {str(p['required']).lower()} }}," for p in params]
    return name, [f"static const struct api_param_spec {name}[] = {{"] + rows + ["};"]


def route_row(api, r, tables, path_params, query_params):
    roles = " | ".join(f"ROLE_BIT(ROLE_{upper(x)})" for x in r["roles"])
    scope = ", ".join(f"[ROLE_{upper(role)}] = SCOPE_{upper(s)}" for role, s in r["scope"].items())
    idempotency = "KEY" if r["idempotency"] else "NONE"
    return [
        f"\t{{ .method = {quoted(r['method'])}, .path = {quoted(r['path'])}, .operation = {quoted(r['operation'])},",
        f"\t  .roles = {roles}, .scope = {{ {scope} }},",
        f"\t  .audit = AUDIT_{upper(r['audit'])}, .idempotency = IDEMPOTENCY_{idempotency},"
        f" .touches_results = {str(r['results']).lower()}, .clause = {quoted(r['clause'])},",
        f"\t  .body_max = {r['body_max']}, .body = {tables.name(r['body'])}, .reply = {tables.name(r['reply'])},"
        f" .raw_types = {quoted(r['raw_types'])}, .body_required = {str(r['body_required']).lower()},",
        f"\t  .path_params = {path_params}, .n_path = {len(r['path_params'])},"
        f" .query_params = {query_params}, .n_query = {len(r['query_params'])},",
        f"\t  .status = {r['status']}, .handler = {api['system']}_{r['operation']} }},",
    ]


def table(api):
    tables, lists, rows = Tables(), [], []
    for i, r in enumerate(api["routes"]):
        path_params, path_lines = param_list(tables, f"p{i}", r["path_params"])
        query_params, query_lines = param_list(tables, f"q{i}", r["query_params"])
        lists += path_lines + query_lines
        rows += route_row(api, r, tables, path_params, query_params)
    s = api["system"]
    return "\n".join([f"/* {NOTE} */", f'#include "{s}/{s}_api.h"', ""] + tables.lines + lists
                     + ["static const struct api_route routes[] = {"] + rows
                     + ["};", f'const struct api_table {s}_api = {{ "{s}", routes, sizeof routes / sizeof routes[0] }};', ""])


def ts_type(schema, top=False):
    if schema is None:
        return "void"
    if "name" in schema and not top:
        return schema["name"]
    kind = schema["type"]
    if kind == "object":
        fields = [f"{json.dumps(n)}{'' if n in schema['required'] else '?'}: {ts_type(p)}"
                  for n, p in schema["properties"].items()]
        text = "{ " + "; ".join(fields) + " }" if fields else "Record<string, never>"
    elif kind == "array":
        text = f"Array<{ts_type(schema['items'])}>"
    elif kind == "string":
        text = " | ".join(json.dumps(v, ensure_ascii=False) for v in schema["enum"]) if schema["enum"] else "string"
    else:
        text = {"integer": "number", "boolean": "boolean"}[kind]
    return f"{text} | null" if schema["nullable"] else text


def typescript(api):
    lines = [f"// {NOTE}"]
    lines += [f"export type {name} = {ts_type(s, top=True)};" for name, s in sorted(api["schemas"].items())]
    lines.append("export interface Operations {")
    for r in api["routes"]:
        params = r["path_params"] + r["query_params"]
        shape = "; ".join(f"{json.dumps(p['name'])}{'' if p['required'] else '?'}: {ts_type(p['schema'])}" for p in params)
        request = "Blob" if r["raw_types"] else ts_type(r["body"])
        lines.append(f"  /** {r['summary'] or r['method'] + ' ' + r['path']} */")
        lines.append(f"  {r['operation']}: {{ params: {{ {shape} }}; body: {request}; reply: {ts_type(r['reply'])} }};")
    lines += ["}", "export const routes = {"]
    lines += [f"  {r['operation']}: {{ method: {json.dumps(r['method'])}, path: {json.dumps(r['path'])},"
              f" idempotent: {str(r['idempotency']).lower()} }}," for r in api["routes"]]
    return "\n".join(lines + ["} as const;", ""])


def listing(api):
    return json.dumps({"system": api["system"], "routes": api["routes"]}, ensure_ascii=False, indent=1) + "\n"


def registry(systems):
    lines = [f"/* {NOTE} */", '#include "http/api.h"', "", "extern const struct api_table *const every_api[];"]
    lines += [f"extern const struct api_table {s}_api;" for s in systems]
    lines += ["const struct api_table *const every_api[] = {"] + [f"\t&{s}_api," for s in systems]
    return "\n".join(lines + ["\tNULL,", "};", ""])
