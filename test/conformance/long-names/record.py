"""Records what dlt makes of long names where a name has 63 characters at the most, as in Postgres: load.json and naming.json.

    python record.py FOLDER      with the packages of test/interop/requirements.txt

dlt loads into DuckDB here, told of the limit that its Postgres has: the names are made before anything reaches a database.
"""

import base64
import copy
import datetime
import decimal
import json
import os
import random
import sys
import tempfile

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt  # noqa: E402
from dlt.common.normalizers.naming.snake_case import NamingConvention  # noqa: E402

LIMIT = 63
PRODUCER = f"dlt {dlt.__version__}, names of {LIMIT} characters"
naming = NamingConvention(LIMIT)

# --- names -----------------------------------------------------------------------------------------------------------------


def long(word, length):
    """A name of so many characters."""
    return ((word + "_") * length)[:length].rstrip("_").ljust(length, "x")


def colliding(make, shorten):
    """Two names of one beginning and one end that are shortened to one name."""
    seen = {}
    for number in range(10**7):
        name = make(f"{number:08d}")
        other = seen.setdefault(shorten(name), name)
        if other != name:
            return other, name
    raise RuntimeError("no collision")


def digit_led():
    """A path of which the tag comes right after a separator and begins with a digit."""
    for number in range(10**4):
        name = "a" * 27 + "__" + "b" * 50 + str(number)
        if naming.normalize_path(naming.normalize_path(name)) != naming.normalize_path(name):
            return name
    raise RuntimeError("none")


L64 = long("customer_reference", 64)
L80 = long("billing_address_line", 80)
L120 = long("shipment_tracking_event", 120)
L200 = long("unreasonably_descriptive_field", 200)
CAMEL = "CustomerShippingAddressStreetNameAndHouseNumberWithOptionalSuffix"
SNAKE = naming.__class__(None).normalize_identifier(CAMEL)
LIST = long("line_items_of_the_order", 70)
DEEP = long("allocations_of_the_line_item", 90)
KEY_A, KEY_B = colliding(lambda n: "k" * 29 + n + "k" * 40, naming.normalize_identifier)
# short enough themselves; the name of the child table isn't
LIST_A, LIST_B = colliding(
    lambda n: "l" * 24 + n + "l" * 28, lambda name: naming.shorten_fragments("items", name)
)
DIGIT_LED = digit_led()
ARABIC = "quantity_" + "\u0663" * 20

# --- cases -----------------------------------------------------------------------------------------------------------------

CASES = []


def case(id_, about, runs, **resource):
    base = {"name": "items", "primary_key": None, "merge_key": None, "write_disposition": "append", "columns": None}
    CASES.append(
        {
            "id": f"long-{id_}",
            "about": about,
            "resource": {**base, **resource},
            "runs": [run if isinstance(run, dict) else {"rows": run} for run in runs],
        }
    )


MERGE = {"disposition": "merge", "strategy": "delete-insert"}

