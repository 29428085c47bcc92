import datetime as dt

import pendulum
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

BERLIN = pendulum.timezone("Europe/Berlin")

every_six_hours = DAG(
    dag_id="every_six_hours",
    schedule=dt.timedelta(hours=6),
    start_date=dt.datetime(2024, 1, 1, 2, tzinfo=dt.timezone.utc),
    catchup=True,
)
monthly = DAG(
    dag_id="monthly",
    schedule=CronDataIntervalTimetable("@monthly", timezone=BERLIN),
    start_date=dt.datetime(2024, 1, 1, tzinfo=BERLIN),
    end_date=dt.datetime(2025, 1, 1, 12),
    catchup=False,
)
rolling = DAG(dag_id="rolling", schedule=dt.timedelta(minutes=90), start_date=pendulum.today("UTC").add(days=-1))
by_hand = DAG(dag_id="by_hand", schedule=None, start_date=dt.datetime(2024, 1, 1))
seconds = DAG(dag_id="seconds", schedule="0 0 * * * 30", start_date=dt.datetime(2024, 1, 1), catchup=False)
last_friday = DAG(dag_id="last_friday", schedule="0 6 * * 5L", start_date=dt.datetime(2024, 1, 1), catchup=False)
