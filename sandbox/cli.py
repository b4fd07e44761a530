"""`python -m sandbox`: the local cloud's command line."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox import demo, http, processes, scenario, scenario_file, up
from sandbox.home import DEFAULT_HOME, PROJECT, Home, SandboxError, State, write_env_file
from sandbox.inbox.store import Inbox, as_text
from sandbox.player import Player

_EXIT_CODES = "Exit codes: 0 done; 1 not done, the reason is on standard error; 2 wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code."""
    parsed = _parser().parse_args(arguments)
    home = Home(parsed.home)
    try:
        return int(parsed.run(home, parsed) or 0)
    except SandboxError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__, epilog=_EXIT_CODES)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", type=Path, default=DEFAULT_HOME, help="the sandbox's folder (var/sandbox)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("up", parents=[shared], help="start, build and deploy; returns when ready")
    command.add_argument("--env-file", type=Path, help="where to write the variables for AWS clients (HOME/env)")
    command.add_argument("--stack", default="trainstop", help="the stack's name")
    command.add_argument("--template", type=Path, default=PROJECT / "template.yaml", help="what to deploy")
    command.add_argument(
        "--build", type=Path, metavar="DIR", help="where to build; what was built there before is taken as it is"
    )
    command.add_argument(
        "--parameter", action="append", default=[], metavar="NAME=VALUE", help="of the stack; may be repeated"
    )
    command.set_defaults(run=_up)

    command = commands.add_parser("demo", parents=[shared], help="up, eight jobs, what a user gets of them, down")
    command.set_defaults(run=_demo)

    command = commands.add_parser("down", parents=[shared], help="end everything and remove its state")
    command.set_defaults(run=_down)

    command = commands.add_parser("status", parents=[shared], help="what runs, and where; exit code 1 when not all")
    command.add_argument("--json", action="store_true", help="for machines")
    command.set_defaults(run=_status)

    command = commands.add_parser("play", parents=[shared], help="play a scenario")
    command.add_argument("scenario", type=Path, metavar="FILE.json")
    command.add_argument("--speed", type=_positive, default=1.0, help="scenario seconds per real second (1)")
    command.add_argument("--suffix", default="", help="put after every job's name, to play a scenario again")
    command.set_defaults(run=_play)

    command = commands.add_parser("put-event", parents=[shared], help="put events on the bus as AWS services do")
    command.add_argument("events", type=Path, nargs="+", metavar="FILE.json", help="an event, or a list of events")
    command.set_defaults(run=_put_event)

    command = commands.add_parser("schema", parents=[shared], help="print the JSON Schema of scenarios")
    command.set_defaults(run=_schema)

    command = commands.add_parser("inbox", parents=[shared], help="what people and webhooks received")
    command.add_argument("--json", action="store_true", help="for machines")
    command.add_argument("--confirm", action="store_true", help="first follow the links of confirmation mails")
    command.set_defaults(run=_inbox)
    return parser


def _up(home: Home, parsed: argparse.Namespace) -> None:
    home = Home(home.path, parsed.build)
    env_file = parsed.env_file or home.env_file
    state = up.up(home, parsed.stack, parsed.template, parsed.parameter, lambda line: print(line, flush=True))
    write_env_file(env_file, state.environment())
    _tell(state)
    print(f"variables for AWS clients: {env_file}")


def _demo(home: Home, _parsed: argparse.Namespace) -> int:
    return demo.demo(home, lambda line: print(line, flush=True))


def _down(home: Home, _parsed: argparse.Namespace) -> None:
    print("down" if up.down(home) else f"no sandbox in {home.path}")


def _status(home: Home, parsed: argparse.Namespace) -> int:
    state = home.state()
    running = {process.name: processes.is_running(process) for process in state.processes}
    if parsed.json:
        print(json.dumps({"running": running, "environment": state.environment(), "inbox": state.inbox_url}, indent=2))
    else:
        for process in state.processes:
            print(f"{process.name}: {'runs' if running[process.name] else 'ended'} (process {process.pid})")
        _tell(state)
    return 0 if all(running.values()) else 1


def _play(home: Home, parsed: argparse.Namespace) -> None:
    read = scenario_file.read(parsed.scenario)
    Player(home.state(), parsed.speed, parsed.suffix, lambda line: print(line, flush=True)).play(read)


def _put_event(home: Home, parsed: argparse.Namespace) -> None:
    url = f"{home.state().cloud_url}/_sandbox/events"
    for path in parsed.events:
        try:
            event = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SandboxError(f"{path}: {error}") from error
        print(f"{path}: {http.call('POST', url, event)['delivered']} delivered")


def _schema(_home: Home, _parsed: argparse.Namespace) -> None:
    print(json.dumps(scenario.schema(), indent=2))


def _inbox(home: Home, parsed: argparse.Namespace) -> None:
    home.state()
    inbox = Inbox(home.inbox)
    if parsed.confirm:
        up.confirm(inbox)
    messages = inbox.messages()
    if parsed.json:
        print(json.dumps(messages, indent=2, ensure_ascii=False))
        return
    for message in messages:
        print(f"--- #{message['number']} {message['channel']} ({message['kind']})\n{as_text(message)}")


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _tell(state: State) -> None:
    print(f"cloud: {state.cloud_url}\nsagemaker: {state.sagemaker_url}\ninbox: {state.inbox_url}\nstack: {state.stack}")
