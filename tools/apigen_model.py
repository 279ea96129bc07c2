"""Reads an openapi.yaml into checked routes; refuses whatever the contract does not allow."""
import re

import yaml

ROLES = ["parent", "student", "subject_teacher", "homeroom", "records", "clerk", "head", "admin", "web_editor",
         "commune_officer", "city_officer", "city_head", "ministry_officer", "public", "system"]
OPEN_ROLES = {"public", "system"}
SCOPES = ["any", "own_child", "class_subject", "homeroom_class", "school", "unit", "self"]
AUDITS = ["none", "read", "write"]
METHODS = ["get", "post", "put", "patch", "delete"]
TYPES = ["object", "array", "string", "integer", "boolean"]
FORMATS = ["uuid", "date", "date-time", "mark", "personal-id", "record-code", "school-year", "base64", "base64url",
           "sha256", "code"]
LONG_FORMATS = {"base64", "base64url"}
SAFE_INTEGER = 2**53 - 1
MAX_LENGTH, MAX_ITEMS, BODY_MAX, LONG_MAX = 4000, 10000, 1 << 20, 64 << 20
PARAMS_MAX = 8
ALLOWED = {
    "object": {"type", "description", "properties", "required"},
    "array": {"type", "description", "items", "maxItems"},
    "string": {"type", "description", "enum", "maxLength", "format"},
    "integer": {"type", "description", "minimum", "maximum"},
    "boolean": {"type", "description"},
}
OPERATION = {"operationId", "summary", "description", "parameters", "requestBody", "responses", "x-roles", "x-scope",
             "x-audit", "x-clause", "x-results", "x-idempotency", "x-body-max"}


class Refused(Exception):
    pass


def refuse(at, why):
    raise Refused(f"{at}: {why}")


