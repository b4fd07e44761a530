import pytest
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from trainstop.adapters.policy import AppConfigPolicy, version_of

GOOD = "version: 1\nmax_stops_per_hour: 3\nrules: [{name: a, stop: false}]\n"
BETTER = GOOD.replace("3", "4")


class Provider:
    """AppConfig as Powertools shows it: text or the error that it raises."""

    def __init__(self):
        self.answer = GOOD

    def __call__(self, *_, **__):
        return self

    def get(self, name, max_age):  # noqa: ARG002 - Powertools' signature
        if self.answer is None:
            raise GetParameterError("ResourceNotFoundException")
        return self.answer.encode()


class LastGood:
    def __init__(self):
        self.kept = None

    def load_last_good_policy(self):
        return self.kept

    def save_last_good_policy(self, version, text):
        self.kept = (version, text)


@pytest.fixture
def provider(monkeypatch):
    made = Provider()
    monkeypatch.setattr("trainstop.adapters.policy.AppConfigProvider", made)
    return made


def policy(last_good):
    return AppConfigPolicy(application="a", environment="e", profile="p", max_age_seconds=60, last_good=last_good)


@pytest.mark.usefixtures("provider")
def test_a_valid_policy_is_in_force_and_kept():
    last_good = LastGood()
    state = policy(last_good).current()
    assert (state.document.max_stops_per_hour, state.version, state.problem) == (3, version_of(GOOD), None)
    assert last_good.kept == (version_of(GOOD), GOOD)


def test_a_broken_policy_leaves_the_last_good_one_in_force_and_says_why(provider):
    source = policy(LastGood())
    source.current()
    provider.answer = "version: 1\nrules: [{name: a, stopp: true}]\n"
    state = source.current()
    assert state.document.max_stops_per_hour == 3
    assert "line 2" in state.problem
    assert state.trusted


def test_a_worker_that_slept_while_a_newer_policy_was_in_force_does_not_go_back_behind_it(provider):
    last_good = LastGood()
    sleeper, awake = policy(last_good), policy(last_good)
    sleeper.current()
    provider.answer = BETTER
    awake.current()
    provider.answer = "version: 1\nrules: [{name: a, stopp: true}]\n"
    state = sleeper.current()
    assert (state.document.max_stops_per_hour, state.version) == (4, version_of(BETTER))
    assert "line 2" in state.problem


def test_a_new_worker_that_meets_a_broken_policy_takes_the_one_that_was_kept(provider):
    last_good = LastGood()
    last_good.save_last_good_policy(version_of(BETTER), BETTER)
    provider.answer = "broken: ["
    state = policy(last_good).current()
    assert (state.document.max_stops_per_hour, state.version, state.trusted) == (4, version_of(BETTER), True)


def test_without_any_policy_the_built_in_one_tells_and_may_not_stop(provider):
    provider.answer = None
    state = policy(LastGood()).current()
    assert (state.version, state.trusted) == ("built-in", False)


def test_a_newer_valid_policy_replaces_the_older(provider):
    last_good = LastGood()
    source = policy(last_good)
    source.current()
    provider.answer = BETTER
    assert source.current().document.max_stops_per_hour == 4
    assert last_good.kept[0] == version_of(BETTER)
