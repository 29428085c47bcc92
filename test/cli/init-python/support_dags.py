"""Support data: half a year week by week, and every day from then on."""
import dlt
import pendulum
from airflow.decorators import dag
from dlt.common import logger
from dlt.helpers.airflow_helper import PipelineTasksGroup

WAREHOUSE = "postgres"
RETRY = {"owner": "data", "retries": 2, "retry_delay": pendulum.duration(minutes=5)}


@dag(
    schedule_interval="@weekly",
    start_date=pendulum.datetime(2023, 2, 1),
    end_date=pendulum.datetime(2023, 8, 1),
    catchup=True,
    max_active_runs=3,
    default_args=RETRY,
    tags=["support"],
)
def support_history():
    tasks = PipelineTasksGroup("support_history", use_data_folder=False, wipe_local_data=True)

    from zendesk import zendesk_support

    pipeline = dlt.pipeline(
        pipeline_name="support_history",
        dataset_name="support",
        destination=WAREHOUSE,
    )
    data = zendesk_support(load_all=False, start_date=pendulum.datetime(2022, 1, 1))
    data = data.with_resources("tickets", "ticket_events", "ticket_fields")
    tasks.add_run(pipeline, data, decompose="serialize", trigger_rule="all_done", retries=0, provide_context=True)


support_history()


@dag(schedule="30 2 * * *", start_date=pendulum.datetime(2023, 2, 1, tz="Europe/Berlin"), catchup=False)
def support_daily():
    tasks = PipelineTasksGroup("support_daily", use_data_folder=False, wipe_local_data=True)

    from zendesk import zendesk_support

    pipeline = dlt.pipeline("support_daily", dataset_name="support", destination=WAREHOUSE)
    tasks.add_run(pipeline, zendesk_support(), decompose="parallel-isolated", trigger_rule="always")
    logger.info("planned")


support_daily()
