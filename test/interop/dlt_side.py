"""Real dlt: reads a step a line as JSON from stdin, runs it in a new process, prints what happened as a line of JSON.

dlt is imported once, before the processes are forked: it takes longer than most runs. What a run leaves in memory goes with
its process.
"""
import base64
import datetime
import decimal
import json
import os
import sys
import traceback

import dlt
from dlt.common.pendulum import pendulum

VALUES = {
    "datetime": pendulum.parse,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "decimal": decimal.Decimal,
    "bytes": base64.b64decode,
}


def value_of(kind, text):
    return text if kind not in VALUES or text is None else VALUES[kind](text)


def pipeline_of(step):
    # credentials and settings, under dlt's names
    os.environ.update(step["place"]["env"])
    return dlt.pipeline(
        step["pipeline"],
        pipelines_dir=step["pipelines_dir"],
        destination=step["place"]["destination"],
        dataset_name=step["dataset"],
    )


def run(step):
    types = {step["cursor"]: step["cursor_type"], **step.get("types", {})}
    initial = value_of(step["cursor_type"], step["initial"])
    seen = {}

    @dlt.resource(
        name=step["resource"],
        primary_key="id",
        write_disposition=step["disposition"],
        columns=step.get("columns"),
    )
    def items(cursor=dlt.sources.incremental(step["cursor"], initial_value=initial)):
        seen["start"] = str(cursor.start_value)
        yield [{name: value_of(types.get(name), value) for name, value in row.items()} for row in step["rows"]]

    @dlt.source(name=step["source"])
    def source():
        return items

    info = pipeline_of(step).run(source(), refresh=step.get("refresh"))
    return {"start": seen.get("start"), "loads": len(info.loads_ids)}


def answer(step):
    try:
        return run(step)
    except Exception:
        return {"error": traceback.format_exc()}


results = os.fdopen(os.dup(1), "w")
# whatever else is printed is no result
os.dup2(2, 1)
for line in sys.stdin:
    process = os.fork()
    if process == 0:
        print(json.dumps(answer(json.loads(line))), file=results, flush=True)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    if status != 0:
        print(json.dumps({"error": f"the process ended with {status}"}), file=results, flush=True)
