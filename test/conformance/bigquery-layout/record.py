"""Records what dlt's BigQuery destination writes where it needs no connection: layout.json.

    python record.py FOLDER      with `pip install "dlt[bigquery]==1.31.0"`

Nothing is sent: rows are extracted and normalized by dlt's own pipeline, its BigQuery client makes the SQL, and what it would
execute is caught. Its credentials are made up. What only a server tells isn't here: what `INFORMATION_SCHEMA` answers, load
jobs, how a merge or a replacement ends. That was compared by reading dlt/destinations/impl/bigquery.
"""

import copy
import datetime
import decimal
import json
import os
import sys
import tempfile

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"

import dlt  # noqa: E402
from dlt.common.data_writers.escape import escape_bigquery_identifier, escape_bigquery_literal  # noqa: E402
from dlt.common.json import json as dlt_json  # noqa: E402
from dlt.destinations.adapters import bigquery_adapter, bigquery_partition  # noqa: E402
from dlt.destinations.impl.bigquery.factory import BigQueryTypeMapper  # noqa: E402

DATASET = "seed_data"
CREDENTIALS = {
    "project_id": "project-of-nobody",
    "private_key": "-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n",
    "client_email": "nobody@example.com",
}

destination = dlt.destinations.bigquery(credentials=CREDENTIALS)
caps = destination.capabilities()
mapper = BigQueryTypeMapper(caps)


# --- types -----------------------------------------------------------------------------------------------------------------

COLUMNS = [
    {"data_type": "text"},
    {"data_type": "text", "precision": 10},
    {"data_type": "text", "precision": 0},
    {"data_type": "double"},
    {"data_type": "double", "precision": 24},
    {"data_type": "bool"},
    {"data_type": "timestamp"},
    {"data_type": "timestamp", "precision": 3},
    {"data_type": "timestamp", "precision": 9},
    {"data_type": "timestamp", "timezone": True},
    {"data_type": "timestamp", "timezone": False},
    {"data_type": "timestamp", "timezone": False, "precision": 0},
    {"data_type": "date"},
    {"data_type": "time"},
    {"data_type": "time", "precision": 3},
    {"data_type": "bigint"},
    {"data_type": "bigint", "precision": 8},
    {"data_type": "bigint", "precision": 32},
    {"data_type": "bigint", "precision": 128},
    {"data_type": "binary"},
    {"data_type": "binary", "precision": 16},
    {"data_type": "json"},
    {"data_type": "json", "precision": 5},
    {"data_type": "wei"},
    {"data_type": "wei", "precision": 38, "scale": 0},
    {"data_type": "wei", "precision": 78},
    {"data_type": "decimal"},
    {"data_type": "decimal", "precision": 10},
    {"data_type": "decimal", "precision": 9},
    {"data_type": "decimal", "precision": 5},
    {"data_type": "decimal", "precision": 0},
    {"data_type": "decimal", "precision": 10, "scale": 2},
    {"data_type": "decimal", "precision": 10, "scale": 0},
    {"data_type": "decimal", "precision": 29, "scale": 0},
    {"data_type": "decimal", "precision": 30, "scale": 0},
    {"data_type": "decimal", "precision": 38, "scale": 0},
    {"data_type": "decimal", "precision": 34, "scale": 5},
    {"data_type": "decimal", "precision": 38, "scale": 5},
    {"data_type": "decimal", "precision": 38, "scale": 9},
    {"data_type": "decimal", "precision": 39, "scale": 9},
    {"data_type": "decimal", "precision": 12, "scale": 10},
    {"data_type": "decimal", "precision": 76, "scale": 38},
    {"data_type": "decimal", "precision": 76, "scale": 0},
    {"data_type": "decimal", "scale": 2},
    {"data_type": "decimal", "scale": 18},
]

STORED = [
    "STRING", "STRING(10)", "FLOAT64", "BOOL", "DATE", "TIMESTAMP", "DATETIME", "INT64", "BYTES", "BYTES(16)", "JSON", "TIME",
    "NUMERIC", "NUMERIC(20)", "NUMERIC(38, 9)", "NUMERIC(38,9)", "BIGNUMERIC", "BIGNUMERIC(38)", "BIGNUMERIC(76, 38)",
]  # fmt: skip


def types():
    table = {"name": "t", "columns": {}}
    for column in COLUMNS:
        yield {"column": column, "type": mapper.to_destination_type({"name": "c", **column}, table)}


def stored_types():
    for stored in STORED:
        yield {"stored": stored, "column": mapper.from_destination_type(stored, None, None)}


# --- texts -----------------------------------------------------------------------------------------------------------------

TEXTS = [
    "plain", "", "it's", 'a "quote"', "back\\slash", "\\'", "tick`tick", "line\nline\r\n", "tab\tbell\a\b\f\v", "nul\x00",
    "\x1b[0m", "ä 😀", "{column_name}", "-- no comment", "%s %%", "\u2028", "\x7f",
]  # fmt: skip


def texts():
    for text in TEXTS:
        yield {"text": text, "literal": escape_bigquery_literal(text), "identifier": escape_bigquery_identifier(text)}


