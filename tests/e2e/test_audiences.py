"""Who hears of what: an owner of their own early errors, the platform where nobody listens, everybody once."""

from tests.e2e.conftest import MANY
from tests.e2e.test_storm import failing

ERROR = "KeyError: 'labels'"


def follow_up(stack):
    stack.client("lambda").invoke(FunctionName=stack.outputs()["FollowupFunctionName"], Payload=b"{}")


def a_job(name, owner):
    return failing(name, ERROR, 2) | {"tags": {"owner": owner, "team": "nlp"}}


def test_an_early_error_goes_to_its_owner_alone_where_that_owner_listens(stack, wait, tmp_path, policy):
    policy(MANY.replace("group_window_seconds: 900", "group_window_seconds: 0"))
    address = "e2e-erin@example.com"
    stack.trainstop("subscribe", "email", address, "--audience", "owner", "--owner", "Erin")
    (link,) = wait(lambda: stack.confirmations(address))
    stack.visit(link)
    stack.trainstop("subscriptions", "--sync")
    heard, unheard = "e2e-audience-erin", "e2e-audience-nobody"
    stack.play(tmp_path, jobs=[a_job(heard, "erin"), a_job(unheard, "nobody-listens-for-me")])
    (mail,) = wait(lambda: stack.inbox(unheard))
    assert mail["to"] == "oncall@example.com"
    assert [mail["to"] for mail in wait(lambda: stack.inbox(heard))] == [address]
    for name in (heard, unheard):
        (card,) = wait(lambda name=name: stack.inbox(name, ["chat"]))
        assert name in card["title"]
    stack.trainstop("unsubscribe", address)
    stack.trainstop("subscriptions", "--sync")


def test_what_waited_comes_as_one_list_when_quiet_hours_end_and_a_digest_when_it_is_due(stack, wait, tmp_path, policy):
    until = (stack.clock() + stack.minutes(1.4)).replace(second=0, microsecond=0)
    begin = until - stack.minutes(30)
    quiet = f'quiet_hours: {{platform: {{from: "{begin:%H:%M}", until: "{until:%H:%M}", zone: UTC}}}}'
    digest = f'daily: {{at: "{until:%H:%M}", zone: UTC}}'
    changes = {
        "group_window_seconds: 900": f"group_window_seconds: 0\n  {quiet}",
        "audience: owner,": "audience: platform,",
        'daily: {at: "07:00", zone: UTC}': digest,
    }
    text = MANY
    for shipped, changed in changes.items():
        text = text.replace(shipped, changed)
    policy(text)
    names = [f"e2e-quiet-{number}" for number in range(3)]
    stack.play(tmp_path, jobs=[failing(name, ERROR, 2) for name in names])
    wait(lambda: len(stack.all_incidents("job_failed", names)) == len(names))
    assert stack.inbox("e2e-quiet-") == []
    follow_up(stack)  # plans the digest of the new policy
    wait(lambda: stack.clock() > until)
    follow_up(stack)
    (mail,) = wait(lambda: [each for each in stack.inbox() if "quiet hours" in each.get("subject", "")])
    assert "3 alerts of your quiet hours" in mail["subject"]
    assert all(name in mail["text"] for name in names)
    (mail,) = wait(lambda: [each for each in stack.inbox() if "Day to" in each.get("subject", "")])
    assert "jobs in trouble" in mail["subject"]
    assert "What happened" in mail["text"]
