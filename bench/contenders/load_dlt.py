"""dlt: pages from the same files, the same keys and cursor. `mode` is parquet, csv or default (what the
loader files are), resources or backfill."""

import json
import os
import resource as usage
import sys

import dlt
from dlt.common.json import json as fast_json

task = json.loads(sys.argv[1])
mode = sys.argv[2]
folder = task["folder"]


def rows_of(pages):
    for page in range(pages["first"], pages["first"] + pages["count"]):
        with open(os.path.join(pages["folder"], f"{page:05}.json"), "rb") as file:
            yield fast_json.loadb(file.read())


def make_pipeline():
    if "postgres" in task:
        # the server's time for indexes that an append doesn't need
        indexes = task["disposition"] == "merge"
        destination = dlt.destinations.postgres(task["postgres"], create_indexes=indexes)
    else:
        destination = dlt.destinations.duckdb(os.path.join(folder, "bench.duckdb"))
    return dlt.pipeline(
        "bench",
        pipelines_dir=os.path.join(folder, "pipelines"),
        destination=destination,
        dataset_name="loaded",
    )


def events(cursor=dlt.sources.incremental("timestamp", initial_value=0)):
    yield from rows_of(task["pages"])


def flat(cursor=dlt.sources.incremental("created_at", initial_value="2000-01-01T00:00:00Z")):
    yield from rows_of(task["pages"])


def load():
    extract = events if task["shape"] == "events" else flat
    items = dlt.resource(
        extract, name=task["shape"], primary_key="id", write_disposition=task["disposition"]
    )
    options = {} if mode == "default" else {"loader_file_format": mode}
    make_pipeline().run(items, **options)


def resources():
    """Several resources over HTTP, extracted in dlt's threads."""
    from dlt.sources.helpers import requests

    def part(name, pages):
        def rows(cursor=dlt.sources.incremental("created_at", initial_value="2000-01-01T00:00:00Z")):
            query = f"first={pages['first']}&count={pages['count']}&delay={task['delayMs']}"
            url = f"{task['url']}/{os.path.basename(pages['folder'])}?{query}"
            while url:
                page = requests.get(url).json()
                yield page["rows"]
                url = page["next_page"]

        return dlt.resource(rows, name=name, primary_key="id", parallelized=True)

    parts = [part(one["name"], one["pages"]) for one in task["resources"]]
    make_pipeline().run(parts, loader_file_format="parquet")


def backfill():
    """A run for each day, one after the other in this process."""
    from datetime import datetime, timedelta, timezone

    text = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    begin = datetime.fromisoformat(task["start"].replace("Z", "+00:00"))
    origin = datetime.fromtimestamp(task["firstSecond"], timezone.utc)
    pipeline = make_pipeline()
    for day in range(task["days"]):
        start, end = begin + timedelta(days=day), begin + timedelta(days=day + 1)
        first = int((start - origin).total_seconds() // 60 // 1000)
        last = int((end - origin).total_seconds() // 60 // 1000)
        pages = {**task["pages"], "first": first, "count": last - first + 1}
        cursor = dlt.sources.incremental(
            "created_at", initial_value=text(start), end_value=text(end)
        )

        @dlt.resource(name="flat", primary_key="id", write_disposition="append")
        def flat_day(created_at=cursor):
            yield from rows_of(pages)

        pipeline.run(flat_day(), loader_file_format="parquet")


def cpu_seconds():
    return sum(
        part.ru_utime + part.ru_stime
        for part in (usage.getrusage(usage.RUSAGE_SELF), usage.getrusage(usage.RUSAGE_CHILDREN))
    )


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
    except FileNotFoundError:
        return usage.getrusage(usage.RUSAGE_SELF).ru_maxrss


{"backfill": backfill, "resources": resources}.get(mode, load)()
print(json.dumps({"peakBytes": peak_bytes(), "cpuSeconds": cpu_seconds()}))