# --- tables ----------------------------------------------------------------------------------------------------------------


def executed(client, work):
    """The statements and parameters that a client would have executed."""
    caught = []
    client.sql_client.execute_sql = lambda sql, *params: caught.append({"sql": sql, "params": list(params)})
    client.sql_client.execute_many = lambda statements: caught.extend({"sql": one, "params": []} for one in statements)
    work()
    del client.sql_client.execute_sql, client.sql_client.execute_many
    return caught


def pipeline_of(name):
    return dlt.pipeline(
        name, destination=destination, dataset_name=DATASET, pipelines_dir=os.path.join(tempfile.mkdtemp(), name)
    )


def prepared(name, resource):
    """A pipeline whose rows are extracted and normalized, and its client, which has no connection."""
    pipeline = pipeline_of(name)
    pipeline.extract(resource)
    pipeline.normalize()
    return pipeline, pipeline.destination_client()


def table_sql(client, table, stored=()):
    """The statements for a table of which these columns are stored already."""
    columns = client.schema.tables[table]["columns"]
    statements, _ = client._build_schema_update_sql([(table, {name: columns[name] for name in stored})])
    return statements


def error_of(error):
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {str(error).splitlines()[0]}"


ROWS = [
    {
        "Id": 1,
        "day": datetime.date(2024, 1, 31),
        "at": datetime.datetime(2024, 1, 31, 6, tzinfo=datetime.timezone.utc),
        "price": decimal.Decimal("1.5"),
        "label": "a",
        "lines": [{"sku": "s1", "tags": ["t"]}],
    }
]


def resource(rows=None, **hints):
    return dlt.resource(ROWS if rows is None else rows, name="events", **hints)


FOUR = ["label", "day", "at", "id"]

# What is given to dlt, for tidemark to be given the same: column hints, and the adapter's options.
HINTED = [
    {"id": "no hint", "nested": True},
    {"id": "key", "nested": True, "hints": {"primary_key": "id", "write_disposition": "merge"}},
    {"id": "description", "hints": {"columns": {"label": {"description": "it's\nwhat one \"sees\" \\"}}}},
    {"id": "not null", "hints": {"columns": {"label": {"nullable": False}}}},
    {"id": "precision", "hints": {"columns": {"label": {"data_type": "text", "precision": 20}, "price": {"data_type": "decimal", "precision": 12, "scale": 2}}}},
    {"id": "partition hint, date", "hints": {"columns": {"day": {"partition": True}}}},
    {"id": "partition hint, timestamp", "hints": {"columns": {"at": {"partition": True}}}},
    {"id": "partition hint, naive timestamp", "hints": {"columns": {"at": {"data_type": "timestamp", "timezone": False, "partition": True}}}},
    {"id": "partition hint, bigint", "hints": {"columns": {"id": {"partition": True}}}},
    {"id": "partition hint, text", "hints": {"columns": {"label": {"partition": True}}}},
    {"id": "two partition hints", "hints": {"columns": {"day": {"partition": True}, "at": {"partition": True}}}},
    {"id": "cluster hints", "hints": {"columns": {"label": {"cluster": True}, "id": {"cluster": True}}}},
    {"id": "five cluster hints", "hints": {"columns": {name: {"cluster": True} for name in [*FOUR, "price"]}}},
    {"id": "partition and cluster hints", "stored": True, "hints": {"columns": {"day": {"partition": True}, "label": {"cluster": True}}}},
    {"id": "adapter, partition date", "adapter": {"partition": "day"}},
    {"id": "adapter, partition timestamp", "adapter": {"partition": "at"}},
    {"id": "adapter, partition bigint", "adapter": {"partition": "id"}},
    {"id": "adapter, partition in the source's spelling", "adapter": {"partition": "Id"}},
    {"id": "adapter, partition without a value", "adapter": {"partition": "missing"}},
    {"id": "adapter, range bucket", "stored": True, "adapter": {"partition": {"column_name": "id", "start": 0, "end": 1000000, "interval": 10000}}},
    {"id": "adapter, cluster", "adapter": {"cluster": "label"}},
    {"id": "adapter, cluster order", "adapter": {"cluster": FOUR}},
    {"id": "adapter, cluster in the source's spelling", "adapter": {"cluster": ["Id"]}},
    {"id": "adapter, partition and cluster", "adapter": {"partition": "day", "cluster": ["label", "id"]}},
    {"id": "adapter, rounding", "adapter": {"round_half_even": "price"}},
    {"id": "adapter, rounding away from zero", "adapter": {"round_half_away_from_zero": ["price"]}},
    {"id": "adapter, both roundings", "adapter": {"round_half_even": "price", "round_half_away_from_zero": "price"}},
    {"id": "adapter, rounding of a text", "adapter": {"round_half_even": "label"}},
    {"id": "adapter, description", "nested": True, "adapter": {"table_description": "What's \\ seen\nby day"}},
    {"id": "adapter, expiration", "adapter": {"table_expiration_datetime": "2031-01-30"}},
    {"id": "adapter, expiration with a time", "adapter": {"table_expiration_datetime": "2031-01-30T12:30:00"}},
    {"id": "adapter, expiration with a zone", "adapter": {"table_expiration_datetime": "2031-01-30T12:30:00+02:00"}},
    {"id": "adapter, no expiration", "adapter": {"table_expiration_datetime": "soon"}},
    {"id": "adapter, partition expiration", "adapter": {"partition": "day", "partition_expiration_days": 30}},
    {"id": "adapter, partition expiration alone", "adapter": {"partition_expiration_days": 30}},
    {"id": "adapter, autodetect", "adapter": {"autodetect_schema": True}},
    {"id": "adapter, streaming", "adapter": {"insert_api": "streaming"}},
    {"id": "adapter, nothing", "adapter": {}},
    {"id": "adapter, all", "nested": True, "stored": True, "adapter": {"partition": "at", "cluster": ["label", "day"], "round_half_even": ["price"], "table_description": "events", "table_expiration_datetime": "2031-01-30", "partition_expiration_days": 7}},
]  # fmt: skip


