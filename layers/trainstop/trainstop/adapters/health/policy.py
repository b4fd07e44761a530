"""The policy as AppConfig keeps it and as the functions took it, and the breakers."""

from typing import Any, cast

from trainstop.adapters.breakers import StopBreakers
from trainstop.adapters.clients import Clients
from trainstop.adapters.health.caller import Caller
from trainstop.adapters.policy_store import PolicyStore, PolicyStoreError
from trainstop.adapters.table import IncidentsTable
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health import UncheckableError
from trainstop.domain.health_facts import PolicyFacts, StoredVersion
from trainstop.ports import Breaker


def read_policy(caller: Caller, stack: DeployedStack) -> PolicyFacts:
    """The policy in force, the newest one, and the one that the functions last found valid."""
    place = {
        "ApplicationId": physical_id(stack, "PolicyApplication"),
        "EnvironmentId": physical_id(stack, "PolicyEnvironment"),
    }
    profile = physical_id(stack, "PolicyProfile")
    deployments = sorted(
        caller.pages("appconfig", "ListDeployments", "Items", **place),
        key=lambda each: int(each["DeploymentNumber"]),
        reverse=True,
    )
    versions = caller.pages(
        "appconfig",
        "ListHostedConfigurationVersions",
        "Items",
        ApplicationId=place["ApplicationId"],
        ConfigurationProfileId=profile,
    )
    store = PolicyStore(
        caller.client("appconfig"),
        application=place["ApplicationId"],
        environment=place["EnvironmentId"],
        profile=profile,
        strategy="",
    )
    number = max((int(each["VersionNumber"]) for each in versions), default=0)
    with caller.guarded("appconfig", "GetHostedConfigurationVersion"):
        in_force = _in_force(store, deployments)
        newest = _version(store, number) if number else None
    return PolicyFacts(
        in_force=in_force,
        newest=newest,
        deployment_status=deployments[0]["State"] if deployments else "",
        last_good=_last_good(caller, stack),
    )


def read_open_breakers(caller: Caller, stack: DeployedStack) -> tuple[tuple[Breaker, ...], bool]:
    """Open breakers, and whether these are all; the one of all jobs is never missed."""
    breakers = StopBreakers(clients_of(caller), physical_id(stack, "IncidentsTable"))
    with caller.guarded("dynamodb", "Scan", "GetItem"):
        found, complete = breakers.find_open()
        of_all = None if complete else breakers.open_breaker("")
    return (*([of_all] if of_all and of_all not in found else []), *found), complete


def physical_id(stack: DeployedStack, logical_id: str) -> str:
    """The id of a part that every trainstop stack has.

    Raises:
        UncheckableError: this one has none of that name.
    """
    found = stack.find(logical_id)
    if found is None or not found.physical_id:
        raise UncheckableError(f"the stack has no {logical_id}")
    return found.physical_id


def clients_of(caller: Caller) -> Clients:
    """The caller's clients, for the adapters that the functions use as well."""
    return cast("Clients", _ByName(caller))


class _ByName:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def __getattr__(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        return self._caller.client(service)


def _in_force(store: PolicyStore, deployments: list[dict[str, Any]]) -> StoredVersion | None:
    done = next((each for each in deployments if each["State"] == "COMPLETE"), None)
    if done is None:
        return None
    return _version(store, int(done["ConfigurationVersion"]))


def _version(store: PolicyStore, number: int) -> StoredVersion:
    try:
        return StoredVersion(number, store.version(number).text)
    except PolicyStoreError as error:
        raise UncheckableError(str(error)) from error


def _last_good(caller: Caller, stack: DeployedStack) -> str | None:
    with caller.guarded("dynamodb", "GetItem"):
        kept = IncidentsTable(clients_of(caller), physical_id(stack, "IncidentsTable")).load_last_good_policy()
    return kept[0] if kept else None
