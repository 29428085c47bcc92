"""One run of real dlt: reads a step as JSON from stdin, prints what happened as JSON. Where to is in the environment, as dlt has it."""
import json
import sys

import dlt
from dlt.common.pendulum import pendulum

step = json.load(sys.stdin)


def item_of(row):
    if step["cursor_type"] != "datetime":
        return row
    return {**row, step["cursor"]: pendulum.parse(row[step["cursor"]])}


initial = step["initial"]
if step["cursor_type"] == "datetime":
    initial = pendulum.parse(initial)
seen = {}


@dlt.resource(name=step["resource"], primary_key="id", write_disposition=step["disposition"])
def items(cursor=dlt.sources.incremental(step["cursor"], initial_value=initial)):
    seen["start"] = str(cursor.start_value)
    yield [item_of(row) for row in step["rows"]]


@dlt.source(name=step["source"])
def source():
    return items


pipeline = dlt.pipeline(
    step["pipeline"],
    pipelines_dir=step["pipelines_dir"],
    destination=step["destination"],
    dataset_name=step["dataset"],
)
info = pipeline.run(source())
print(json.dumps({"start": seen.get("start"), "loads": len(info.loads_ids)}))
