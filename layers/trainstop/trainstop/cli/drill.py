"""``trainstop drill``: a made-up incident goes through the deployed stack, and what becomes of it is told."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

from trainstop.adapters.drills import EventBridgeDrills, S3Archived
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.listeners import ListenersTable
from trainstop.adapters.receivers import TOPICS, TopicReceivers
from trainstop.adapters.stations import StackStations
from trainstop.adapters.webhook_receivers import WebhookReceivers
from trainstop.adapters.webhooks import WebhooksTable
from trainstop.app.drill_run import DrillRunDeps, Progress, Station, Step, run_drill
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.domain.arn import Arn
from trainstop.domain.decision import Channel
from trainstop.domain.signal import Drill
from trainstop.drills import Stage, scenarios
from trainstop.events.drill import TAG_VALUE
from trainstop.ports import Arrival, Receivers, Reception
from trainstop.render.text import wrap

_DETAIL_AT = 26
_ARRIVALS = {
    Arrival.DELIVERED: "delivered",
    Arrival.PENDING: "on its way",
    Arrival.FAILED: "FAILED",
    Arrival.UNCONFIRMED: "NOT CONFIRMED",
    Arrival.LOOK: "please look",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for; texts as given."""

    scenario: str
    owner: str = ""
    team: str = ""
    quiet_channels: str = ""
    timeout_seconds: float = 120


def list_scenarios(*, as_json: bool) -> None:
    """Print the scenarios that there are."""
    shown = scenarios().values()
    if as_json:
        told = {"name", "title", "description", "trigger"}
        output.print_json([scenario.model_dump(mode="json", include=told) for scenario in shown])
        return
    for number, scenario in enumerate(shown):
        output.print_facts([*([("", "")] if number else []), (scenario.name, scenario.title)])
        output.print_facts([("  ", f"{scenario.description} Trigger: {scenario.trigger.value}.")])


def run(order: Order, *, stack: str, as_json: bool) -> None:
    """Send a drill, and print each step as it is known.

    Raises:
        CliError: the order cannot be right, or the drill did not come through.
    """
    quiet = _quiet(order)
    with deployment(stack) as deployed:
        drill = _drill(order, quiet, deployed)
        if not as_json:
            output.print_text(f"Drill {drill.drill_id}: {scenarios()[drill.scenario].title}")
        steps = []
        for step in run_drill(drill, _deps(deployed, order)):
            steps.append(step)
            if not as_json:
                output.print_text("\n".join(_lines(step)))
    stuck = [step for step in steps if step.progress is Progress.STUCK]
    if as_json:
        output.print_json(_as_dict(drill, steps))
    if stuck:
        raise CliError(ExitCode.NEGATIVE, f"the drill is stuck at: {', '.join(step.station for step in stuck)}")
    if not as_json:
        told = any(step.station is Station.TOLD and step.progress is Progress.PASSED for step in steps)
        output.remark(f"The drill came through{'' if told else '; nobody was to be told'}. No job was touched.")


def _quiet(order: Order) -> tuple[Channel, ...]:
    """The channels that were asked to be quiet, once the whole order is known to be right."""
    if order.scenario not in scenarios():
        raise CliError(ExitCode.USAGE, f"no scenario {order.scenario}; there are: {', '.join(scenarios())}")
    for option, value in (("--owner", order.owner), ("--team", order.team)):
        if not re.fullmatch(TAG_VALUE, value):
            raise CliError(ExitCode.USAGE, f"{option}: at most 128 letters, digits, spaces and any of . : / = + @ - _")
    named = tuple(dict.fromkeys(filter(None, map(str.strip, order.quiet_channels.split(",")))))
    if unknown := next((name for name in named if name not in set(Channel)), None):
        raise CliError(ExitCode.USAGE, f"--quiet-channels: no channel {unknown}; there are: {', '.join(Channel)}")
    return tuple(map(Channel, named))


def _drill(order: Order, quiet: tuple[Channel, ...], deployed: Deployment) -> Drill:
    topic = Arn.parse(deployed.output("AlertsTopicArn"))
    return Drill(
        drill_id=secrets.token_hex(4),
        scenario=order.scenario,
        account=topic.account,
        region=topic.region,
        owner=order.owner,
        team=order.team,
        quiet=quiet,
    )


def _deps(deployed: Deployment, order: Order) -> DrillRunDeps:
    return DrillRunDeps(
        bus=EventBridgeDrills(deployed.client("events")),
        incidents=IncidentIndex(deployed.client("dynamodb"), deployed.output("IncidentsTableName")),
        archive=S3Archived(deployed.client("s3"), deployed.output("ArchiveBucketName")),
        receivers=_receivers(deployed),
        stations=StackStations(deployed, deployed.stack.name),
        clock=now_utc,
        sleep=time.sleep,
        patience=timedelta(seconds=order.timeout_seconds),
    )


def _receivers(deployed: Deployment) -> tuple[Receivers, ...]:
    """Everything that can be asked for its receivers, one for each kind of channel."""
    topics = {name: deployed.output(key) for key, name in TOPICS.items()}
    table = deployed.output("IncidentsTableName")
    listeners = ListenersTable(deployed.clients, table, now_utc)
    webhooks = WebhookReceivers(WebhooksTable(deployed.clients, table))
    return TopicReceivers(deployed.client("sns"), topics, listeners), webhooks


def _lines(step: Step) -> Iterator[str]:
    took = "" if step.seconds is None else f"{'within ' if step.within else ''}{step.seconds:.1f} s"
    took = {Progress.STUCK: "STUCK", Progress.LEFT_OUT: "left out", Progress.PASSED: took}[step.progress]
    detail = wrap(step.detail, output.PAGE_COLUMNS - _DETAIL_AT, 6)
    yield f"{step.station:<9} {took:>14}  {detail[0]}"
    yield from (f"{'':{_DETAIL_AT}}{line}" for line in detail[1:])
    for sentence in step.look_at:
        yield from _hanging("- ", sentence)
    for reception in step.receptions:
        yield from _hanging("", f"{reception.channel} {reception.receiver}: {_ARRIVALS[reception.arrival]}")
        yield from _hanging("  ", f"({reception.detail})" if reception.detail else "")


def _hanging(mark: str, text: str) -> Iterator[str]:
    """Lines of a text behind a mark, under the details."""
    for number, line in enumerate(wrap(text, output.PAGE_COLUMNS - _DETAIL_AT - len(mark), 6)):
        yield f"{'':{_DETAIL_AT}}{' ' * len(mark) if number else mark}{line}"


def _as_dict(drill: Drill, steps: list[Step]) -> dict[str, object]:
    return {
        "drill_id": drill.drill_id,
        "scenario": drill.scenario,
        "incident_id": Stage(drill, now_utc()).incident_id,
        "passed": all(step.progress is not Progress.STUCK for step in steps),
        "steps": [asdict(step) | {"receptions": [_reception(each) for each in step.receptions]} for step in steps],
    }


def _reception(reception: Reception) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(reception).items()}
