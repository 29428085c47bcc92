"""Real dlt: reads a step a line as JSON from stdin, runs it in a new process, prints what happened as a line of JSON.

dlt is imported once, before the processes are forked: it takes longer than most runs. What a run leaves in memory goes with
its process.
"""
import base64
import datetime
import decimal
import gc
import json
import os
import sys
import traceback

import dlt
import yaml
from dlt import Schema
from dlt.common.pendulum import pendulum

# how the values that JSON lacks are written: an object of one key
VALUES = {
    "$timestamp": pendulum.parse,
    "$date": datetime.date.fromisoformat,
    "$time": datetime.time.fromisoformat,
    "$decimal": decimal.Decimal,
    "$bigint": int,
    "$bytes": base64.b64decode,
}


def value_of(found):
    (name, text), *others = found.items() or [("", None)]
    return found if others or name not in VALUES else VALUES[name](text)


def resource_of(step, seen):
    cursor = step.get("cursor")
    if cursor is None:
        return dlt.resource(step["rows"], name=step["resource"], **step["hints"])
    path = cursor["path"]
    read = pendulum.parse if cursor["type"] == "datetime" else lambda value: value

    def items(position=dlt.sources.incremental(path, initial_value=read(cursor["initial"]))):
        seen["start"] = str(position.start_value)
        yield [{**row, path: read(row[path])} for row in step["rows"]]

    return dlt.resource(items, name=step["resource"], **step["hints"])


def run(step):
    # credentials and settings, under dlt's names
    os.environ.update(step["place"]["env"])
    seen = {}
    pipeline = dlt.pipeline(
        step["pipeline"],
        pipelines_dir=step["pipelines_dir"],
        destination=step["place"]["destination"],
        dataset_name=step["dataset"],
    )
    source = dlt.source(lambda: resource_of(step, seen), name=step["source"])
    info = pipeline.run(source(), refresh=step.get("refresh"))
    return {"start": seen.get("start"), "loads": len(info.loads_ids)}


def read_schema(text):
    """What dlt makes of a schema as YAML: its hash, and whether it would write the same."""
    given = yaml.safe_load(text)
    schema = Schema.from_dict(yaml.safe_load(text))
    written = yaml.safe_load(schema.to_pretty_yaml(remove_defaults=True))
    # a version that was read counts as another
    return {"hash": schema.version_hash, "same": written["tables"] == given["tables"], "tables": list(given["tables"])}


def answer(line):
    try:
        step = json.loads(line, object_hook=value_of)
        return read_schema(step["schema"]) if "schema" in step else run(step)
    except Exception:
        return {"error": traceback.format_exc()}


results = os.fdopen(os.dup(1), "w")
# whatever else is printed is no result
os.dup2(2, 1)
# what is there now is left where it is, so that processes share it
gc.freeze()
for line in sys.stdin:
    process = os.fork()
    if process == 0:
        print(json.dumps(answer(line)), file=results, flush=True)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    if status != 0:
        print(json.dumps({"error": f"the process ended with {status}"}), file=results, flush=True)
