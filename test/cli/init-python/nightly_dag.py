from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.dates import days_ago

from orders_pipeline import load

default_args = {
    "owner": "data",
    "depends_on_past": True,
    "email": ["on-call@example.com"],
    "retries": 4,
    "retry_delay": timedelta(minutes=10),
}

with DAG(
    "nightly_orders",
    default_args=default_args,
    description="Orders of the day",
    schedule_interval="0 3 1,15 * 1",
    start_date=datetime(2024, 1, 1),
    dagrun_timeout=timedelta(hours=2),
    catchup=True,
    max_active_runs=1,
) as nightly:
    extract = PythonOperator(task_id="load_orders", python_callable=load)
    check = BashOperator(task_id="check", bash_command="echo $PASSWORD")
    extract >> check
