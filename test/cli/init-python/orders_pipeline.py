import os

import dlt
import requests
from dlt.sources.helpers import requests as client

API_TOKEN = "sk_live_do_not_copy"
PAGE_SIZE = 100


def _get(path, **params):
    return client.get(f"https://api.shop.example{path}", headers={"X-Token": API_TOKEN}, params=params).json()


@dlt.source(name="shop", max_table_nesting=2)
def shop_source(api_token: str = dlt.secrets.value):
    @dlt.resource(
        primary_key="id",
        write_disposition="merge",
        columns={"total": {"data_type": "decimal"}},
    )
    def orders(
        updated_at: dlt.sources.incremental[str] = dlt.sources.incremental(
            "updated_at",
            initial_value="2024-01-01T00:00:00Z",
            row_order="asc",
            lag=3600,
            allow_external_schedulers=True,
        ),
    ):
        page = 1
        while True:
            rows = _get("/orders", since=updated_at.start_value, page=page)
            if not rows:
                return
            yield rows
            page += 1

    @dlt.transformer(data_from=orders, primary_key=("order_id", "position"), write_disposition="append")
    def order_lines(order):
        yield _get(f"/orders/{order['id']}/lines")

    @dlt.resource(name="visits", table_name="web_visits", write_disposition="append")
    def page_visits(ts=dlt.sources.incremental("ts", 1_704_067_200, last_value_func=max, end_value=None)):
        yield _get("/visits", since=ts.last_value)

    return orders, order_lines, page_visits


def countries():
    yield [{"code": "DE"}, {"code": "JP"}]


if __name__ == "__main__":
    pipeline = dlt.pipeline(
        pipeline_name="shop",
        destination=dlt.destinations.duckdb("shop.duckdb"),
        dataset_name="shop_data",
        progress="log",
    )
    info = pipeline.run(
        [shop_source().add_limit(10), dlt.resource(countries, name="countries", write_disposition="replace")],
        loader_file_format="parquet",
    )
    print(info)
    os.environ["DONE"] = "1"