case("columns", "Columns of 62 to 200 characters.", [[{"id": 1, **{long("some_column", n): n for n in (62, 63, 64, 65, 100, 200)}}]])
case("camel", "The tag is that of the name as it is spelled: two spellings of one name are two columns.", [[{"id": 1, CAMEL: "a"}, {"id": 2, SNAKE: "b"}]])
case("case", "Names that differ by case only, in one row.", [[{"id": 1, L80: "lower", L80.upper(): "upper"}]])
case("spaces", "Spaces around a name are not in the tag, signs in it are.", [[{"id": 1, f"  {L80} ": 1, L64.replace("_", "-"): 2, L64.replace("_", " "): 3}]])
case("end", "Underscores at the end, a digit at the beginning.", [[{"id": 1, L64 + "__": 1, "1" + L64: 2, L64 + "_": 3}]])
case("non-ascii", "Letters that aren't ASCII give way before the name is measured; digits of other scripts don't.", [[{"id": 1, "Größe " * 15: 1, "数量" * 40: 2, ARABIC: 3, "preis_in_€_" * 10: 4}]])
case("object", "An object is flattened: each key is shortened, then the whole path.", [[{"id": 1, "o": {L64: 1, "s": {L80: 2}}, L80: {L120: 3, "x": 4}}]])
case("object-fits", "A path of short keys that is too long as a whole.", [[{"id": 1, "a" * 30: {"b" * 31: 1, "b" * 32: {"c" * 10: 2}}}]])
case("object-camel", "Keys of objects that are spelled otherwise than the column.", [[{"id": 1, "ShippingAddressOfTheCustomer": {"StreetNameAndHouseNumberWithSuffix": 1}}]])
case("separators", "Keys that hold separators.", [[{"id": 1, "a__" + L64: 1, L64 + "__" + L80: 2, "A__" * 30 + "z": 3, "__" + L64: 4}]])
case("digit-led", "A tag after a separator that begins with a digit.", [[{"id": 1, DIGIT_LED: 1}], [{"id": 2, DIGIT_LED: 2}]])
case("child", "A child table whose key is too long, and one whose whole name is.", [[{"id": 1, LIST: [{"sku": "a"}], "l" * 60: [1, 2]}]])
case("grandchild", "Below a shortened table: the name is made of the whole path, not of the shortened one.", [[{"id": 1, LIST: [{"sku": "a", DEEP: [{"n": 1, "tags": ["x", "y"]}]}]}]])
case("grandchild-fits", "Short keys, four levels.", [[{"id": 1, "a" * 20: [{"n": 1, "b" * 20: [{"n": 2, "c" * 20: [{"n": 3, "d" * 20: [{"n": 4}]}]}]}]}]])
case("list-in-object", "A list in an object, and a list of lists.", [[{"id": 1, L80: {"inner": [{"n": 1}], L64: [[1, 2], [3]]}}]])
case("child-columns", "Long columns in a child table.", [[{"id": 1, "lines": [{L80: 1, "o": {L64: {"deep": 2}}}]}]])
case("root", "A resource with a long name, and its child.", [[{"id": 1, "lines": [{"n": 1, "tags": ["x"]}]}]], name=long("Resource of the API", 90))
case("table-name", "A long table name, in camel case.", [[{"id": 1, "lines": [{"n": 1}]}]], table_name="OrdersOfTheWholesaleDepartment" * 4)
case("table-path", "A table name that holds separators.", [[{"id": 1, "lines": [{"n": 1}]}]], table_name="sales__" + L80)
case("table-of-item", "Tables named by the rows.", [[{"id": 1, "kind": "Alpha" * 20}, {"id": 2, "kind": "alpha" * 20}, {"id": 3, "kind": "Alpha" * 20}]], table_name={"from_field": "kind"})
case("variant", "A column that gets a value of another type; the variant of a long name.", [[{"id": 1, L64: 1}, {"id": 2, L64: "many"}]])
case("variant-of-fitting", "The variant of a name that fits itself.", [[{"id": 1, "v" * 60: 1, "w" * 55: True}, {"id": 2, "v" * 60: "x", "w" * 55: "maybe"}]])
case("variant-later", "A variant in a later run.", [[{"id": 1, L80: 1, "o": {L64: 2}}], [{"id": 2, L80: "x", "o": {L64: "y"}}], [{"id": 3, L80: 3, "o": {L64: "z"}}]])
case("variant-in-child", "A variant in a child table with a long name.", [[{"id": 1, LIST: [{L64: 1}, {L64: "x"}]}]])
case("collision", "Two keys that are shortened to one name: the last one has it.", [[{"id": 1, KEY_A: 1, KEY_B: 2}]])
case("collision-lists", "Two lists whose child tables are shortened to one name share it.", [[{"id": 1, LIST_A: [{"a": 1}]}, {"id": 2, LIST_B: [{"b": 2}, {"b": 3}]}]])
case("nesting", "Beyond the nesting limit, JSON in a long column.", [[{"id": 1, LIST: [{"a": {L80: {"x": 1}}, L64: [1]}]}]], max_table_nesting=1)
case("primary-key", "A long primary key, in its source's spelling.", [[{CAMEL: 1, "v": "a"}, {CAMEL: 2, "v": "b"}], [{CAMEL: 2, "v": "c"}]], primary_key=CAMEL, write_disposition=MERGE)
case("primary-keys", "Two long keys, with children.", [[{CAMEL: 1, L80: 1, LIST: [{"n": 1}, {"n": 2}]}, {CAMEL: 1, L80: 2, LIST: [{"n": 3}]}], [{CAMEL: 1, L80: 1, LIST: [{"n": 4}]}]], primary_key=[CAMEL, L80], write_disposition=MERGE)
case("merge-key", "A long merge key.", [[{"id": 1, L80: "d1"}, {"id": 2, L80: "d1"}, {"id": 3, L80: "d2"}], [{"id": 4, L80: "d1"}]], merge_key=L80, write_disposition=MERGE)
case("upsert", "Upsert by a long key: row ids are made of its name.", [[{L80: 1, "v": 1, LIST: [{"n": 1}, {"n": 2}]}], [{L80: 1, "v": 2, LIST: [{"n": 3}]}, {L80: 2, "v": 1}]], primary_key=L80, write_disposition={"disposition": "merge", "strategy": "upsert"})
case("dedup-sort", "A long dedup_sort column.", [[{"id": 1, L80: 2, "v": "second"}, {"id": 1, L80: 1, "v": "first"}, {"id": 2, L80: 1, "v": "only"}]], primary_key="id", write_disposition=MERGE, columns={L80: {"dedup_sort": "desc"}})
case("hard-delete", "A long hard_delete column.", [[{"id": 1, L80: False}, {"id": 2, L80: False}], [{"id": 1, L80: True}]], primary_key="id", write_disposition=MERGE, columns={L80: {"hard_delete": True, "data_type": "bool"}})
case("cursor", "A long cursor.", [[{"id": 1, L80: 1}, {"id": 2, L80: 2}], [{"id": 2, L80: 2}, {"id": 3, L80: 3}]], incremental={"cursor_path": L80, "initial_value": 0})
case("scd2", "Versions of rows with long columns.", [{"rows": [{"id": 1, L80: "a"}, {"id": 2, L80: "b"}], "write_disposition": {"disposition": "merge", "strategy": "scd2", "boundary_timestamp": "2024-01-01T00:00:00Z"}}, {"rows": [{"id": 1, L80: "c"}, {"id": 2, L80: "b"}], "write_disposition": {"disposition": "merge", "strategy": "scd2", "boundary_timestamp": "2024-01-02T00:00:00Z"}}], write_disposition={"disposition": "merge", "strategy": "scd2"})
case("declared", "Declared columns: by their keys, and one of an object by its path.", [[{"id": 1, CAMEL: "7", "outer": {L80: "8"}}]], columns={CAMEL: {"data_type": "bigint"}, "outer__" + L80: {"data_type": "double"}})
case("declared-json", "A long column that is declared as JSON has no child table.", [[{"id": 1, LIST: [{"n": 1}], L80: {"a": 1}}]], columns={LIST: {"data_type": "json"}, L80: {"data_type": "json"}})
case("replace", "Replaced rows of long tables.", [[{"id": 1, LIST: [{"n": 1}]}], [{"id": 2, LIST: [{"n": 2}, {"n": 3}]}]], write_disposition="replace")
case("root-key", "The root's id in children of long names.", [[{"id": 1, LIST: [{DEEP: [{"n": 1}]}]}]], root_key=True)
case("system-like", "Names that begin like dlt's own.", [[{"id": 1, "_dlt_" + L64: 1, "lines": [{"_dlt_" + L80: 2}]}]])

