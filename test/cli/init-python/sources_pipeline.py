import dlt
from dlt.sources.filesystem import filesystem, read_csv
from dlt.sources.rest_api import rest_api_source
from dlt.sources.sql_database import sql_database, sql_table
from github import github_repo_events
from pendulum import datetime
from stripe_analytics import incremental_stripe_source

DSN = "postgresql://reader:hunter2@db.example.com:5432/shop"


def load_database():
    pipeline = dlt.pipeline(pipeline_name="warehouse", destination="bigquery", dataset_name="warehouse")
    source = sql_database(DSN, schema="sales", table_names=["orders", "customers"], chunk_size=1000)
    source.orders.apply_hints(
        primary_key="order_id",
        incremental=dlt.sources.incremental("changed_at", initial_value=datetime(2024, 1, 1)),
        write_disposition="merge",
    )
    source.resources["customers"].apply_hints(write_disposition="replace")
    rates = sql_table(credentials=DSN, table="rates", incremental=dlt.sources.incremental("day", lag=2))
    pipeline.run([source, rates])


def load_files():
    files = filesystem(
        bucket_url="s3://exports/crm",
        file_glob="batches/**/*.csv.gz",
        incremental=dlt.sources.incremental("modification_date"),
    )
    reader = (files | read_csv(sep=";")).with_name("batches")
    dlt.pipeline("crm", destination="snowflake").run(reader)


def load_api():
    pipeline = dlt.pipeline(pipeline_name="blog", destination="duckdb", dataset_name="blog_data", dev_mode=True)
    source = rest_api_source(
        {
            "client": {
                "base_url": "https://blog.example.com/api/",
                "auth": {"type": "bearer", "token": "eyJ-not-to-be-copied"},
                "paginator": {"type": "json_link", "next_url_path": "paging.next"},
                "headers": {"X-Client": "loader"},
            },
            "resource_defaults": {
                "primary_key": "id",
                "write_disposition": "merge",
                "endpoint": {"params": {"per_page": 100}},
            },
            "resources": [
                {
                    "name": "posts",
                    "endpoint": {
                        "path": "posts",
                        "data_selector": "items",
                        "params": {
                            "state": "all",
                            "api_key": "also-not-to-be-copied",
                            "since": {
                                "type": "incremental",
                                "cursor_path": "updated_at",
                                "initial_value": "2024-01-25T11:21:28Z",
                            },
                        },
                    },
                },
                {
                    "name": "comments",
                    "endpoint": {
                        "path": "posts/{post_id}/comments",
                        "params": {"post_id": {"type": "resolve", "resource": "posts", "field": "id"}},
                        "response_actions": [{"status_code": 404, "action": "ignore"}],
                    },
                    "include_from_parent": ["id"],
                },
                "authors",
            ],
        },
        name="blog",
    )
    pipeline.run(source)


def load_others():
    pipeline = dlt.pipeline("others", destination="duckdb")
    pipeline.run(incremental_stripe_source(endpoints=("Invoice", "Event", "Sigma"), initial_start_date=datetime(2024, 1, 1)))
    pipeline.run(github_repo_events("apache", "airflow"))
    pipeline.run(unknown_module.things())


if __name__ == "__main__":
    load_database()
    load_files()
