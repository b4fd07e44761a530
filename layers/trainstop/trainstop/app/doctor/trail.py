"""Whether CloudTrail tells of refused submissions, and who did what can be queried."""

from collections.abc import Iterator, Sequence

from trainstop.app.doctor.words import joined, quoted
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health import Finding, note, ok, warning
from trainstop.domain.health_facts import TrailFacts


def judge_trail(trails: Sequence[TrailFacts], stack: DeployedStack) -> Iterator[Finding]:
    """A trail logs what is changed in this Region, and the table ``cloudtrail`` reads where it writes."""
    useful = [each for each in trails if each.is_logging and each.logs_management_writes]
    if useful:
        yield ok(f"{joined(each.name for each in useful)} logs management events")
    else:
        yield _none(trails)
    for each in useful:
        if each.delivery_error:
            yield warning(
                f"{each.name} could not deliver to its bucket: {quoted(each.delivery_error)}",
                "Queries on who did what miss what was not delivered.",
                "Mend the bucket's policy or the key's:",
                f"aws cloudtrail get-trail-status --name {each.name}",
            )
    yield from _table(useful, stack)


def _none(trails: Sequence[TrailFacts]) -> Finding:
    why = "Submissions that SageMaker refuses are in no other event: trainstop does not learn of them."
    silent = [each for each in trails if not each.is_logging]
    if silent:
        name = silent[0].name
        return warning(
            f"the trail {name} does not log", why, "Switch it on:", f"aws cloudtrail start-logging --name {name}"
        )
    if trails:
        return warning(
            f"no trail logs management events that change something: {joined(each.name for each in trails)}",
            why,
            "Have one take them in; the first copy of them is free.",
        )
    return warning("no trail covers this Region", why, "Make one that logs management events; the first copy is free.")


def _table(useful: Sequence[TrailFacts], stack: DeployedStack) -> Iterator[Finding]:
    own = stack.find("TrailLogsBucket")
    bucket, prefix = own.physical_id if own else stack.parameter("TrailBucket"), stack.parameter("TrailPrefix")
    if not bucket:
        yield note(
            "TrailBucket is not set: who created and stopped jobs cannot be queried",
            do="Deploy with the bucket of a trail as TrailBucket, or with CreateTrail=true where there is no trail.",
        )
        return
    writers = [each for each in useful if (each.bucket, each.prefix) == (bucket, prefix)]
    if useful and not writers:
        yield warning(
            f"no trail that logs writes to {'/'.join(filter(None, (bucket, prefix)))}",
            "The table cloudtrail stays empty, or stopped where that trail ended.",
            f"Deploy with TrailBucket={useful[0].bucket} TrailPrefix={useful[0].prefix}",
        )
    elif writers:
        yield from _folder(writers, stack)


def _folder(writers: Sequence[TrailFacts], stack: DeployedStack) -> Iterator[Finding]:
    """An organization's trail writes below the organization's id, another one does not (FORMATS.md 6.5)."""
    of_organization = bool(stack.parameter("TrailOrganizationId"))
    if any(each.is_of_organization == of_organization for each in writers):
        return
    why = "The table cloudtrail looks in another folder of the bucket than the one that this trail writes to."
    if of_organization:
        yield warning(f"{writers[0].name} is no organization's trail", why, "Deploy with TrailOrganizationId empty.")
    else:
        yield warning(
            f"{writers[0].name} is an organization's trail, and TrailOrganizationId is not set",
            why,
            "Deploy with TrailOrganizationId as this shows it:",
            "aws organizations describe-organization --query Organization.Id",
        )