# --- running ---------------------------------------------------------------------------------------------------------------


def to_value(value):
    if isinstance(value, datetime.datetime):
        return {"$timestamp": value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")}
    if isinstance(value, datetime.date):
        return {"$date": value.isoformat()}
    if isinstance(value, decimal.Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    return value


def source_of(given, run):
    hints = {k: copy.deepcopy(given[k]) for k in ("primary_key", "merge_key", "columns", "write_disposition") if given.get(k) is not None}
    hints["write_disposition"] = run.get("write_disposition", hints["write_disposition"])
    table = given.get("table_name")
    if isinstance(table, str):
        hints["table_name"] = table
    elif table is not None:
        hints["table_name"] = lambda item: item[table["from_field"]]
    rows = run["rows"]
    if "incremental" in given:
        cursor = dlt.sources.incremental(**given["incremental"])

        def items(cursor=cursor):
            yield rows

        resource = dlt.resource(items, name=given["name"], **hints)
    else:
        resource = dlt.resource(rows, name=given["name"], **hints)
    source = dlt.source(lambda: resource, name="conformance", root_key=given.get("root_key"))()
    if given.get("max_table_nesting") is not None:
        source.max_table_nesting = given["max_table_nesting"]
    return source


def record(given):
    folder = tempfile.mkdtemp()
    destination = dlt.destinations.duckdb(
        os.path.join(folder, "case.duckdb"), max_identifier_length=LIMIT, max_column_identifier_length=LIMIT
    )
    pipeline = dlt.pipeline("conformance", destination=destination, dataset_name="cases", pipelines_dir=folder)
    loads, runs = [], []
    for run in given["runs"]:
        info = pipeline.run(source_of(given["resource"], run))
        loads.append(info.loads_ids)
        counts = {t: n for t, n in pipeline.last_trace.last_normalize_info.row_counts.items() if not t.startswith("_dlt_pipeline")}
        outcome = {"normalized": counts, "in_tables": {t: len(rows) for t, rows in read(pipeline).items()}}
        if "incremental" in given["resource"]:
            path = given["resource"]["incremental"]["cursor_path"]
            state = pipeline.state["sources"]["conformance"]["resources"][given["resource"]["name"]]
            outcome["incremental_last_value"] = state["incremental"][path]["last_value"]
        runs.append(outcome)
    return {"tables": tables_of(pipeline, loads), "runs": runs}


def read(pipeline):
    found = {}
    with pipeline.sql_client() as client:
        for table in pipeline.default_schema.data_tables(seen_data_only=True):
            with client.execute_query(f'SELECT * FROM "{table["name"]}"') as cursor:
                names = [column[0] for column in cursor.description]
                found[table["name"]] = [dict(zip(names, row)) for row in cursor.fetchall()]
    return found


def tables_of(pipeline, loads):
    schema, stored = pipeline.default_schema, read(pipeline)
    ids = {"_dlt_id", "_dlt_load_id", "_dlt_parent_id", "_dlt_root_id"}
    index = lambda table, id_: next((at for at, row in enumerate(stored[table]) if row["_dlt_id"] == id_), -1)  # noqa: E731
    tables = {}
    for name, rows in sorted(stored.items()):
        table = schema.tables[name]
        root = table
        while "parent" in root:
            root = schema.tables[root["parent"]]
        made = []
        for row in rows:
            cells = {
                key: json.loads(value) if table["columns"][key]["data_type"] == "json" else to_value(value)
                for key, value in row.items()
                if key not in ids and value is not None
            }
            if "parent" in table:
                cells["_parent"] = index(table["parent"], row["_dlt_parent_id"])
            else:
                cells["_load"] = next(at for at, one in enumerate(loads) if row["_dlt_load_id"] in one)
            if "_dlt_root_id" in row:
                cells["_root"] = index(root["name"], row["_dlt_root_id"])
            made.append(cells)
        columns = {
            key: {"data_type": column["data_type"], "nullable": column.get("nullable", True)}
            for key, column in table["columns"].items()
            if "data_type" in column
        }
        tables[name] = {"columns": columns, "rows": made, **({"parent": table["parent"]} if "parent" in table else {})}
    return tables


def naming_cases():
    draw = random.Random(13)
    letters = ["a", "B", "7", "_", "__", " ", "-", "é", "Id", "URL", "\u0663", "+", "*", "@", "数", "x" * 20, "Word"]
    for number in range(60):
        text = ""
        length = draw.randint(60, 200)
        while len(text) < length:
            text += draw.choice(letters)
        yield f"break-{number}", {"break_path": text}, naming.normalize_path(text)
        yield f"identifier-{number}", {"identifier": text}, naming.normalize_identifier(text)
    for number in range(40):
        path = [
            "".join(draw.choice(letters) for _ in range(draw.randint(1, 40))) + "z" for _ in range(draw.randint(2, 6))
        ]
        normalized = [naming.normalize_identifier(fragment) for fragment in path]
        yield f"path-{number}", {"path": path}, naming.shorten_fragments(*normalized)


def write(folder, name, cases):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in cases) + "\n]\n")


if __name__ == "__main__":
    folder = sys.argv[1]
    write(
        folder,
        "naming.json",
        [
            {
                "id": f"long-nam-{id_}",
                "about": "A long name.",
                "producer": PRODUCER,
                "input": {**given, "max_length": LIMIT},
                "expect": {"normalized": normalized},
            }
            for id_, given, normalized in naming_cases()
        ],
    )
    recorded = []
    for one in CASES:
        try:
            expect = record(one)
        except Exception as error:
            print(one["id"], type(error).__name__, str(error)[-300:], file=sys.stderr)
            continue
        given = {"resource": one["resource"], "runs": one["runs"]}
        recorded.append({"id": one["id"], "about": one["about"], "producer": PRODUCER, "input": given, "expect": expect})
    write(folder, "load.json", recorded)