def adapted(case):
    made = resource(**copy.deepcopy(case.get("hints", {})))
    if "adapter" not in case:
        return made
    options = dict(case["adapter"])
    if isinstance(options.get("partition"), dict):
        options["partition"] = bigquery_partition.range_bucket(**options["partition"])
    return bigquery_adapter(made, **options)


def hinted_tables():
    for number, case in enumerate(HINTED):
        try:
            _, client = prepared(f"hinted_{number}", adapted(case))
            schema = client.schema.to_dict()
            tables = [name for name in schema["tables"] if name.startswith("events")]
            made = {}
            for table in tables:
                complete = [name for name, column in schema["tables"][table]["columns"].items() if "data_type" in column]
                if table != "events" and not case.get("nested"):
                    continue
                made[table] = {
                    "schema": schema["tables"][table],
                    "create": table_sql(client, table),
                    # as if only the first column were stored
                    "add": table_sql(client, table, complete[:1]),
                }
            found = {**case, "tables": dlt_json.loads(dlt_json.dumps(made))}
            if case.get("stored"):
                [row] = executed(client, lambda: client._update_schema_in_storage(client.schema))
                found["schema"] = row["params"][-1]
            yield found
        except Exception as error:
            yield {**case, "error": error_of(error)}


# --- names -----------------------------------------------------------------------------------------------------------------

NAMES = ["Group", "order", "UserId", "user id", "SELECT", "_PARTITIONTIME", "_table_x", "ä", "9lives", "a-b", "é" * 5]
NAMES += ["a" * length for length in (299, 300, 301, 600, 1024, 1025)]
NAMES += ["ShippingAddressLine" * 20, "order__" * 50]


def names():
    _, client = prepared("names", resource())
    naming = client.schema.naming
    yield {"max_length": naming.max_length}
    for name in NAMES:
        yield {"identifier": name, "normalized": naming.normalize_identifier(name), "path": naming.normalize_path(name)}


# --- what dlt keeps about loads -------------------------------------------------------------------------------------------


def service():
    pipeline, client = prepared("service", resource())
    schema = client.schema
    with pipeline.managed_state(extract_state=False) as state:
        from dlt.pipeline.state_sync import state_doc

        row = state_doc(state, "1700000000.5")
    # the table of states is in the schema once a state was extracted
    tables = [schema.version_table_name, schema.loads_table_name, schema.state_table_name]
    query, params = client._get_info_schema_columns_query("project-of-nobody", DATASET, ["events"])
    return {
        "create": {table: table_sql(client, table) for table in tables},
        "schema_tables": {table: schema.to_dict()["tables"][table] for table in tables},
        "version": executed(client, lambda: client._update_schema_in_storage(schema)),
        "load": executed(client, lambda: client.complete_load("1700000000.5")),
        "state": row,
        "columns_query": {"sql": query, "params": params},
    }


KEPT = [
    "max_identifier_length", "max_column_identifier_length", "has_case_sensitive_identifiers", "max_query_length",
    "max_text_data_type_length", "is_max_text_data_type_length_in_bytes", "decimal_precision", "wei_precision",
    "timestamp_precision", "supports_ddl_transactions", "supports_naive_datetime", "supports_multiple_statements",
]  # fmt: skip


def listed(part):
    """JSON as dlt writes it, in plain ASCII."""
    lines = [json.dumps(dlt_json.loads(dlt_json.dumps(one))) for one in (part if isinstance(part, list) else [part])]
    return "[\n" + ",\n".join(lines) + "\n]" if isinstance(part, list) else lines[0]


def main(folder):
    made = {
        "producer": f"dlt {dlt.__version__}, destination bigquery",
        "dataset": DATASET,
        "capabilities": {name: getattr(caps, name) for name in KEPT},
        "types": list(types()),
        "stored_types": list(stored_types()),
        "texts": list(texts()),
        "hinted": list(hinted_tables()),
        "names": list(names()),
        "service": service(),
    }
    with open(os.path.join(folder, "layout.json"), "w", encoding="utf-8") as file:
        # one case a line
        parts = [f"{json.dumps(name)}: {listed(part)}" for name, part in made.items()]
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
