"""Policies as AppConfig keeps them: hosted versions, and deployments that put one in force."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_appconfig import AppConfigClient

CONTENT_TYPE: Final = "application/x-yaml"
_POLL_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 120.0
_PAGES: Final = 5
_CONFLICT: Final = "ConflictException"
_FINISHED: Final = "COMPLETE"
_UNDER_WAY: Final = frozenset({"BAKING", "VALIDATING", "DEPLOYING"})


class PolicyStoreError(RuntimeError):
    """The policy could not be read or put in force; the text is for a person."""


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A policy in AppConfig.

    Attributes:
        number: AppConfig's number of the hosted version.
    """

    number: int
    text: str
    description: str = ""


class PolicyStore:
    """One configuration profile in one environment."""

    def __init__(
        self,
        appconfig: "AppConfigClient",
        *,
        application: str,
        environment: str,
        profile: str,
        strategy: str,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._appconfig = appconfig
        self._place: dict[str, Any] = {"ApplicationId": application, "EnvironmentId": environment}
        self._profile: dict[str, Any] = {"ApplicationId": application, "ConfigurationProfileId": profile}
        self._strategy = strategy
        self._pause = pause

    def in_force(self) -> StoredPolicy:
        """The version that was deployed last.

        Raises:
            PolicyStoreError: none ever was.
        """
        deployed = self._deployed()
        if not deployed:
            raise PolicyStoreError("no policy was ever deployed: push one")
        return self.version(deployed[0])

    def version(self, number: int) -> StoredPolicy:
        """One version.

        Raises:
            PolicyStoreError: there is none of that number.
        """
        try:
            answer = self._appconfig.get_hosted_configuration_version(**self._profile, VersionNumber=number)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                raise PolicyStoreError(f"there is no version {number} of the policy") from error
            raise
        text = answer["Content"].read().decode("utf-8", "replace")
        return StoredPolicy(number, text, answer.get("Description", ""))

    def previous(self) -> StoredPolicy:
        """The version that was in force before the present one.

        Raises:
            PolicyStoreError: there was none.
        """
        deployed = self._deployed()
        earlier = [number for number in deployed if number != deployed[0]]
        if not earlier:
            raise PolicyStoreError("there is no earlier version to go back to")
        return self.version(earlier[0])

    def push(self, text: str, description: str) -> int:
        """Keep a policy as a new version and put it in force; the answer is its number.

        Raises:
            PolicyStoreError: somebody else pushed at the same time, or the deployment did not come to its end.
        """
        try:
            number = self._appconfig.create_hosted_configuration_version(
                **self._profile,
                Content=text.encode(),
                ContentType=CONTENT_TYPE,
                Description=description,
                **self._latest(),
            )["VersionNumber"]
        except ClientError as error:
            if code_of(error) == _CONFLICT:
                raise PolicyStoreError("somebody else pushed a policy just now: look at it, then push again") from error
            raise
        self.deploy(number)
        return number

    def deploy(self, number: int) -> None:
        """Put a version in force, and wait until it is.

        Raises:
            PolicyStoreError: another deployment is under way, or this one did not come to its end.
        """
        try:
            deployment = self._appconfig.start_deployment(
                **self._place,
                ConfigurationProfileId=self._profile["ConfigurationProfileId"],
                ConfigurationVersion=str(number),
                DeploymentStrategyId=self._strategy,
            )
        except ClientError as error:
            if code_of(error) == _CONFLICT:
                raise PolicyStoreError(f"version {number} waits: another deployment is under way") from error
            raise
        self._wait(number, deployment["DeploymentNumber"])

    def _wait(self, number: int, deployment_number: int) -> None:
        for _ in range(round(_PATIENCE_SECONDS / _POLL_SECONDS)):
            state = self._appconfig.get_deployment(**self._place, DeploymentNumber=deployment_number)["State"]
            if state == _FINISHED:
                return
            if state not in _UNDER_WAY:
                raise PolicyStoreError(f"version {number} is not in force: its deployment is {state}")
            self._pause(_POLL_SECONDS)
        raise PolicyStoreError(f"version {number} was not in force after {_PATIENCE_SECONDS:.0f} s")

    def _deployed(self) -> list[int]:
        """Numbers of the versions that were deployed, the newest deployment first."""
        numbers: list[int] = []
        request: dict[str, Any] = dict(self._place)
        for _ in range(_PAGES):
            answer = self._appconfig.list_deployments(**request)
            finished = [each for each in answer["Items"] if each["State"] == _FINISHED]
            numbers += [
                int(each["ConfigurationVersion"])
                for each in sorted(finished, key=lambda each: each["DeploymentNumber"], reverse=True)
            ]
            if not answer.get("NextToken"):
                break
            request["NextToken"] = answer["NextToken"]
        return numbers

    def _latest(self) -> dict[str, Any]:
        """What keeps two pushes at one time from both succeeding."""
        answer = self._appconfig.list_hosted_configuration_versions(**self._profile, MaxResults=50)
        numbers = [each["VersionNumber"] for each in answer["Items"]]
        return {"LatestVersionNumber": max(numbers)} if numbers else {}