class Loader(yaml.SafeLoader):
    """A key written twice is an error, not a silent choice."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise Refused(f"line {key_node.start_mark.line + 1}: {key!r} is written twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def only(at, mapping, allowed):
    if not isinstance(mapping, dict):
        refuse(at, "must be a mapping")
    for key in mapping:
        if key not in allowed:
            refuse(f"{at}/{key}", f"keyword not allowed here; allowed: {', '.join(sorted(allowed))}")


class Schemas:
    """Schemas by reference and in place, each turned into one checked dict."""

    def __init__(self, components):
        self.components = components
        self.done = {}
        self.open = set()

    def ref(self, at, target):
        prefix = "#/components/schemas/"
        name = target[len(prefix):] if isinstance(target, str) and target.startswith(prefix) else None
        if name not in self.components:
            refuse(at, f"$ref {target!r} names no schema under components")
        if name in self.open:
            refuse(at, f"{name} contains itself")
        if name not in self.done:
            self.open.add(name)
            self.done[name] = self.read(f"components/schemas/{name}", self.components[name])
            self.done[name]["name"] = name
            self.open.remove(name)
        return self.done[name]

    def read(self, at, raw):
        if not isinstance(raw, dict):
            refuse(at, "must be a schema")
        if "$ref" in raw:
            only(at, raw, {"$ref"})
            return self.ref(f"{at}/$ref", raw["$ref"])
        kind, nullable = self.kind(at, raw)
        only(at, raw, ALLOWED[kind])
        schema = {"type": kind, "nullable": nullable}
        getattr(self, "read_" + kind)(at, raw, schema)
        return schema

    def kind(self, at, raw):
        kind, nullable = raw.get("type"), False
        if isinstance(kind, list):
            if len(kind) != 2 or kind[1] != "null":
                refuse(f"{at}/type", "a list must be [TYPE, \"null\"]")
            kind, nullable = kind[0], True
        if kind not in TYPES:
            refuse(f"{at}/type", f"must be one of {', '.join(TYPES)}")
        return kind, nullable

    def read_object(self, at, raw, schema):
        properties, required = raw.get("properties", {}), raw.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            refuse(at, "properties must be a mapping and required a list")
        for name in required:
            if name not in properties:
                refuse(f"{at}/required", f"{name!r} is not a property")
        schema["required"] = list(required)
        schema["properties"] = {name: self.read(f"{at}/properties/{name}", p) for name, p in properties.items()}

    def read_array(self, at, raw, schema):
        if "items" not in raw:
            refuse(f"{at}/items", "missing")
        schema["items"] = self.read(f"{at}/items", raw["items"])
        schema["maxItems"] = limit(f"{at}/maxItems", raw.get("maxItems", MAX_ITEMS), 0, 1 << 20)

    def read_string(self, at, raw, schema):
        form = raw.get("format")
        if form is not None and form not in FORMATS:
            refuse(f"{at}/format", f"{form!r} is not a named format: {', '.join(FORMATS)}")
        values = raw.get("enum")
        if values is not None and (not values or not all(isinstance(v, str) for v in values)):
            refuse(f"{at}/enum", "must be a list of strings (quote what YAML reads as something else)")
        default = LONG_MAX if form in LONG_FORMATS else MAX_LENGTH
        schema.update(format=form, enum=values,
                      maxLength=limit(f"{at}/maxLength", raw.get("maxLength", default), 0, LONG_MAX))

    def read_integer(self, at, raw, schema):
        for key, default in (("minimum", -SAFE_INTEGER), ("maximum", SAFE_INTEGER)):
            schema[key] = limit(f"{at}/{key}", raw.get(key, default), -SAFE_INTEGER, SAFE_INTEGER)

    def read_boolean(self, at, raw, schema):
        pass


def limit(at, value, low, high):
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        refuse(at, f"must be a whole number from {low} to {high}")
    return value


def carries_marks(schema):
    if schema is None:
        return False
    if schema.get("format") == "mark":
        return True
    below = list(schema.get("properties", {}).values()) + ([schema["items"]] if "items" in schema else [])
    return any(carries_marks(s) for s in below)


def parameters(at, raw, path, schemas):
    found = {"path": [], "query": []}
    for i, p in enumerate(raw):
        here = f"{at}/{i}"
        only(here, p, {"name", "in", "required", "schema", "description"})
        if p.get("in") not in found:
            refuse(f"{here}/in", "must be path or query")
        schema = schemas.read(f"{here}/schema", p.get("schema"))
        if schema["type"] not in ("string", "integer", "boolean"):
            refuse(f"{here}/schema", "a parameter is a string, an integer or a boolean")
        if p["in"] == "path" and schema["type"] == "string" and not schema["format"] and not schema["enum"]:
            refuse(f"{here}/schema", "a path parameter needs a format or an enum")
        found[p["in"]].append({"name": p.get("name"), "required": bool(p.get("required")), "schema": schema})
    wanted = re.findall(r"\{([a-z_]+)\}", path)
    if [p["name"] for p in found["path"]] != wanted:
        refuse(at, f"path parameters must be declared in the order of the path: {wanted}")
    if len(wanted) > PARAMS_MAX:
        refuse(at, f"more than {PARAMS_MAX} path parameters")
    return found


def body(at, raw, schemas):
    if raw is None:
        return None, None, False
    only(at, raw, {"required", "content", "description"})
    content = raw.get("content") or {}
    if "application/json" in content:
        if len(content) > 1:
            refuse(f"{at}/content", "JSON or raw bytes, not both")
        media = content["application/json"]
        only(f"{at}/content/application/json", media, {"schema"})
        return schemas.read(f"{at}/content/application/json/schema", media.get("schema")), None, bool(raw.get("required"))
    if not content:
        refuse(f"{at}/content", "missing")
    for name, media in content.items():
        only(f"{at}/content/{name}", media or {}, set())
    return None, " ".join(content), bool(raw.get("required"))


def reply(at, raw, schemas):
    if not isinstance(raw, dict) or len(raw) != 1:
        refuse(at, "exactly one answer, the successful one (failures are problem documents)")
    (status, answer), = raw.items()
    if not re.fullmatch(r"20[0-9]", str(status)):
        refuse(f"{at}/{status}", "must be a 2xx status")
    only(f"{at}/{status}", answer, {"description", "content"})
    content = answer.get("content") or {}
    media = content.get("application/json")
    if media is None:
        return int(status), None
    only(f"{at}/{status}/content/application~1json", media, {"schema"})
    return int(status), schemas.read(f"{at}/{status}/content/application~1json/schema", media.get("schema"))


def scopes(at, raw, roles):
    by_role = raw if isinstance(raw, dict) else {role: raw for role in roles}
    if set(by_role) != set(roles):
        refuse(at, "must name every role of x-roles and no other")
    for role, scope in by_role.items():
        if scope not in SCOPES:
            refuse(at, f"{scope!r} is not one of {', '.join(SCOPES)}")
        if role in OPEN_ROLES and scope != "any":
            refuse(at, f"{role} has no rows of its own: scope must be any")
    return by_role


def route(path, method, raw, schemas):
    at = f"paths/{path}/{method}"
    only(at, raw, OPERATION)
    for key in ("operationId", "responses", "x-roles", "x-scope", "x-audit", "x-clause"):
        if key not in raw:
            refuse(f"{at}/{key}", "missing")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(raw["operationId"])):
        refuse(f"{at}/operationId", "must be lower_case, it names the handler")
    roles = raw["x-roles"]
    if not isinstance(roles, list) or not roles or any(r not in ROLES for r in roles):
        refuse(f"{at}/x-roles", f"must be a list of {', '.join(ROLES)}")
    if raw["x-audit"] not in AUDITS:
        refuse(f"{at}/x-audit", f"must be one of {', '.join(AUDITS)}")
    params = parameters(f"{at}/parameters", raw.get("parameters", []), path, schemas)
    schema, raw_types, required = body(f"{at}/requestBody", raw.get("requestBody"), schemas)
    status, answer = reply(f"{at}/responses", raw["responses"], schemas)
    results = raw.get("x-results", False)
    if not results and (carries_marks(schema) or carries_marks(answer)):
        refuse(f"{at}/x-results", "it carries marks, so it must say x-results: true (D4.2c6)")
    if results and method == "get" and raw["x-audit"] != "read":
        refuse(f"{at}/x-audit", "every read of results is logged (D13.3b): must be read")
    logged_in = not set(roles) <= OPEN_ROLES
    idempotent = raw.get("x-idempotency", method != "get" and logged_in)
    if idempotent and (method == "get" or set(roles) & OPEN_ROLES):
        refuse(f"{at}/x-idempotency", "only writes by people who are logged in have keys")
    return {
        "method": method.upper(), "path": path, "operation": raw["operationId"], "roles": roles,
        "scope": scopes(f"{at}/x-scope", raw["x-scope"], roles), "audit": raw["x-audit"], "clause": str(raw["x-clause"]),
        "results": bool(results), "idempotency": bool(idempotent), "summary": raw.get("summary", ""),
        "body": schema, "raw_types": raw_types, "body_required": required,
        "body_max": limit(f"{at}/x-body-max", raw.get("x-body-max", BODY_MAX), 1, LONG_MAX),
        "path_params": params["path"], "query_params": params["query"], "status": status, "reply": answer,
    }


def read(source, system):
    with open(source, encoding="utf-8") as f:
        try:
            doc = yaml.load(f, Loader)
        except yaml.YAMLError as why:
            raise Refused(str(why)) from None
    only("", doc, {"openapi", "info", "paths", "components"})
    only("components", doc.get("components", {}), {"schemas"})
    schemas = Schemas((doc.get("components") or {}).get("schemas", {}))
    routes, operations = [], set()
    for path, item in (doc.get("paths") or {}).items():
        if not re.fullmatch(r"(/([A-Za-z0-9._-]+|\{[a-z_]+\}))+|/", path):
            refuse(f"paths/{path}", "must be /segments with {parameters}")
        only(f"paths/{path}", item, set(METHODS))
        for method, raw in item.items():
            r = route(path, method, raw, schemas)
            if r["operation"] in operations:
                refuse(f"paths/{path}/{method}/operationId", f"{r['operation']} is used twice")
            operations.add(r["operation"])
            routes.append(r)
    for name in schemas.components:
        schemas.ref(f"components/schemas/{name}", f"#/components/schemas/{name}")
    # In the order the router relies on: literal segments before "{".
    routes.sort(key=lambda r: (r["path"].encode(), r["method"]))
    return {"system": system, "routes": routes, "schemas": schemas.done}
