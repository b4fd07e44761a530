"""Every change to the emulator, in one place, with a check that what is changed is still there.

| changed                              | so that                                                                  |
| ------------------------------------ | ------------------------------------------------------------------------ |
| `sns._fanout`                        | e-mail and SMS subscribers receive, in the inbox                         |
| `sns._publish`                       | phones receive; subjects and structures that AWS refuses are refused     |
| `sns._subscribe`, CloudFormation's   | e-mail and webhook subscribers must confirm first, and can be asked again |
| `sns.handle_request`                 | SNS answers whether a number opted out of SMS                            |
| `sns._list_subscriptions`, `…_by_topic` | a listing hides the ARN of who has not confirmed                      |
| `athena._start_query_execution`      | execution parameters count                                               |
| `athena._run_duckdb`                 | Trino's functions exist; results are texts as Athena's                   |
| `athena._materialize_table_files`    | an object is copied out of the store once, not for each query            |
| `athena._execute_query`              | the bytes scanned are those of the files read                            |
| `athena._table_relation`, `_empty_…` | JSON tables have Glue's types; CloudTrail's format and projections read   |
| `lambda_svc._poll_dynamodb_streams`  | streams have partial failures, retries and dead letters, beside queues   |
| `lambda_svc._emit_lambda_logs`       | metrics in a function's output are metrics, and set off alarms           |
| `cloudwatch._evaluate_alarm`         | an alarm heeds the metric of its own dimensions only                     |
| `scheduler._SCHEDULE_TICK_INTERVAL`  | schedules are looked at every second                                     |
| `lambda_runtime.execution_credentials` | a function's calls tell its role                                       |
| `iam_evaluator.evaluate`, `iam._IAM_HANDLERS` | a simulation heeds the condition keys that it is given               |
| CloudFormation's tables              | a table has its time to live and its point-in-time recovery              |
| CloudFormation's types               | Athena's named queries are one                                           |

`eventbridge._dispatch_event` and its like are called, not changed (see `events.py`).
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import athena, cloudwatch, dynamodb, eventbridge, iam, lambda_svc, s3, scheduler, sns
from ministack.services.cloudformation import provisioners

from sandbox.cloud import alarms, callers, kept, metrics, named_queries, simulation
from sandbox.cloud.athena import engine, objects, tables
from sandbox.cloud.people import People
from sandbox.cloud.streams import StreamPoller
from sandbox.inbox.store import Inbox

# What is changed or called beyond the emulator's public API: its owner, its name, the parameters it must have; None for
# a value, which has only to be there.
_EXPECTED: tuple[tuple[Any, str, str | None], ...] = (
    (athena, "_create_named_query", "data"),
    (athena, "_delete_named_query", "data"),
    (athena, "_empty_relation", "table_data"),
    (athena, "_hidden", "relative_key"),
    (athena, "_materialize_table_files", "location workdirs"),
    (athena, "_execute_query", "query_id query database ddl catalog"),
    (athena, "_rewrite_data_paths", "query database catalog"),
    (athena, "_run_duckdb", "query database catalog"),
    (athena, "_start_query_execution", "data"),
    (athena, "_table_relation", "table_data files"),
    (cloudwatch, "_calc_stats", "points"),
    (cloudwatch, "_dims_from_list", "dimensions"),
    (cloudwatch, "_dims_key", "dims"),
    (cloudwatch, "_dispatch_alarm_actions", "alarm old_state new_state reason"),
    (cloudwatch, "_evaluate_alarm", "alarm"),
    (cloudwatch, "_evaluate_all_alarms", ""),
    (cloudwatch, "_evaluate_parent_alarms", "child seen"),
    (cloudwatch, "_metrics", None),
    (cloudwatch, "_record_history", "alarm_name old_state new_state reason alarm_type reason_data"),
    (cloudwatch, "_stat_value", "stats stat_name points"),
    (cloudwatch, "record_metric", "namespace metric_name value unit dimensions"),
    (dynamodb, "_update_continuous_backups", "data"),
    (dynamodb, "_update_ttl", "data"),
    (dynamodb, "stream_records_since", "table_name position limit account_id region"),
    (dynamodb, "stream_start_position", "table_name account_id region"),
    (eventbridge, "_archive_event", "event view"),
    (eventbridge, "_dispatch_event", "event view"),
    (eventbridge, "_ensure_default_bus", ""),
    (eventbridge, "_pattern_event_view", "event"),
    (iam, "_simulate_principal_policy", "p"),
    (iam_evaluator, "evaluate", "ctx policies limits"),
    (lambda_runtime, "execution_credentials", "config"),
    (lambda_svc, "_apply_filter_criteria", "records esm"),
    (lambda_svc, "_emit_lambda_logs", "func request_id log_text error duration_ms log_source"),
    (lambda_svc, "_execute_function", "func event"),
    (lambda_svc, "_get_func_record_for_qualifier", "name qualifier"),
    (lambda_svc, "_init_stream_position", "esm_id source_arn starting"),
    (lambda_svc, "_iter_all_esms", ""),
    (lambda_svc, "_poll_dynamodb_streams", ""),
    (lambda_svc, "_send_ddb_stream_failure_record", "esm func_rec batch stream_arn result condition"),
    (provisioners, "_sns_create", "logical_id props stack_name"),
    (provisioners, "_sns_sub_create", "logical_id props stack_name"),
    (scheduler, "_SCHEDULE_TICK_INTERVAL", None),
    (s3, "_buckets", None),
    (s3, "_get_object_data", "bucket_name key version_id"),
    (sns, "_build_envelope", "topic_arn msg_id message subject message_attributes raw"),
    (
        sns,
        "_fanout",
        "topic_arn msg_id message subject message_structure message_attributes message_group_id message_dedup_id",
    ),
    (sns, "_list_subscriptions", "params"),
    (sns, "_list_subscriptions_by_topic", "params"),
    (sns, "_matches_filter_policy", "sub message_attributes message"),
    (sns, "_publish", "params"),
    (sns, "_refresh_subscription_counts", "topic"),
    (sns, "_resolve_message_for_protocol", "message message_structure protocol"),
    (sns, "_send_subscription_confirmation", "topic_arn sub"),
    (sns, "_subscribe", "params"),
    (sns, "_topic_by_arn_any_scope", "topic_arn"),
    (sns, "handle_request", "method path headers body query_params"),
)


class EmulatorChangedError(RuntimeError):
    """The installed emulator lacks something that the sandbox extends."""


def check(expected: Iterable[tuple[Any, str, str | None]] = _EXPECTED) -> None:
    """Compares what the emulator has with what the extensions need.

    Raises:
        EmulatorChangedError: with every difference; the release in `uv.lock` has none.
    """
    differences = [difference for item in expected if (difference := _difference(*item))]
    if differences:
        raise EmulatorChangedError("this release of ministack is not the one extended: " + "; ".join(differences))


def _difference(owner: Any, name: str, parameters: str | None) -> str | None:  # noqa: ANN401 - a module
    held = getattr(owner, name, None)
    if held is None:
        return f"{owner.__name__}.{name} is gone"
    if parameters is None:
        return None
    found = " ".join(inspect.signature(held).parameters)
    return None if found == parameters else f"{owner.__name__}.{name} takes ({found}), not ({parameters})"


def install(inbox: Inbox, endpoint: str) -> None:
    """Makes the changes. To be called once, before the emulator serves.

    Args:
        inbox: where people's messages go.
        endpoint: the emulator's own address, for the links in confirmation mails.
    """
    check()
    people = People(inbox, endpoint)
    _replace(sns, "_fanout", people.with_delivery)
    _replace(sns, "_publish", people.with_phones)
    _replace(sns, "_subscribe", people.with_confirmation)
    _replace(sns, "handle_request", people.with_opt_outs)
    for listing in ("_list_subscriptions", "_list_subscriptions_by_topic"):
        _replace(sns, listing, people.with_pending_arns)
    for resource_type in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
        handlers = provisioners._RESOURCE_HANDLERS[resource_type]  # noqa: SLF001 - an extension
        handlers["create"] = people.with_stack_confirmation(handlers["create"])
    _replace(athena, "_start_query_execution", engine.with_parameters)
    _replace(athena, "_execute_query", engine.with_statistics)
    _replace(athena, "_materialize_table_files", lambda _: objects.materialize)
    _replace(athena, "_table_relation", engine.with_glue_types(tables.relation))
    _replace(athena, "_empty_relation", engine.with_glue_types(tables.empty))
    _replace(athena, "_run_duckdb", lambda _: engine.run)
    _replace(lambda_svc, "_poll_dynamodb_streams", lambda _: StreamPoller().poll)
    _replace(lambda_svc, "_emit_lambda_logs", metrics.with_metrics)
    _replace(cloudwatch, "_evaluate_alarm", alarms.with_dimensions)
    _replace(scheduler, "_SCHEDULE_TICK_INTERVAL", lambda _: 1)
    _replace(lambda_runtime, "execution_credentials", callers.with_role)
    _replace(iam_evaluator, "evaluate", simulation.with_given_keys)
    asked = "SimulatePrincipalPolicy"
    iam._IAM_HANDLERS[asked] = simulation.with_entries(iam._IAM_HANDLERS[asked])  # noqa: SLF001 - an extension
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]  # noqa: SLF001 - an extension
    handlers["create"] = kept.with_settings(handlers["create"])
    named_queries.install()


def _replace(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:  # noqa: ANN401 - a module
    setattr(owner, name, wrap(getattr(owner, name)))
