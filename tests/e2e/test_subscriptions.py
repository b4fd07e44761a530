"""Who is told what, as people change it, on the deployed stack."""

import json

FAILED = {"do": "status", "at_seconds": 1.0, "status": "Failed", "failure_reason": "AlgorithmError: ValueError: bad"}
TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}


def failing(*names):
    return [{"name": name, "timeline": [TRAINING, FAILED]} for name in names]


def listed(stack, address):
    shown = json.loads(stack.trainstop("subscriptions", "--json").stdout)
    return [each for each in shown["subscriptions"] if each["endpoint"] == address]


def confirm(stack, wait, address):
    links = wait(lambda: stack.confirmations(address))
    stack.visit(links[-1])


def test_a_mailbox_is_shown_unconfirmed_until_its_reader_follows_the_link(stack, wait):
    address = "e2e-alice@example.com"
    asked = ["--audience", "owner", "--owner", "Alice", "--at-least", "high", "--name", "night shift"]
    done = stack.trainstop("subscribe", "email", address.upper(), *asked).stdout
    assert "NOT CONFIRMED" in done
    (pending,) = listed(stack, address)
    assert (pending["state"], pending["hears"]) == ("pending", "severity high or critical; owner alice")
    checked = stack.trainstop("subscriptions", "--check", check=False)
    assert checked.returncode == 1
    assert f"{address} (owner) is not confirmed since" in checked.stderr
    assert (
        "alice" not in stack.trainstop("subscriptions", "--sync").stderr.split("Listened for, owner")[1].split("\n")[0]
    )

    confirm(stack, wait, address)
    (confirmed,) = wait(lambda: [each for each in listed(stack, address) if each["state"] == "confirmed"])
    assert confirmed["filter_policy"] == {"channels": ["email"], "severity": ["high", "critical"], "owner": ["alice"]}
    assert confirmed["name"] == "night shift"
    assert "Listened for, owner: alice" in stack.trainstop("subscriptions", "--sync").stderr
    stack.trainstop("unsubscribe", address)
    assert listed(stack, address) == []
    assert stack.trainstop("unsubscribe", address, check=False).returncode == 1


def test_who_has_not_confirmed_can_be_asked_again_and_given_another_filter(stack, wait):
    address = "e2e-bob@example.com"
    stack.trainstop("subscribe", "email", address, "--severity", "critical")
    assert "one more mail" in stack.trainstop("subscribe", "email", address, "--severity", "info").stdout
    stack.trainstop("subscriptions", "--resend")
    wait(lambda: len(stack.confirmations(address)) >= 3)
    unsubscribed = stack.trainstop("unsubscribe", address, check=False)
    assert (unsubscribed.returncode, "lets nobody end that" in unsubscribed.stderr) == (1, True)
    confirm(stack, wait, address)
    (confirmed,) = wait(lambda: [each for each in listed(stack, address) if each["state"] == "confirmed"])
    assert confirmed["filter_policy"]["severity"] == ["info"]
    stack.trainstop("unsubscribe", address)


def test_a_filter_by_the_start_of_names_lets_only_those_jobs_through_until_it_is_changed(stack, wait, tmp_path):
    address, number = "e2e-carol@example.com", "+15550100277"
    stack.trainstop("subscribe", "email", address, "--job", "e2e-night-*")
    stack.trainstop("subscribe", "sms", number, "--job", "e2e-night-*")
    confirm(stack, wait, address)
    stack.play(tmp_path, jobs=failing("e2e-night-1", "e2e-day-1"))
    wait(lambda: stack.inbox("e2e-night-1") and stack.inbox("e2e-day-1"))
    wait(lambda: stack.told(address))
    assert [("e2e-night-1" in each["text"]) for each in stack.told(address)] == [True]
    # The shipped policy tells of failures by e-mail and not by SMS.
    assert stack.told(number) == []

    changed = stack.trainstop("subscribe", "email", address, "--job", "*-day-2").stdout
    assert "Before   job e2e-night-*" in changed
    tried = json.loads(stack.trainstop("subscribe", "email", address, "--job", "*-day-1", "--preview", "--json").stdout)
    assert tried["preview"]["received"] == 1
    stack.play(tmp_path, jobs=failing("e2e-night-2", "e2e-day-2"))
    wait(lambda: stack.inbox("e2e-night-2") and stack.inbox("e2e-day-2"))
    wait(lambda: len(stack.told(address)) == 2)
    assert "e2e-day-2" in stack.told(address)[1]["text"]

    stack.trainstop("unsubscribe", address)
    stack.trainstop("unsubscribe", number)
    stack.play(tmp_path, jobs=failing("e2e-day-3-and-day-2"))
    wait(lambda: stack.inbox("e2e-day-3-and-day-2"))
    assert len(stack.told(address)) == 2
